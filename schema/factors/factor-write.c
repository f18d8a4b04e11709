/* schema/factors/factor-write.c - see factor-write.h. */
#include <config.h>

#include "schema/factors/factor-write.h"

#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/guard.h"
#include "schema/factors/factor-store.h"

#include <stdbool.h>
#include <stdio.h>

int factor_unwritable(sqlite3 *db, const char *name, struct problem *why)
{
	bool is_refused = (sqlite3_errcode(db) & 0xff) == SQLITE_CONSTRAINT;
	problem_what(why, "cannot set '%s'", name);
	if (!is_refused)
		return guard_why(db, why);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "the value or its words are not allowed there (%s)",
		    sqlite3_errmsg(db));
	return problem_todo(why, "'man joulecart-factors' lists what each takes");
}

int factor_know(sqlite3 *db, const char *name, struct problem *why)
{
	return bundled_know(db) == SQLITE_OK ? 0 : factor_unwritable(db, name, why);
}

int factor_lacks(const char *name, const char *what, const char *option,
		 struct problem *why)
{
	problem_what(why, "cannot set '%s'", name);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s is missing", what);
	return problem_todo(why, "give it with %s", option);
}

void factor_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

int factor_step(sqlite3 *db, sqlite3_stmt *statement, const char *name, struct problem *why)
{
	int code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? 0
							 : factor_unwritable(db, name, why);
}

int factor_forget_file(sqlite3 *db, const struct factor_file_tables *tables,
		       const char *sha256, const char *name, struct problem *why)
{
	const char *const sqls[] = { tables->rows_sql, tables->file_sql };
	for (size_t i = 0; i < 2; i++) {
		sqlite3_stmt *statement = NULL;
		if (sqlite3_prepare_v2(db, sqls[i], -1, &statement, NULL) != SQLITE_OK)
			return factor_unwritable(db, name, why);
		factor_bind_text(statement, 1, sha256);
		if (factor_step(db, statement, name, why) != 0)
			return -1;
	}
	return 0;
}

void factor_zone_of(sqlite3 *db, const char *name, char *zone, size_t size)
{
	sqlite3_stmt *row = NULL;
	snprintf(zone, size, "%s", name);
	sqlite3_prepare_v2(db,
			   "SELECT key FROM known_factor WHERE in_force AND kind = 'grid'"
			   " AND parameter = 'intensity' AND (key = ?1"
			   " OR ',' || note || ',' LIKE '%,' || ?1 || ',%')"
			   " ORDER BY key = ?1 DESC LIMIT 1",
			   -1, &row, NULL);
	factor_bind_text(row, 1, name);
	if (sqlite3_step(row) == SQLITE_ROW)
		snprintf(zone, size, "%s", (const char *)sqlite3_column_text(row, 0));
	sqlite3_finalize(row);
}

int factor_note_begin(sqlite3 *db, struct noted_change *change, struct problem *why)
{
	return change_begin(db, change) == SQLITE_OK
		   ? 0
		   : factor_unwritable(db, change->name, why);
}

int factor_note_end(sqlite3 *db, struct noted_change *change,
		    const struct factor_source *source, int code, struct problem *why)
{
	int noted = change_end(db, change, source->who, code == 0);
	if (code == 0 && noted != SQLITE_OK)
		return factor_unwritable(db, change->name, why);
	return code;
}
