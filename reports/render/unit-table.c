/* reports/render/unit-table.c - see unit-table.h. Each unit has a prefix of its own: joules per token and
 * per image are far apart. */
#include <config.h>

#include "reports/render/unit-table.h"

#include <string.h>

/* The figures of that unit in all rows, to find their prefix. */
static struct scale scale_of_unit(const struct model_campaign *campaign, const char *unit,
				  const struct glyphs *glyphs, struct arena *arena)
{
	size_t n = 0;
	struct figure *figures = arena_room(arena,
					    (campaign->n_rows + 1) * sizeof(*figures));
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct unit_row *row = unit_row_of(&campaign->rows[i].units, unit);
		if (row)
			figures[n++] = row->joules;
	}
	return scale_of(figures, n, glyphs);
}

/* With its own prefix. */
static const char *grams_text(struct figure grams, const struct glyphs *glyphs,
			      struct arena *arena)
{
	struct scale scale = scale_of(&grams, 1, glyphs);
	if (!grams.is_known)
		return glyphs->missing;
	return arena_format(arena, "%s %sg", format_value(grams, scale, glyphs, arena),
			    scale.prefix);
}

static size_t add_rows(const struct model_campaign *campaign, const struct model_row *row,
		       const struct glyphs *glyphs, struct arena *arena)
{
	for (size_t i = 0; i < row->units.n; i++) {
		const struct unit_row *one = &row->units.rows[i];
		struct scale scale = scale_of_unit(campaign, one->unit, glyphs, arena);
		const char *const cells[] = {
			row->variant,
			one->unit,
			one->joules.is_known
			    ? arena_format(arena, "%lld", (long long)one->n)
			    : glyphs->missing,
			one->joules.is_known ? format_provenance(one->joules)
					     : glyphs->missing,
			one->joules.is_known
			    ? arena_format(arena, "%s %sJ",
					   format_value(one->joules, scale, glyphs, arena),
					   scale.prefix)
			    : glyphs->missing,
			format_interval(one->joules, scale, arena),
			grams_text(one->grams, glyphs, arena),
			one->has_embodied     ? "O + M"
			: one->grams.is_known ? "O"
					      : "",
		};
		arena_append(arena, cells, sizeof(cells));
	}
	return row->units.n;
}

void unit_table(const struct model_campaign *campaign, struct page *page,
		const struct glyphs *glyphs, struct arena *arena)
{
	static const struct page_column columns[] = {
		{ "units of", false },   { "unit", false }, { "served", true },
		{ "joules are", false }, { "each", true },  { "95 %", false },
		{ "CO2e each", true },   { "", false },
	};
	struct page_table table = { .columns = columns,
				    .n_columns = sizeof(columns) / sizeof(*columns) };
	for (size_t i = 0; i < campaign->n_rows; i++)
		table.n_rows += add_rows(campaign, &campaign->rows[i], glyphs, arena);
	table.cells = arena_take(arena);
	if (table.n_rows > 0)
		page->tables[page->n_tables++] = table;
}

/* What is shown of sessions. */
enum session_column {
	SESSION_J,
	SESSION_G,
	SESSION_ALL_G,
	SESSION_KWH,
	SESSION_KG,
	SESSION_COLUMNS
};
struct session_figures {
	struct figure of[SESSION_COLUMNS];
};

static struct session_figures figures_of(const struct model_row *row,
					 const struct unit_row *unit, double per_day)
{
	struct unit_year year = unit_year_of(unit, row->per_query, per_day);
	return (struct session_figures){ {
	    [SESSION_J] = figure_times(unit->joules, 1000),
	    [SESSION_G] = figure_times(unit->grams, 1000),
	    [SESSION_ALL_G] = figure_times(unit->all_g, 1000),
	    [SESSION_KWH] = year.kwh,
	    [SESSION_KG] = year.kg,
	} };
}

/* The columns' headers, and each row's cells below them. */
static void draw_sessions(const struct model_row *const *rows, size_t n, double per_day,
			  struct page_table *table, const struct glyphs *glyphs,
			  struct arena *arena)
{
	static const char *const headers[SESSION_COLUMNS] = {
		"%sJ/1000", "%sgCO2e/1000", "%sg with training", "kWh/year", "kgCO2e/year",
	};
	const size_t shown = per_day > 0 ? SESSION_COLUMNS : SESSION_KWH;
	struct session_figures *figures = arena_room(arena, n * sizeof(*figures));
	struct scale scales[SESSION_COLUMNS];
	struct page_column *columns = arena_room(arena, (2 + shown) * sizeof(*columns));
	for (size_t i = 0; i < n; i++)
		figures[i] = figures_of(
		    rows[i], unit_row_of(&rows[i]->units, UNIT_SESSIONS), per_day);
	columns[0] = (struct page_column){ "sessions of", false };
	columns[1] = (struct page_column){ "queries each", true };
	for (size_t c = 0; c < shown; c++) {
		struct figure *column = arena_room(arena, n * sizeof(*column));
		for (size_t i = 0; i < n; i++)
			column[i] = figures[i].of[c];
		scales[c] = c < SESSION_KWH ? scale_of(column, n, glyphs)
					    : scale_plain(column, n);
		columns[2 + c] = (struct page_column){
			arena_format(arena, headers[c], scales[c].prefix), true
		};
	}
	for (size_t i = 0; i < n; i++) {
		const struct unit_row *unit = unit_row_of(&rows[i]->units, UNIT_SESSIONS);
		const char *cells[2 + SESSION_COLUMNS] = {
			rows[i]->variant, unit->queries > 0
					      ? arena_format(arena, "%.4g", unit->queries)
					      : glyphs->missing
		};
		for (size_t c = 0; c < shown; c++)
			cells[2 + c] = format_value(figures[i].of[c], scales[c], glyphs,
						    arena);
		arena_append(arena, cells, (2 + shown) * sizeof(*cells));
	}
	*table = (struct page_table){ columns, 2 + shown, arena_take(arena), n };
}

void session_table(const struct model_campaign *campaign, double per_day, struct page *page,
		   const struct glyphs *glyphs, struct arena *arena)
{
	size_t n = 0;
	const struct model_row **rows = arena_room(
	    arena, (campaign->n_rows + 1) * sizeof(const struct model_row *));
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (unit_row_of(&campaign->rows[i].units, UNIT_SESSIONS))
			rows[n++] = &campaign->rows[i];
	if (n > 0)
		draw_sessions(rows, n, per_day, &page->tables[page->n_tables++], glyphs,
			      arena);
}

/* Why the training's part of a session is not in its grams; NULL: it is, or there is no session. */
static const char *why_untrained(const struct model_row *row)
{
	const struct unit_row *unit = unit_row_of(&row->units, UNIT_SESSIONS);
	if (!unit || !unit->joules.is_known || unit->all_g.is_known)
		return NULL;
	return unit->all_g.reason ? unit->all_g.reason : "their grams are not known";
}

/* One line for all variants of the same reason, at the first of them. */
static void add_training_line(const struct model_campaign *campaign, size_t first,
			      struct arena *arena)
{
	const char *why = why_untrained(&campaign->rows[first]), *names = NULL;
	for (size_t i = 0; why && i < campaign->n_rows; i++) {
		const char *other = why_untrained(&campaign->rows[i]);
		if (!other || strcmp(other, why) != 0)
			continue;
		if (i < first)
			return;
		names = names ? arena_format(arena, "%s, %s", names,
					     campaign->rows[i].variant)
			      : campaign->rows[i].variant;
	}
	if (!names)
		return;
	const char *line = arena_format(arena, "sessions of %s without their training: %s",
					names, why);
	arena_append(arena, &line, sizeof(line));
}

void unit_lines(const struct model_campaign *campaign, struct arena *arena)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		for (size_t j = 0; j < campaign->rows[i].units.n; j++) {
			const struct unit_row *one = &campaign->rows[i].units.rows[j];
			const char *line = arena_format(
			    arena, "no joules of %s of %s: %s", one->unit,
			    campaign->rows[i].variant,
			    one->joules.reason ? one->joules.reason : "not known");
			if (!one->joules.is_known)
				arena_append(arena, &line, sizeof(line));
		}
	for (size_t i = 0; i < campaign->n_rows; i++)
		add_training_line(campaign, i, arena);
}
