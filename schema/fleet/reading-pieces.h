/* schema/fleet/reading-pieces.h - the rollups and readings of a campaign as PostgreSQL keeps them: pages
 * (schema/packed) cut into pieces, each of which fills a block of the table to its end. What is larger
 * than a block would go to TOAST, which has 4 % more. */
#ifndef JOULECART_FLEET_READING_PIECES_H
#define JOULECART_FLEET_READING_PIECES_H
#include "schema/fleet/shape.h"

#include <stdint.h>

struct server;

/* piece_no, n_readings (of the page that ends with the piece; NULL: it goes on) and data. */
extern const struct shape pieces_shape;

/* Are the rows of that table told by pieces? */
bool pieces_tell(const char *table);

/* A database of SQLite's own, to be closed, with the table of pieces, empty. NULL with *why. */
sqlite3 *pieces_new(struct problem *why);

/* The pieces of the campaign that is picked in db (campaign_pick), each of at most piece_size bytes; every page was
 * unpacked again and is the same. 0, or -1 with *why. */
int pieces_fill(sqlite3 *pieces, sqlite3 *db, size_t piece_size, struct problem *why);

/* The rows that the pieces tell of, into stretch and chunk of db. 0, or -1 with *why. */
int pieces_unpack(sqlite3 *pieces, sqlite3 *db, struct problem *why);

/* *size: of a piece beside the other columns of its row. 0, or -1 with *why. */
int pieces_size(struct server *server, const char *team, size_t *size, struct problem *why);

#endif
