/* schema/store/campaign-rows.h - which rows of a file belong to a campaign: for who copies campaigns. */
#ifndef JOULECART_CAMPAIGN_ROWS_H
#define JOULECART_CAMPAIGN_ROWS_H
#include "schema/seal/digest.h"

#include <sqlite3.h>

/* A table and, as a condition over temp.picked and its like, its rows of the picked campaigns. */
struct campaign_table {
	const char *name, *rows;
};

/* In the order of their references; ended by a NULL name. */
extern const struct campaign_table campaign_tables[];

/* The tables that the conditions speak of, empty, and temp.known, for the UUIDs of another side. Returns
 * SQLite's code. */
int campaign_rows_begin(sqlite3 *db);

/* Picks the campaigns of which the condition holds; ?1 in it is the UUID. Returns SQLite's code. */
int campaign_rows_pick(sqlite3 *db, const char *which, const char *uuid);

/* Drops those tables again. */
void campaign_rows_end(sqlite3 *db);

/* The condition of that table, which is one of campaign_tables: returns a constant. */
const char *campaign_rows_of(const char *table);

/* Of a row's values, types and lengths included: row by row into one digest. */
struct crypto_generichash_blake2b_state;
void campaign_rows_hash(struct crypto_generichash_blake2b_state *hash, sqlite3_stmt *row,
			int column);

#endif
