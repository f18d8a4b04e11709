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
	};
	struct page_table table = { .columns = columns,
				    .n_columns = sizeof(columns) / sizeof(*columns) };
	for (size_t i = 0; i < campaign->n_rows; i++)
		table.n_rows += add_rows(campaign, &campaign->rows[i], glyphs, arena);
	table.cells = arena_take(arena);
	if (table.n_rows > 0)
		page->tables[page->n_tables++] = table;
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
}
