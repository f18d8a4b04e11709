/* schema/fleet/envelope.h - a file without its campaigns: its header and schema, and the rows that are of the
 * file and not of one campaign (factors, settings, grid series, what was merged, the seal). A small database
 * of SQLite's, in which the campaigns' rows become the very file again. */
#ifndef JOULECART_FLEET_ENVELOPE_H
#define JOULECART_FLEET_ENVELOPE_H
#include "schema/seal/digest.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

enum { ENVELOPE_MOST = 1 << 28 }; /* bytes; a seal has 16 for each second of each channel */

struct envelope {
	uint8_t digest[DIGEST_SIZE]; /* of the database's bytes */
	size_t n_bytes;
	uint8_t *data; /* by zlib; freed by envelope_free() */
	size_t n_data;
};

/* Of an open file, whose schema has passed the gate. 0, or -1 with *why. */
int envelope_make(sqlite3 *db, struct envelope *envelope, struct problem *why);
void envelope_free(struct envelope *envelope);

/* Writes that database to a new file at path. 0, or -1 with *why: it is not what its digest says, or cannot be
 * written. */
int envelope_write(const struct envelope *envelope, const char *path, struct problem *why);

#endif
