/* schema/fleet/kept-figures.h - what the views make of a file, kept for its campaigns (fleet-schema.h). */
#ifndef JOULECART_FLEET_KEPT_FIGURES_H
#define JOULECART_FLEET_KEPT_FIGURES_H
#include "schema/fleet/fleet-schema.h"
#include "schema/seal/digest.h"

#include <stdint.h>

/* Evaluates each view once, over the whole file, into temporary tables. 0, or -1 with *why. */
int kept_make(sqlite3 *db, struct problem *why);

/* Those of a campaign; campaign_id is the file's. *rows are the shape's columns. 0, or -1. */
int kept_select(sqlite3 *db, const struct kept_view *view, int64_t campaign_id,
		struct shape *shape, sqlite3_stmt **rows);

/* Of all of them. 0, or -1. */
int kept_digest(sqlite3 *db, int64_t campaign_id, uint8_t digest[DIGEST_SIZE]);

#endif
