/* schema/store/store.h - one open database file, to be written to.
 *
 * Used by one thread at a time. Functions return 0, or -1 with *why (full disk, read-only file...); a
 * failed write leaves what was committed before it intact. The file is in WAL mode: a killed process
 * loses what it had not committed; a power cut takes no more than what came after the last
 * store_begin_synced; neither damages the file. */
#ifndef JOULECART_STORE_H
#define JOULECART_STORE_H
#include <stdint.h>

struct problem;
struct store;

/* Opens or creates the file and brings it to this version. NULL with *why. */
struct store *store_open(const char *path, struct problem *why);
/* A new one that is kept in memory, and gone when it is closed. NULL with *why. */
struct store *store_open_memory(struct problem *why);
void store_close(struct store *store); /* takes NULL */

/* Nothing more will be written: starts to move what was into the file itself, as closing would,
 * while the caller goes on to read. store_close waits for it. */
void store_settle(struct store *store);

/* Adding to this campaign is up to this process alone until the store is closed. -1: another process is
 * at it. */
int store_claim_campaign(struct store *store, int64_t campaign_id, struct problem *why);

int store_begin(struct store *store, struct problem *why);
/* As store_begin; but its commit, and all before it, survive a power cut. */
int store_begin_synced(struct store *store, struct problem *why);
int store_commit(struct store *store, struct problem *why);
void store_rollback(struct store *store);

/* The database connection, for the read-only questions of others (zone names). */
struct sqlite3;
struct sqlite3 *store_db(struct store *store);

#endif
