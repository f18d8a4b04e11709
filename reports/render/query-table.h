/* reports/render/query-table.h - the rows of one query, as a table for people or for programs. */
#ifndef JOULECART_QUERY_TABLE_H
#define JOULECART_QUERY_TABLE_H
#include <sqlite3.h>
#include <stdio.h>

struct problem;

enum table_form {
	TABLE_TEXT,  /* aligned, numbers to the right */
	TABLE_PLAIN, /* tab separated, header first */
	TABLE_CSV,   /* RFC 4180, header first */
	TABLE_JSON,  /* {"schema": ..., "rows": [{column: value}]} */
	TABLE_PAIRS  /* each row as lines of "column  value", rows apart by an empty line */
};

/* Prints what the statement yields from here on; its columns' names are the headers. NULL is
 * "-" for people, empty in plain and CSV, null in JSON. *n_rows is how many there were. 0, or -1 with
 * *why; the caller finalizes the statement. */
int query_print(sqlite3_stmt *statement, enum table_form form, const char *schema,
		FILE *out, size_t *n_rows, struct problem *why);

#endif
