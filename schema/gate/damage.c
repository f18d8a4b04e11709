/* schema/gate/damage.c - see damage.h. */
#include <config.h>

#include "schema/gate/damage.h"

#include "schema/database/guard.h"
#include "schema/gate/printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* SQLite holds rows against the CHECKs of their tables where it may write the file, or has it in memory, and
 * not where it may only read it. Here it never does: see domain.h, which names the row. */
static void hold_checks(sqlite3 *db, bool is_held)
{
	sqlite3_exec(db,
		     is_held ? "PRAGMA ignore_check_constraints = OFF"
			     : "PRAGMA ignore_check_constraints = ON",
		     NULL, NULL, NULL);
}

int store_damage(sqlite3 *db, char *text, size_t size)
{
	hold_checks(db, false);
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(db, "PRAGMA main.integrity_check(1)", -1, &row, NULL) ==
	    SQLITE_OK)
		step = sqlite3_step(row);
	const char *found = step == SQLITE_ROW ? (const char *)sqlite3_column_text(row, 0)
					       : guard_error(db);
	int code = step == SQLITE_ROW && found && strcmp(found, "ok") == 0 ? 0 : -1;
	if (code != 0)
		snprintf(text, size, "the file is damaged: %s", found ? found : "?");
	for (char *c = text; code != 0 && *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	if (code != 0)
		printable(text);
	sqlite3_finalize(row);
	hold_checks(db, true);
	return code;
}
