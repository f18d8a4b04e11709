/* schema/fleet/copy-read.h - rows that PostgreSQL's COPY sends in its binary form, put into a table of
 * SQLite's. The server may be anybody's: what it sends is looked at byte by byte, and SQLite checks each
 * row against the types and constraints of its table. */
#ifndef JOULECART_FLEET_COPY_READ_H
#define JOULECART_FLEET_COPY_READ_H
#include "schema/fleet/server.h"
#include "schema/fleet/shape.h"

#include <stdint.h>

/* Takes what a COPY ... TO STDOUT BINARY that has begun sends: rows with the shape's columns (may_be_there:
 * one whose key is there already is passed over), or, of a shape that is paged, with page_rows and an array
 * of each column. 0, or -1 with *why. */
int copy_read(struct server *server, const struct shape *shape, sqlite3 *db,
	      bool may_be_there, struct problem *why);

/* One message of it, for tests and fuzzing: 0, or -1 with *why. */
struct copy_reader;
struct copy_reader *copy_reader_new(const struct shape *shape, sqlite3 *db,
				    bool may_be_there);
int copy_reader_take(struct copy_reader *reader, const void *bytes, size_t n,
		     struct problem *why);
void copy_reader_free(struct copy_reader *reader); /* takes NULL */

#endif
