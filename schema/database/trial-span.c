/* schema/database/trial-span.c - see trial-span.h. */
#include <config.h>

#include "schema/database/trial-span.h"

#include <stddef.h>

int trial_span_bind(sqlite3_stmt *row, int first, int64_t campaign_id)
{
	static const char sql[] =
	    "SELECT coalesce(min(trial_id), 0), coalesce(max(trial_id), 0)"
	    " FROM trial WHERE campaign_id = ?";
	sqlite3_stmt *span = NULL;
	if (sqlite3_prepare_v2(sqlite3_db_handle(row), sql, -1, &span, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(span, 1, campaign_id);
	if (sqlite3_step(span) == SQLITE_ROW) {
		sqlite3_bind_int64(row, first, sqlite3_column_int64(span, 0));
		sqlite3_bind_int64(row, first + 1, sqlite3_column_int64(span, 1));
	}
	return sqlite3_finalize(span) == SQLITE_OK ? 0 : -1;
}
