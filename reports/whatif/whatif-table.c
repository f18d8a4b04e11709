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

struct screen_table *named_table(const char *title)
{
	struct screen_table *table = table_new(1, 2);
	table_column(table, title, TABLE_WORDS);
	return table;
}

void figure_column(struct screen_table *table, const char *header)
{
	table_column(table, header, TABLE_RIGHT);
}

void figure_cell(const struct print *print, struct screen_table *table,
		 struct figure figure, struct scale scale)
{
	table_cell(table, format_value(figure, scale, print->glyphs, print->arena));
}

void interval_cell(const struct print *print, struct screen_table *table,
		   struct figure figure, struct scale scale)
{
	table_cell(table, format_interval(figure, scale, print->arena));
}

void table_end(const struct print *print, struct screen_table *table)
{
	fputc('\n', print->out);
	table_print(table, print->out);
	table_free(table);
}
