/* reports/figure/rows.h - lists out of a database: one statement, one function that turns a row
 * into an item, and the arena that keeps them. */
#ifndef JOULECART_HTML_ROWS_H
#define JOULECART_HTML_ROWS_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdint.h>

/* Where one list is being read. */
struct list_reading {
	sqlite3 *db;
	struct arena *arena;
	int64_t campaign_id;
	int64_t block;
};

/* Appends the row's item to the arena. */
typedef void take_row(sqlite3_stmt *row, const struct list_reading *reading);

/* A column's value; what otherwise says where it is NULL. Text lives as long as the arena. */
const char *text_of(sqlite3_stmt *row, int column, const struct list_reading *reading);

/* A word that the tables require, such as a variant or a unit: "unknown" where it is NULL all the
 * same, as in a damaged file whose indices do not agree with its tables. */
const char *word_of(sqlite3_stmt *row, int column, const struct list_reading *reading);
double real_or(sqlite3_stmt *row, int column, double otherwise);
int64_t count_or(sqlite3_stmt *row, int column, int64_t otherwise);

/* Runs sql with ?1 the campaign and ?2, if it has one, the block, and takes each row. 0, or -1:
 * sqlite3_errmsg() says why. */
int each_row(const struct list_reading *reading, const char *sql, take_row *take);

/* The items that each_row took: how many of size, in *n. The arena owns them. */
void *rows_taken(const struct list_reading *reading, size_t size, size_t *n);

#endif
