/* schema/store/views.h - the views of this program in place of those that another build of the same
 * version left in a file. Views change between versions of the tables, too. */
#ifndef JOULECART_VIEWS_H
#define JOULECART_VIEWS_H
#include <sqlite3.h>
#include <stdbool.h>

/* Is a view of this program missing in the file, or another text there? 0, or -1:
 * sqlite3_errmsg() of db says why. */
int views_differ(sqlite3 *db, bool *differ);

/* Sees to it that this connection reads this program's views. A file that is open to be written
 * and not sealed gets them; for any other they stand before the file's own, in memory, until db
 * is closed: a seal holds for the views as well. Returns as above. */
int views_refresh(sqlite3 *db);

#endif
