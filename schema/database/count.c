/* schema/database/count.c - see count.h. */
#include <config.h>

#include "schema/database/count.h"

#include <stddef.h>

int database_count(sqlite3 *db, const char *sql, int64_t *n)
{
	sqlite3_stmt *row = NULL;
	*n = 0;
	int code = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	int step = code == SQLITE_OK ? sqlite3_step(row) : code;
	if (step == SQLITE_ROW)
		*n = sqlite3_column_int64(row, 0);
	else if (code == SQLITE_OK) /* no row is no number */
		code = step == SQLITE_DONE ? SQLITE_ERROR : step;
	sqlite3_finalize(row);
	return code;
}

int database_has_row(sqlite3 *db, const char *sql, int64_t id)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, id);
	int step = sqlite3_step(row);
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 1 : step == SQLITE_DONE ? 0 : -1;
}
