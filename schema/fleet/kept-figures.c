/* schema/fleet/kept-figures.c - see kept-figures.h. */
#include <config.h>

#include "schema/fleet/kept-figures.h"

#include "base/problem.h"
#include "schema/store/campaign-rows.h"

#include <sodium.h>
#include <string.h>

static int make_one(sqlite3 *db, const struct kept_view *view)
{
	bool is_of_trial = strcmp(view->of, "trial") == 0;
	char *sql = sqlite3_mprintf(
	    "CREATE TEMP TABLE %s AS SELECT %s.campaign_id AS kept_of, v.* FROM %s v%s",
	    view->table, is_of_trial ? "t" : "v", view->view,
	    is_of_trial ? " JOIN main.trial t ON t.trial_id = v.trial_id" : "");
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code == SQLITE_OK ? 0 : -1;
}

int kept_make(sqlite3 *db, struct problem *why)
{
	for (const struct kept_view *view = kept_views; view->view; view++)
		if (make_one(db, view) != 0)
			return problem_refuse(
			    why, "'joulecart verify' may tell more of the file", "%s: %s",
			    view->view, sqlite3_errmsg(db));
	return 0;
}

int kept_select(sqlite3 *db, const struct kept_view *view, int64_t campaign_id,
		struct shape *shape, sqlite3_stmt **rows)
{
	*rows = NULL;
	if (kept_shape(db, view, shape) != 0)
		return -1;
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_str_appendall(sql, "SELECT ");
	shape_names(sql, shape, "");
	sqlite3_str_appendf(sql, " FROM temp.%s WHERE kept_of = %lld ORDER BY rowid",
			    view->table, (long long)campaign_id);
	char *text = sqlite3_str_finish(sql);
	int code = text ? sqlite3_prepare_v2(db, text, -1, rows, NULL) : SQLITE_NOMEM;
	sqlite3_free(text);
	return code == SQLITE_OK ? 0 : -1;
}

int kept_digest(sqlite3 *db, int64_t campaign_id, uint8_t digest[DIGEST_SIZE])
{
	crypto_generichash_state hash;
	crypto_generichash_init(&hash, NULL, 0, DIGEST_SIZE);
	for (const struct kept_view *view = kept_views; view->view; view++) {
		struct shape shape;
		sqlite3_stmt *rows = NULL;
		int step = SQLITE_ERROR;
		if (kept_select(db, view, campaign_id, &shape, &rows) == 0)
			while ((step = sqlite3_step(rows)) == SQLITE_ROW)
				for (int i = 0; i < shape.n; i++)
					campaign_rows_hash(&hash, rows, i);
		sqlite3_finalize(rows);
		if (step != SQLITE_DONE)
			return -1;
	}
	crypto_generichash_final(&hash, digest, DIGEST_SIZE);
	return 0;
}
