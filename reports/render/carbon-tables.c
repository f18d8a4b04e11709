/* reports/render/carbon-tables.c - see carbon-tables.h. A row is of 1000 queries where it serves
 * queries, as the grams of the first table are, else of one run. */
#include <config.h>

#include "reports/render/carbon-tables.h"

#include <string.h>

/* Of what a table is split by. */
enum { MAX_KINDS = 4 };

/* What one table is of. */
struct carbon_layout {
	const char *title;
	bool with_interval;
	struct {
		enum figure_kind kind;
		const char *header; /* of the value; the unit follows */
	} kinds[MAX_KINDS];
	size_t n_kinds;
	const char *unit;
};

static const struct carbon_layout layouts[CARBON_TABLES] = {
	{ "carbon of",
	  true,
	  { { FIGURE_O_G, "O" }, { FIGURE_M_G, "M" }, { FIGURE_SCI_G, "SCI" } },
	  3,
	  "g" },
	{ "scopes of",
	  false,
	  { { FIGURE_SCOPE2_LOCATION, "2 location" },
	    { FIGURE_SCOPE2_MARKET, "2 market" },
	    { FIGURE_SCOPE3_FUEL, "3.3 fuel" },
	    { FIGURE_SCOPE3_LOSSES, "3.3 losses" } },
	  4,
	  "g" },
	{ "water of",
	  true,
	  { { FIGURE_WATER_ONSITE, "on site" }, { FIGURE_WATER_OFFSITE, "off site" } },
	  2,
	  "L" },
};

/* The row's figures; NULL: it has none. */
static const struct figure_group *group_of(const struct model_row *row)
{
	return strcmp(row->job, "infer") == 0 ? row->per_query : row->per_run;
}

static struct figure figure_at(const struct model_row *row, enum figure_kind kind)
{
	const struct figure_group *group = group_of(row);
	if (!group)
		return figure_unknown(NULL);
	return figure_times(group->figures[kind], group->is_per_query ? 1000 : 1);
}

static bool any_known(const struct model_campaign *campaign, enum figure_kind kind)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (figure_at(&campaign->rows[i], kind).is_known)
			return true;
	return false;
}

static struct scale scale_at(const struct model_campaign *campaign, enum figure_kind kind,
			     const struct glyphs *glyphs, struct arena *arena)
{
	struct figure *figures = arena_room(arena,
					    (campaign->n_rows + 1) * sizeof(*figures));
	for (size_t i = 0; i < campaign->n_rows; i++)
		figures[i] = figure_at(&campaign->rows[i], kind);
	return scale_of(figures, campaign->n_rows, glyphs);
}

/* Where one table is being put together. */
struct draft {
	const struct model_campaign *campaign;
	const struct carbon_layout *layout;
	struct scale scales[MAX_KINDS];
	const struct glyphs *glyphs;
	struct arena *arena;
};

static void add_cell(struct arena *arena, const char *cell)
{
	arena_append(arena, &cell, sizeof(cell));
}

static void add_column(struct arena *arena, const char *header, bool is_right)
{
	struct page_column column = { header, is_right };
	arena_append(arena, &column, sizeof(column));
}

static void draw_columns(const struct draft *draft, struct page_table *table)
{
	const struct carbon_layout *layout = draft->layout;
	add_column(draft->arena, layout->title, false);
	add_column(draft->arena, "per", false);
	for (size_t i = 0; i < layout->n_kinds; i++) {
		if (!any_known(draft->campaign, layout->kinds[i].kind))
			continue;
		add_column(draft->arena,
			   arena_format(draft->arena, "%s %s%s", layout->kinds[i].header,
					draft->scales[i].prefix, layout->unit),
			   true);
		if (layout->with_interval)
			add_column(draft->arena, "95 %", false);
	}
	table->n_columns = arena_appended(draft->arena) / sizeof(struct page_column);
	table->columns = arena_take(draft->arena);
}

static void draw_row(const struct draft *draft, const struct model_row *row)
{
	const struct carbon_layout *layout = draft->layout;
	add_cell(draft->arena, row->variant);
	add_cell(draft->arena, group_of(row)->is_per_query      ? "1000 queries"
			       : strcmp(row->job, "train") == 0 ? "training"
								: "run");
	for (size_t i = 0; i < layout->n_kinds; i++) {
		struct figure figure = figure_at(row, layout->kinds[i].kind);
		struct scale scale = scale_in(figure, draft->scales[i]);
		if (!any_known(draft->campaign, layout->kinds[i].kind))
			continue;
		add_cell(draft->arena,
			 format_value(figure, scale, draft->glyphs, draft->arena));
		if (layout->with_interval)
			add_cell(draft->arena,
				 format_interval(figure, scale, draft->arena));
	}
}

static struct page_table draw(const struct draft *draft)
{
	struct page_table table = { 0 };
	draw_columns(draft, &table);
	for (size_t i = 0; i < draft->campaign->n_rows; i++)
		if (group_of(&draft->campaign->rows[i])) {
			draw_row(draft, &draft->campaign->rows[i]);
			table.n_rows++;
		}
	table.cells = arena_take(draft->arena);
	return table;
}

/* SCI without M would be the grams of the first table again. */
static bool is_shown(const struct model_campaign *campaign,
		     const struct carbon_layout *layout)
{
	if (layout == &layouts[0])
		return any_known(campaign, FIGURE_M_G);
	for (size_t i = 0; i < layout->n_kinds; i++)
		if (any_known(campaign, layout->kinds[i].kind))
			return true;
	return false;
}

void carbon_tables(const struct model_campaign *campaign, struct page *page,
		   const struct glyphs *glyphs, struct arena *arena)
{
	for (size_t i = 0; i < CARBON_TABLES; i++) {
		struct draft draft = { .campaign = campaign,
				       .layout = &layouts[i],
				       .glyphs = glyphs,
				       .arena = arena };
		if (!is_shown(campaign, &layouts[i]))
			continue;
		for (size_t k = 0; k < layouts[i].n_kinds; k++)
			draft.scales[k] = scale_at(campaign, layouts[i].kinds[k].kind,
						   glyphs, arena);
		page->tables[page->n_tables++] = draw(&draft);
	}
}

static const char *reason_of(const struct model_campaign *campaign, enum figure_kind kind)
{
	for (size_t i = 0; i < campaign->n_rows; i++) {
		struct figure figure = figure_at(&campaign->rows[i], kind);
		if (!figure.is_known && figure.reason)
			return figure.reason;
	}
	return NULL;
}

static void add_line(struct arena *arena, const char *what, const char *reason)
{
	const char *line = arena_format(arena, "%s: %s", what, reason);
	arena_append(arena, &line, sizeof(line));
}

void carbon_lines(const struct model_campaign *campaign, struct arena *arena)
{
	const char *no_m = reason_of(campaign, FIGURE_M_G);
	const char *no_scope = any_known(campaign, FIGURE_SCOPE2_LOCATION)
				   ? NULL
				   : reason_of(campaign, FIGURE_SCOPE2_LOCATION);
	if (no_m && campaign->g_per_kwh > 0)
		add_line(arena, "no SCI", no_m);
	if (no_scope)
		add_line(arena, "no scope 2", no_scope);
}
