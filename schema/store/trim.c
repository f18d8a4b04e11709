/* schema/store/trim.c - see trim.h. */
#include <config.h>

#include "schema/store/trim.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "schema/store/writer.h"

#include <sqlite3.h>

#define CHUNKS_OF_TRIALS                                                                \
	" FROM trial t JOIN channel c USING (trial_id) JOIN chunk k USING (channel_id)" \
	" WHERE t.state <> 'running' AND (?1 = 0 OR t.trial_id = ?1)"

/* Trimmed twice, a trial keeps its first figures and adds to them: nothing is left to drop. */
static const char note_sql[] =
    "INSERT INTO trimmed (trial_id, utc_ns, tool_version, n_chunks, n_readings, bytes)"
    " SELECT trial_id, ?2, ?3, count(*), sum(k.n), sum(length(k.data))" CHUNKS_OF_TRIALS
    " GROUP BY trial_id";
static const char count_sql[] =
    "SELECT count(DISTINCT trial_id), count(*), coalesce(sum(k.n), 0),"
    " coalesce(sum(length(k.data)), 0)" CHUNKS_OF_TRIALS;
static const char drop_sql[] = "DELETE FROM chunk WHERE chunk_id IN"
			       " (SELECT k.chunk_id" CHUNKS_OF_TRIALS ")";

static int run(sqlite3 *db, const char *sql, int64_t trial_id, struct trim_result *result)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, trial_id);
	if (sqlite3_bind_parameter_count(statement) == 3) {
		sqlite3_bind_int64(statement, 2, clock_ns(CLOCK_REALTIME));
		sqlite3_bind_text(statement, 3, PACKAGE_VERSION, -1, SQLITE_STATIC);
	}
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && result)
		*result = (struct trim_result){ sqlite3_column_int64(statement, 0),
						sqlite3_column_int64(statement, 1),
						sqlite3_column_int64(statement, 2),
						sqlite3_column_int64(statement, 3) };
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

int trim(struct store *store, int64_t trial_id, struct trim_result *result,
	 struct problem *why)
{
	sqlite3 *db = store_db(store);
	if (store_begin(store, why) != 0)
		return -1;
	if (run(db, count_sql, trial_id, result) == SQLITE_OK &&
	    run(db, note_sql, trial_id, NULL) == SQLITE_OK &&
	    run(db, drop_sql, trial_id, NULL) == SQLITE_OK) {
		if (store_commit(store, why) != 0)
			return -1;
		guard_allow_vacuum(db, true);
		int code = sqlite3_exec(db, "VACUUM", NULL, NULL, NULL);
		guard_allow_vacuum(db, false);
		if (code == SQLITE_OK)
			return 0;
	}
	store_problem(db, "write", sqlite3_db_filename(db, NULL), why);
	store_rollback(store);
	return -1;
}
