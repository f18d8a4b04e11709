/* base/screen-table.h - a table on a screen: the one place that decides how a table fits into the columns
 * there are (wrap_screen). What is wider than the screen is mended in this order, only as far as
 * is needed:
 *
 *   1. a column that says the same in every row is said once, below the table (TABLE_ONCE);
 *   2. words go on in further lines of their cell (TABLE_WORDS), down to some 20 columns or what
 *      table_words() asks for;
 *   3. columns that can be spared are left out, the last first, and named below (TABLE_SPARED); what they
 *      leave goes back to the words;
 *   4. names (TABLE_NAMES) are broken too, words take still narrower cells, headers several lines, an
 *      interval breaks after its "..";
 *   5. each row becomes a list of its own, a line a column.
 *
 * A number is never broken, nor parted from its unit. */
#ifndef JOULECART_SCREEN_TABLE_H
#define JOULECART_SCREEN_TABLE_H
#include <stddef.h>
#include <stdio.h>

/* What a column is; 0: a figure at the left. */
enum {
	TABLE_RIGHT = 1, /* its cells stand at the right */
	TABLE_WORDS = 2, /* its cells may be broken between words, and within long ones */
	TABLE_ONCE = 4,
	TABLE_SPARED = 8,
	TABLE_NAMES = 16, /* with TABLE_WORDS: names, which people copy and search for */
};

struct screen_table;

/* A table with so many blanks before each line and between two columns. What it is given is copied, and
 * shown as text_shown() shows it. NULL when out of memory, which all below take. */
struct screen_table *table_new(size_t margin, size_t gap);
void table_free(struct screen_table *table);

/* Columns first, then cells, row by row; NULL is an empty cell. Where no column has a header, there is no
 * line of them. */
void table_column(struct screen_table *table, const char *header, int flags);
void table_cell(struct screen_table *table, const char *text);

/* In how many columns words still read well, where 20 are too few. */
void table_words(struct screen_table *table, size_t columns);

/* Where the columns that were left out are to be had: "--json has all". */
void table_rest(struct screen_table *table, const char *where);

/* Prints the table for the screen behind out. 0, or -1: out of memory, now or before. */
int table_print(struct screen_table *table, FILE *out);

#endif
