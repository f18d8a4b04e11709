/* reports/whatif/whatif-table.h - what the tables of whatif share: their unit, a name and numbers to its
 * right, with the digits that reports/figure gives them. */
#ifndef JOULECART_WHATIF_TABLE_H
#define JOULECART_WHATIF_TABLE_H
#include "reports/figure/format.h"
#include "reports/whatif/whatif-model.h"

#include <libsmartcols.h>
#include <stdio.h>

/* Where one campaign is being printed. */
struct print {
	const struct whatif *whatif;
	const struct whatif_options *options;
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
};

/* So many of what the figures are of, or so small a unit, that the typical figure lies from 1 to
 * 1000: nobody thinks in a billion runs, but in micrograms of one. */
struct many {
	double n;
	const char *words; /* "g CO2e per billion queries" */
};
struct many many_of(const struct print *print);

/* Begins a table whose first column is headed title. NULL when out of memory, which all below
 * take. */
struct libscols_table *table_begin(const struct print *print, const char *title);

/* A further column; its text stands at the right. */
void table_column(struct libscols_table *table, const char *header);

/* A row of that name; its cells are empty. The table owns it. NULL: out of memory. */
struct libscols_line *table_line(const struct print *print, struct libscols_table *table,
				 const char *name);
void table_cell(struct libscols_line *line, size_t column, const char *text);

/* "3.9..12.5"; empty without interval. */
void table_interval(const struct print *print, struct libscols_line *line, size_t column,
		    struct figure figure, struct scale scale);
void table_figure(const struct print *print, struct libscols_line *line, size_t column,
		  struct figure figure, struct scale scale);

/* Prints the table, which is gone then. */
void table_end(struct libscols_table *table);

#endif
