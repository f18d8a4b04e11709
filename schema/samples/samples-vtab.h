/* schema/samples/samples-vtab.h - the packed readings as a table: joulecart_samples(...) in SQL. */
#ifndef JOULECART_SAMPLES_VTAB_H
#define JOULECART_SAMPLES_VTAB_H

struct sqlite3;

/* Makes joulecart_samples known to this connection. Returns SQLITE_OK, or SQLite's code. */
int samples_register(struct sqlite3 *db);

#endif
