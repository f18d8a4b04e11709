/* schema/database/views.h - the views of this program in place of those that another build of the same
 * version left in a file. Views change between versions of the tables, too. */
#ifndef JOULECART_VIEWS_H
#define JOULECART_VIEWS_H
#include <sqlite3.h>
#include <stdbool.h>

/* Are the file's views other ones than this program's, word for word, or in another order? 0, or
 * -1: sqlite3_errmsg() of db says why. */
int views_differ(sqlite3 *db, bool *differ);

/* Makes this program's views in a database that has none. Returns as above. */
int views_make(sqlite3 *db);

/* Sees to it that this connection reads this program's views: in place of the file's, or, as_temp,
 * before them, in memory, until db is closed (a seal holds for the views as well). Returns as
 * above. */
int views_replace(sqlite3 *db, bool as_temp);

#endif
