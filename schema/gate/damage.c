/* schema/gate/damage.c - see damage.h. */
#include <config.h>

#include "schema/gate/damage.h"

#include "schema/database/guard.h"
#include "schema/gate/printable.h"

#include <stdio.h>
#include <string.h>

int store_damage(sqlite3 *db, char *text, size_t size)
{
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
	return code;
}
