/* reports/whatif/whatif-table.c - see whatif-table.h. */
#include <config.h>

#include "reports/whatif/whatif-table.h"

#include <math.h>

struct many many_of(const struct print *print)
{
	static const struct many queries[] = { { 1, "g CO2e per query" },
					       { 1e3, "g CO2e per 1000 queries" },
					       { 1e6, "g CO2e per million queries" },
					       { 1e9, "g CO2e per billion queries" } };
	static const struct many runs[] = { { 1, "g CO2e per run" },
					    { 1e3, "mg CO2e per run" },
					    { 1e6, "ug CO2e per run" },
					    { 1e9, "ng CO2e per run" } };
	const struct many *some = print->whatif->is_per_query ? queries : runs;
	double sum = 0;
	size_t n = 0, i = 0;
	for (size_t j = 0; j < print->whatif->n_rows; j++) {
		struct figure stored = print->whatif->rows[j].o_g[0];
		if (stored.is_known && stored.value > 0) {
			sum += log10(stored.value);
			n++;
		}
	}
	while (n > 0 && i < 3 && pow(10, sum / (double)n) * some[i].n < 1)
		i++;
	return some[i];
}

struct libscols_table *table_begin(const struct print *print, const char *title)
{
	struct libscols_table *table = scols_new_table();
	if (!table)
		return NULL;
	scols_table_set_stream(table, print->out);
	/* The same text everywhere: a narrow terminal wraps lines, it does not lose cells. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(table, "  ");
	scols_table_new_column(table, arena_format(print->arena, " %s", title), 0, 0);
	return table;
}

void table_column(struct libscols_table *table, const char *header)
{
	if (table)
		scols_table_new_column(table, header, 0, SCOLS_FL_RIGHT);
}

struct libscols_line *table_line(const struct print *print, struct libscols_table *table,
				 const char *name)
{
	struct libscols_line *line = table ? scols_table_new_line(table, NULL) : NULL;
	if (line)
		scols_line_set_data(line, 0, arena_format(print->arena, " %s", name));
	return line;
}

void table_cell(struct libscols_line *line, size_t column, const char *text)
{
	if (line)
		scols_line_set_data(line, column, text);
}

void table_figure(const struct print *print, struct libscols_line *line, size_t column,
		  struct figure figure, struct scale scale)
{
	table_cell(line, column, format_value(figure, scale, print->glyphs, print->arena));
}

void table_interval(const struct print *print, struct libscols_line *line, size_t column,
		    struct figure figure, struct scale scale)
{
	table_cell(line, column, format_interval(figure, scale, print->arena));
}

void table_end(struct libscols_table *table)
{
	if (table)
		scols_print_table(table);
	scols_unref_table(table);
}
