/* reports/whatif/whatif-table.h - what the tables of whatif share: their unit, a name and numbers to its
 * right, with the digits that reports/figure gives them. */
#ifndef JOULECART_WHATIF_TABLE_H
#define JOULECART_WHATIF_TABLE_H
#include "base/screen-table.h"
#include "reports/figure/format.h"
#include "reports/whatif/whatif-model.h"

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

/* A table whose first column, of names, is headed title; what has no name is right of it. NULL when out of
 * memory, which all of base/screen-table.h take. */
struct screen_table *named_table(const char *title);
void figure_column(struct screen_table *table, const char *header);

/* The next cell: a figure, or "3.9..12.5", which is empty without interval. */
void figure_cell(const struct print *print, struct screen_table *table,
		 struct figure figure, struct scale scale);
void interval_cell(const struct print *print, struct screen_table *table,
		   struct figure figure, struct scale scale);

/* Prints the table after an empty line; it is gone then. */
void table_end(const struct print *print, struct screen_table *table);

#endif
