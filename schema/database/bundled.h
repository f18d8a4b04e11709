/* schema/database/bundled.h - the factors that this program ships (the tables in schema/factors/).
 *
 * A database holds, of table factor, what its own campaigns use: its views read nothing else. All
 * that could be used is in the program, and beside a database in temp.known_factor. */
#ifndef JOULECART_SCHEMA_BUNDLED_H
#define JOULECART_SCHEMA_BUNDLED_H
#include <sqlite3.h>

/* Adds to table factor what is lacking there; rows that are there stay as they are. Each returns
 * SQLITE_OK, or the code of what failed: sqlite3_errmsg(db) says why. */

/* Every bundled row. 0, or -1: sqlite3_errmsg(db) says why; so all three. */
int bundled_add_all(sqlite3 *db);
/* Those of one kind and key, such as "grid", "FR". */
int bundled_add(sqlite3 *db, const char *kind, const char *key);
/* Those that the rows of campaign, host and setting refer to. */
int bundled_add_used(sqlite3 *db);

/* Makes temp.known_factor anew: the rows of table factor, and of the bundled ones those that it
 * lacks. Its columns are factor's and in_force, which is v_factor's rule: 1 in the row of each
 * (kind, key, parameter) that stands before the others. temp.known_factor_row says of each what
 * v_factor_row says of factor's. Returns as above. */
int bundled_know(sqlite3 *db);

/* The zone of that key, whatever its case, as it is spelt here; NULL: none has it. */
const char *bundled_zone(const char *key);

/* The edition that this program has of that factor, which a file's may be older than; NULL: it has none. */
const char *bundled_edition(const char *kind, const char *key, const char *parameter);

#endif
