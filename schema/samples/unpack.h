/* schema/samples/unpack.h - chunks of a database as readings again, with the times that one chunk
 * takes from another. Shared by the program and the loadable extension. */
#ifndef JOULECART_UNPACK_H
#define JOULECART_UNPACK_H
#include "schema/samples/chunk.h"

struct sqlite3;
struct unpacker;

/* For one connection, used by one thread. NULL: no memory. */
struct unpacker *unpacker_new(struct sqlite3 *db);
void unpacker_free(struct unpacker *unpacker); /* takes NULL */

/* The readings of one chunk: *samples and *n hold until the next call. Returns SQLITE_OK,
 * SQLITE_CORRUPT where the chunk or one that it needs is damaged or missing, SQLITE_NOMEM, or
 * what SQLite answered. */
int unpack_chunk(struct unpacker *unpacker, int64_t channel_id, int64_t seq,
		 const struct sample **samples, size_t *n);

#endif
