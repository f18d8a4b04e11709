/* schema/database/count.h - one whole number of a database, and whether there is any. */
#ifndef JOULECART_COUNT_H
#define JOULECART_COUNT_H
#include <sqlite3.h>
#include <stdint.h>

/* The number in the first column of sql's one row. Returns SQLITE_OK, else SQLite's code, and *n is 0: who goes
 * on must not take that for a count. */
int database_count(sqlite3 *db, const char *sql, int64_t *n);

/* Has sql, of which ?1 is id, a row? 1, 0, or -1: sqlite3_errmsg() says why. */
int database_has_row(sqlite3 *db, const char *sql, int64_t id);

#endif
