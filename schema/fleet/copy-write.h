/* schema/fleet/copy-write.h - rows of SQLite's as the binary form of PostgreSQL's COPY: exact to the bit,
 * and no label can be anything but a value. */
#ifndef JOULECART_FLEET_COPY_WRITE_H
#define JOULECART_FLEET_COPY_WRITE_H
#include "schema/fleet/server.h"
#include "schema/fleet/shape.h"

#include <stdint.h>

/* Sends the rows of the statement, whose columns are the shape's, to the table: as rows, or, of a shape that
 * is paged, as pages (page_no, page_rows, arrays). *n_rows: how many. 0, or -1 with *why. */
int copy_write(struct server *server, const char *table, const struct shape *shape,
	       sqlite3_stmt *rows, int64_t *n_rows, struct problem *why);

#endif
