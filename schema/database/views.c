/* schema/database/views.c - see views.h. */
#include <config.h>

#include "schema/database/views.h"

#include "schema/ddl.h"

#include <string.h>

static const char create[] = "CREATE VIEW";

int views_make(sqlite3 *db)
{
	return sqlite3_exec(db, sql_views, NULL, NULL, NULL) == SQLITE_OK &&
		       sqlite3_exec(db, sql_views_carbon, NULL, NULL, NULL) == SQLITE_OK
		   ? 0
		   : -1;
}

/* A database of views alone: their tables need not be there. NULL: no memory. */
static sqlite3 *shipped(void)
{
	sqlite3 *db = NULL;
	if (sqlite3_open(":memory:", &db) == SQLITE_OK && views_make(db) == 0)
		return db;
	sqlite3_close(db);
	return NULL;
}

static const char list_sql[] = "SELECT name, sql FROM sqlite_schema WHERE type = 'view'"
			       " ORDER BY rowid";

/* The views come one after the other, in the order of script, each as it was written there less
 * its semicolon: text is the next. */
static bool is_next(const char **script, const char *text)
{
	size_t length = strlen(text);
	if (strncmp(*script, text, length) != 0 || (*script)[length] != ';')
		return false;
	*script += length + 1;
	*script += strspn(*script, "\n");
	return true;
}

/* By their texts alone: a run that adds to a database must not compile its views for this. */
int views_differ(sqlite3 *db, bool *differ)
{
	const char *first = sql_views, *second = sql_views_carbon;
	sqlite3_stmt *own = NULL;
	bool are_same = true;
	int code;
	if (sqlite3_prepare_v2(db,
			       "SELECT sql FROM main.sqlite_schema WHERE type = 'view'"
			       " ORDER BY rowid",
			       -1, &own, NULL) != SQLITE_OK)
		return -1;
	while ((code = sqlite3_step(own)) == SQLITE_ROW && are_same) {
		const char *text = (const char *)sqlite3_column_text(own, 0);
		are_same = text && is_next(*first ? &first : &second, text);
	}
	sqlite3_finalize(own);
	*differ = !are_same || *first || *second;
	return code == SQLITE_DONE || !are_same ? 0 : -1;
}

/* All of them: one that is as shipped may read one that is not. */
static char *script_of(sqlite3 *views, bool as_temp)
{
	sqlite3_stmt *view = NULL;
	sqlite3_str *sql = sqlite3_str_new(views);
	if (sqlite3_prepare_v2(views, list_sql, -1, &view, NULL) != SQLITE_OK)
		sqlite3_str_reset(sql);
	while (view && sqlite3_step(view) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(view, 0);
		const char *text = (const char *)sqlite3_column_text(view, 1);
		if (as_temp)
			sqlite3_str_appendf(sql, "CREATE TEMP VIEW%s;\n",
					    text + strlen(create));
		else
			sqlite3_str_appendf(sql, "DROP VIEW IF EXISTS main.\"%w\";%s;\n",
					    name, text);
	}
	sqlite3_finalize(view);
	return sqlite3_str_finish(sql);
}

static int run_script(sqlite3 *db, const char *script, bool as_temp)
{
	const char *begin = as_temp ? "SAVEPOINT views" : "BEGIN IMMEDIATE";
	const char *end = as_temp ? "RELEASE views" : "COMMIT";
	if (sqlite3_exec(db, begin, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, script, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, end, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	if (!sqlite3_get_autocommit(db) && !as_temp)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int views_replace(sqlite3 *db, bool as_temp)
{
	sqlite3 *views = shipped();
	char *script = views ? script_of(views, as_temp) : NULL;
	int code = script ? run_script(db, script, as_temp) : -1;
	sqlite3_free(script);
	sqlite3_close(views);
	return code;
}
