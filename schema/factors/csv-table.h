/* schema/factors/csv-table.h - a CSV file with a header, row by row, for who imports figures in time. */
#ifndef JOULECART_CSV_TABLE_H
#define JOULECART_CSV_TABLE_H
#include <stdbool.h>
#include <stddef.h>

struct problem;

/* Publishers' exports have some twenty columns; what matters in a field is short. */
enum { CSV_COLUMNS = 64, CSV_NAME_SIZE = 64, CSV_FIELD_SIZE = 160, CSV_FAILED_SIZE = 320 };

/* Where a file is being read. Names of the header are lower-case letters and digits alone, subscripts plain
 * digits. */
struct csv_table {
	void (*take_row)(struct csv_table *table); /* row 1 is the header */
	void *context;
	char names[CSV_COLUMNS][CSV_NAME_SIZE];
	size_t n_names;
	char fields[CSV_COLUMNS][CSV_FIELD_SIZE]; /* of this row */
	bool
	    is_cut; /* one of this row's was longer, or holds a NUL: so much of it is kept */
	size_t n;   /* columns of this row */
	size_t row;                   /* from 1 */
	char failed[CSV_FAILED_SIZE]; /* why a row cannot be taken: the rest is not */
};

/* Runs take_row for each row of text[0..size). Separated by commas, or in some countries by semicolons. 0,
 * whatever rows failed, or -1 with *why's reason: no memory. */
int csv_table_read(struct csv_table *table, const char *text, size_t size,
		   struct problem *why);

/* The column of that name in the header, both written in that way; -1: there is none. */
int csv_table_column(const struct csv_table *table, const char *name);

/* The field of that column in this row; "" where the row or the file has none (-1). */
const char *csv_table_field(const struct csv_table *table, int column);

/* A number as meters and registries write it, no letters or blanks, of a size that some quantity has. */
bool csv_table_number(const char *text, double *value);

/* Makes room for one item more, of `size` bytes each: items (NULL at first) holds n, and has room for *room (0 at
 * first). Returns the items, which may have moved and are the caller's to free; NULL: no memory, as table->failed
 * then says, and items stay as they were. */
void *csv_table_room(struct csv_table *table, void *items, size_t n, size_t *room,
		     size_t size);

#endif
