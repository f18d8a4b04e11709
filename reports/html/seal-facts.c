/* reports/html/seal-facts.c - see seal-facts.h. */
#include <config.h>

#include "reports/html/seal-facts.h"

#include "base/problem.h"
#include "schema/seal/seal.h"

#include <sodium.h>
#include <string.h>

static const char *hex_of(const void *bytes, struct arena *arena)
{
	char hex[2 * DIGEST_SIZE + 1];
	if (!bytes)
		return NULL;
	return arena_string(arena, sodium_bin2hex(hex, sizeof(hex), bytes, DIGEST_SIZE));
}

static const char newest_sql[] =
    "SELECT head, public_key, supersedes,"
    "       strftime('%Y-%m-%d %H:%M', made_utc_ns / 1000000000, 'unixepoch') "
    "FROM seal ORDER BY seal_id DESC LIMIT 1";

int seal_facts_read(sqlite3 *db, struct arena *arena, struct seal_facts *facts,
		    struct problem *why)
{
	uint8_t head[DIGEST_SIZE];
	sqlite3_stmt *row = NULL;
	*facts = (struct seal_facts){ 0 };
	if (seal_head(db, head, why) != 0)
		return -1;
	facts->head = hex_of(head, arena);
	if (sqlite3_prepare_v2(db, newest_sql, -1, &row, NULL) != SQLITE_OK) {
		problem_what(why, "cannot read the seal");
		return problem_why(why, "%s", sqlite3_errmsg(db));
	}
	if (sqlite3_step(row) == SQLITE_ROW) {
		const void *sealed = sqlite3_column_blob(row, 0);
		facts->is_sealed = sealed && memcmp(sealed, head, DIGEST_SIZE) == 0;
		facts->public_key = hex_of(sqlite3_column_blob(row, 1), arena);
		facts->supersedes = hex_of(sqlite3_column_blob(row, 2), arena);
		facts->sealed_utc = arena_string(arena,
						 (const char *)sqlite3_column_text(row, 3));
	}
	sqlite3_finalize(row);
	return 0;
}
