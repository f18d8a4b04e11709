/* schema/fleet/campaign-read.h - the rows of one campaign of a file, table by table, and their digests. */
#ifndef JOULECART_FLEET_CAMPAIGN_READ_H
#define JOULECART_FLEET_CAMPAIGN_READ_H
#include "schema/fleet/shape.h"
#include "schema/seal/digest.h"
#include "schema/store/campaign-rows.h"

#include <stdbool.h>

enum { UUID_SIZE = 37 }; /* of its text, with its end */

/* Is it a UUID as joulecart writes one: 36 characters, in lower case? */
bool uuid_is_plain(const char *uuid);

/* The campaign's rows are those that campaign_select() gives from now on. 0, or -1. */
int campaign_pick(sqlite3 *db, const char *uuid);

/* The rows of a table, by its keys, chunks by channel: the next ones of that table go into the same pages.
 * A table that the file lacks, being older: *rows is NULL. 0, or -1: sqlite3_errmsg(db) says why. */
int campaign_select(sqlite3 *db, const struct campaign_table *table, struct shape *shape,
		    sqlite3_stmt **rows);

/* Is it one of the tables that travel with their campaign? Settings go with the file (envelope.h). */
bool campaign_has_table(const char *table);

/* What was picked, in two digests: trim drops readings and no other row. 0, or -1. */
struct campaign_digests {
	uint8_t rows[DIGEST_SIZE], readings[DIGEST_SIZE];
};
int campaign_digest(sqlite3 *db, struct campaign_digests *digests);

#endif
