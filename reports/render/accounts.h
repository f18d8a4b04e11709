/* reports/render/accounts.h - the carbon accounts of a database, for programs: what the views say of
 * SCI, scopes, water, boundary, factors with their quality, and the uncertainty budget. */
#ifndef JOULECART_ACCOUNTS_H
#define JOULECART_ACCOUNTS_H
#include <sqlite3.h>
#include <stdint.h>

struct problem;

/* One JSON object with an array for each of them, its keys the columns of the view; of one
 * campaign, or of all (0). *json is freed with sqlite3_free. 0, or -1 with *why. */
int accounts_read(sqlite3 *db, int64_t campaign_id, char **json, struct problem *why);

#endif
