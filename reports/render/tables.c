/* reports/render/tables.c - see tables.h. A table is a list of columns; a column knows how to write its
 * cell of a row. Columns that would be empty in every row are left out. */
#include <config.h>

#include "reports/render/tables.h"

#include "reports/render/carbon-tables.h"
#include "reports/render/notes.h"
#include "reports/render/unit-table.h"

#include <string.h>

/* One prefix for each kind of figure in a table. */
enum scaled { PLAIN, ENERGY, CARBON, QUERY, SECONDS, SCALES };

/* Where one table is being put together. */
struct draft {
	const struct model_row *const *rows; /* those of this table */
	size_t n_rows;
	bool is_per_query; /* its energy and carbon */
	struct scale scales[SCALES];
	const struct glyphs *glyphs;
	struct arena *arena;
};

struct column {
	const char *format; /* of the header; %s is the prefix of its scale */
	enum scaled scale;
	bool is_right, is_kept; /* is_kept: also when nothing is known */
	const char *(*cell)(const struct draft *draft, const struct model_row *row);
};

static struct figure energy_of(const struct draft *draft, const struct model_row *row)
{
	return draft->is_per_query ? row->joules_per_query : row->joules_per_run;
}

static struct figure carbon_of_row(const struct draft *draft, const struct model_row *row)
{
	return draft->is_per_query ? row->grams_per_1000_queries : row->grams_per_run;
}

static const char *value_in(const struct draft *draft, struct figure figure,
			    enum scaled scale)
{
	return format_value(figure, draft->scales[scale], draft->glyphs, draft->arena);
}

static const char *interval_in(const struct draft *draft, struct figure figure,
			       enum scaled scale)
{
	return format_interval(figure, draft->scales[scale], draft->arena);
}

static const char *cell_variant(const struct draft *draft, const struct model_row *row)
{
	(void)draft;
	return row->variant;
}

static const char *cell_trials(const struct draft *draft, const struct model_row *row)
{
	return arena_format(draft->arena, "%lld", (long long)row->n_trials);
}

static const char *cell_provenance(const struct draft *draft, const struct model_row *row)
{
	return format_provenance(energy_of(draft, row));
}

static const char *cell_energy(const struct draft *draft, const struct model_row *row)
{
	return value_in(draft, energy_of(draft, row), ENERGY);
}

static const char *cell_energy_interval(const struct draft *draft,
					const struct model_row *row)
{
	return interval_in(draft, energy_of(draft, row), ENERGY);
}

static const char *cell_query(const struct draft *draft, const struct model_row *row)
{
	return value_in(draft, row->joules_per_query, QUERY);
}

static const char *cell_query_interval(const struct draft *draft,
				       const struct model_row *row)
{
	return interval_in(draft, row->joules_per_query, QUERY);
}

static const char *cell_ratio(const struct draft *draft, const struct model_row *row)
{
	if (row->is_baseline)
		return "baseline";
	return format_change(row->ratio, draft->glyphs, draft->arena);
}

static const char *cell_share(const struct draft *draft, const struct model_row *row,
			      const char *metric)
{
	const struct quality *quality = quality_named(row, metric);
	if (!quality)
		return draft->glyphs->missing;
	return arena_format(draft->arena, "%s %%",
			    format_percent(quality->mean * 100, 1, draft->arena));
}

static const char *cell_top1(const struct draft *draft, const struct model_row *row)
{
	return cell_share(draft, row, "top1");
}

static const char *cell_f1(const struct draft *draft, const struct model_row *row)
{
	return cell_share(draft, row, "macro_f1");
}

static const char *cell_calibration(const struct draft *draft, const struct model_row *row)
{
	return cell_share(draft, row, "calibration_error");
}

static const char *cell_warm(const struct draft *draft, const struct model_row *row)
{
	return cell_share(draft, row, "warm_top1");
}

static const char *cell_cold(const struct draft *draft, const struct model_row *row)
{
	return cell_share(draft, row, "cold_top1");
}

static const char *cell_gap(const struct draft *draft, const struct model_row *row)
{
	if (!row->gap.is_known)
		return draft->glyphs->missing;
	return arena_format(draft->arena, "%s (%s)",
			    format_percent(row->gap.points * 100, 1, draft->arena),
			    row->gap.words);
}

static const char *cell_carbon(const struct draft *draft, const struct model_row *row)
{
	return value_in(draft, carbon_of_row(draft, row), CARBON);
}

static const char *cell_carbon_interval(const struct draft *draft,
					const struct model_row *row)
{
	return interval_in(draft, carbon_of_row(draft, row), CARBON);
}

static const char *cell_seconds(const struct draft *draft, const struct model_row *row)
{
	return value_in(draft, row->seconds, SECONDS);
}

static const struct column infer_columns[] = {
	{ "variant", PLAIN, false, true, cell_variant },
	{ "joules", PLAIN, false, false, cell_provenance },
	{ "%sJ/query", ENERGY, true, true, cell_energy },
	{ "95 %%", ENERGY, false, false, cell_energy_interval },
	{ "vs baseline", PLAIN, true, false, cell_ratio },
	{ "top-1", PLAIN, true, false, cell_top1 },
	/* without its interval, for which 80 columns have no room: that of the joules, and 10 %
	 * for the grid; the other formats have it */
	{ "%sg/1000", CARBON, true, true, cell_carbon },
};

/* What top-1 alone does not say. */
static const struct column quality_columns[] = {
	{ "quality of", PLAIN, false, true, cell_variant },
	{ "macro F1", PLAIN, true, false, cell_f1 },
	{ "calibration error", PLAIN, true, false, cell_calibration },
	{ "warm", PLAIN, true, false, cell_warm },
	{ "cold", PLAIN, true, false, cell_cold },
	{ "largest gap, points", PLAIN, false, false, cell_gap },
};

static const struct column command_columns[] = {
	{ "command", PLAIN, false, true, cell_variant },
	{ "trials", PLAIN, true, true, cell_trials },
	{ "joules", PLAIN, false, false, cell_provenance },
	{ "%sJ/run", ENERGY, true, true, cell_energy },
	{ "95 %%", ENERGY, false, false, cell_energy_interval },
	{ "%sJ/query", QUERY, true, false, cell_query },
	{ "95 %%", QUERY, false, false, cell_query_interval },
	{ "s/run", SECONDS, true, false, cell_seconds },
	{ "%sgCO2e/run", CARBON, true, true, cell_carbon },
	{ "95 %%", CARBON, false, false, cell_carbon_interval },
};

static const struct column train_columns[] = {
	{ "training of", PLAIN, false, true, cell_variant },
	{ "joules are", PLAIN, false, false, cell_provenance },
	{ "%sJ", ENERGY, true, true, cell_energy },
	{ "95 %%", ENERGY, false, false, cell_energy_interval },
	{ "seconds", SECONDS, true, false, cell_seconds },
	{ "%sgCO2e", CARBON, true, true, cell_carbon },
	{ "95 %%", CARBON, false, false, cell_carbon_interval },
};

/* Which rows make which table, and of what columns. */
static const struct layout {
	const char *jobs[3];
	bool is_per_query;
	const struct column *columns;
	size_t n_columns;
} layouts[PAGE_TABLES] = {
	{ { "infer" },
	  true,
	  infer_columns,
	  sizeof(infer_columns) / sizeof(*infer_columns) },
	{ { "infer" },
	  true,
	  quality_columns,
	  sizeof(quality_columns) / sizeof(*quality_columns) },
	{ { "command", "idle" },
	  false,
	  command_columns,
	  sizeof(command_columns) / sizeof(*command_columns) },
	{ { "train" },
	  false,
	  train_columns,
	  sizeof(train_columns) / sizeof(*train_columns) },
};

static struct figure query_of(const struct draft *draft, const struct model_row *row)
{
	(void)draft;
	return row->joules_per_query;
}

static struct figure seconds_of(const struct draft *draft, const struct model_row *row)
{
	(void)draft;
	return row->seconds;
}

static const struct figure *figures_of(const struct draft *draft,
				       struct figure (*figure)(const struct draft *draft,
							       const struct model_row *row))
{
	for (size_t i = 0; i < draft->n_rows; i++) {
		struct figure one = figure(draft, draft->rows[i]);
		arena_append(draft->arena, &one, sizeof(one));
	}
	return arena_take(draft->arena);
}

static void choose_scales(struct draft *draft)
{
	size_t n = draft->n_rows;
	const struct glyphs *glyphs = draft->glyphs;
	draft->scales[PLAIN] = scale_plain(NULL, 0);
	draft->scales[ENERGY] = scale_of(figures_of(draft, energy_of), n, glyphs);
	draft->scales[CARBON] = scale_of(figures_of(draft, carbon_of_row), n, glyphs);
	draft->scales[QUERY] = scale_of(figures_of(draft, query_of), n, glyphs);
	draft->scales[SECONDS] = scale_plain(figures_of(draft, seconds_of), n);
}

static bool is_shown(const struct draft *draft, const struct column *column)
{
	bool shown = column->is_kept;
	for (size_t i = 0; !shown && i < draft->n_rows; i++) {
		const char *cell = column->cell(draft, draft->rows[i]);
		shown = cell[0] && strcmp(cell, draft->glyphs->missing) != 0 &&
			strcmp(cell, "baseline") != 0;
	}
	return shown;
}

/* Columns first, so that the cells can follow them row by row. */
static struct page_table draw_table(const struct draft *draft, const struct layout *layout)
{
	struct page_table table = { .n_rows = draft->n_rows };
	const struct column **shown = arena_room(
	    draft->arena, layout->n_columns * sizeof(const struct column *));
	for (size_t i = 0; i < layout->n_columns; i++)
		if (is_shown(draft, &layout->columns[i]))
			shown[table.n_columns++] = &layout->columns[i];
	for (size_t i = 0; i < table.n_columns; i++) {
		const char *prefix = draft->scales[shown[i]->scale].prefix;
		struct page_column column = { .is_right = shown[i]->is_right };
		column.header = arena_format(draft->arena, shown[i]->format, prefix);
		arena_append(draft->arena, &column, sizeof(column));
	}
	table.columns = arena_take(draft->arena);
	for (size_t row = 0; row < draft->n_rows; row++)
		for (size_t i = 0; i < table.n_columns; i++) {
			const char *cell = shown[i]->cell(draft, draft->rows[row]);
			arena_append(draft->arena, &cell, sizeof(cell));
		}
	table.cells = arena_take(draft->arena);
	return table;
}

static bool is_in(const struct layout *layout, const char *job)
{
	for (size_t i = 0; i < 3 && layout->jobs[i]; i++)
		if (strcmp(layout->jobs[i], job) == 0)
			return true;
	return false;
}

static void add_table(const struct model_campaign *campaign, const struct layout *layout,
		      struct page *page, const struct glyphs *glyphs, struct arena *arena)
{
	struct draft draft = { .is_per_query = layout->is_per_query,
			       .glyphs = glyphs,
			       .arena = arena };
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		if (!is_in(layout, row->job))
			continue;
		arena_append(arena, &row, sizeof(const struct model_row *));
		draft.n_rows++;
	}
	draft.rows = arena_take(arena);
	if (draft.n_rows == 0)
		return;
	choose_scales(&draft);
	struct page_table table = draw_table(&draft, layout);
	if (table.n_columns > 1) /* a name alone says nothing */
		page->tables[page->n_tables++] = table;
}

static const char *title_of(const struct model_campaign *campaign, struct arena *arena)
{
	return arena_format(arena, "%s of %s on %s%s%s%s: %lld trial%s", campaign->kind,
			    campaign->begin_utc,
			    campaign->cpu_model ? campaign->cpu_model : "an unknown CPU",
			    campaign->hypervisor ? " (" : "",
			    campaign->hypervisor ? campaign->hypervisor : "",
			    campaign->hypervisor ? ")" : "", (long long)campaign->n_trials,
			    campaign->n_trials == 1 ? "" : "s");
}

struct page page_of(const struct model_campaign *campaign, const struct report *report,
		    const struct glyphs *glyphs, struct arena *arena)
{
	struct page page = { .title = title_of(campaign, arena) };
	for (size_t i = 0; i < PAGE_TABLES; i++)
		add_table(campaign, &layouts[i], &page, glyphs, arena);
	unit_table(campaign, &page, glyphs, arena);
	session_table(campaign, report->sessions_per_day, &page, glyphs, arena);
	carbon_tables(campaign, &page, glyphs, arena);
	struct line_list lines = lines_of(campaign, report->path, glyphs, arena);
	page.lines = lines.lines;
	page.n_lines = lines.n;
	page.n_own_lines = 2 + campaign->n_account_lines;
	return page;
}
