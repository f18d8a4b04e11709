/* reports/profile/sheet.h - one table as text, Markdown, CSV or JSON: for people with rounded figures, for
 * programs with all digits under names that stay. */
#ifndef JOULECART_SHEET_H
#define JOULECART_SHEET_H
#include "reports/figure/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct problem;

struct sheet_column {
	const char *name;    /* for programs; NULL: people alone see it */
	const char *heading; /* for people; NULL: programs alone see it */
	bool is_number;
	bool is_spared; /* a narrow screen does without it */
};

/* text: of unknown origin too. NAN, and a NULL text, are not known. */
struct sheet_cell {
	const char *text;  /* of a text column */
	double number;     /* of a number column */
	const char *shown; /* for people, where that differs */
};

struct sheet_cell sheet_text(const char *text);
struct sheet_cell sheet_number(double number);
/* Of a column for people alone. */
struct sheet_cell sheet_shown(const char *shown);

struct sheet {
	const char *schema; /* of the JSON */
	const struct sheet_column *columns;
	size_t n_columns;
	const struct sheet_cell *cells; /* row by row */
	size_t n_rows;
	const char *const *heads,
	    *const *notes; /* for people: above and below; end with NULL */
};

enum sheet_form { SHEET_TEXT, SHEET_MARKDOWN, SHEET_CSV, SHEET_JSON };

/* The form of that name of a format; false: none. */
bool sheet_form_of(const char *format, enum sheet_form *form);

/* Prints sheets of the same columns one after another. 0, or -1 with *why. */
int sheets_print(const struct sheet *sheets, size_t n, enum sheet_form form, FILE *out,
		 struct arena *arena, struct problem *why);

#endif
