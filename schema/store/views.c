/* schema/store/views.c - see views.h. */
#include <config.h>

#include "schema/store/views.h"

#include "schema/ddl.h"

#include <string.h>

static const char create[] = "CREATE VIEW";

/* A database of views alone: their tables need not be there. NULL: no memory. */
static sqlite3 *shipped(void)
{
	sqlite3 *db = NULL;
	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    sqlite3_exec(db, sql_views, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, sql_views_carbon, NULL, NULL, NULL) == SQLITE_OK)
		return db;
	sqlite3_close(db);
	return NULL;
}

static const char list_sql[] = "SELECT name, sql FROM sqlite_schema WHERE type = 'view'"
			       " ORDER BY rowid";

/* How many views script makes: each begins a line. */
static int count_views(const char *script)
{
	int n = 0;
	for (const char *at = script; (at = strstr(at, create)); at++)
		n += at == script || at[-1] == '\n';
	return n;
}

/* SQLite keeps a statement as it was written, less the semicolon. */
static bool is_in(const char *script, const char *text)
{
	const char *at = strstr(script, text);
	return at && at[strlen(text)] == ';';
}

/* By their texts alone: a run that adds to a database must not compile its views for this. */
int views_differ(sqlite3 *db, bool *differ)
{
	sqlite3_stmt *own = NULL;
	int n_same = 0, code;
	if (sqlite3_prepare_v2(db, "SELECT sql FROM main.sqlite_schema WHERE type = 'view'",
			       -1, &own, NULL) != SQLITE_OK)
		return -1;
	while ((code = sqlite3_step(own)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(own, 0);
		n_same += text && (is_in(sql_views, text) || is_in(sql_views_carbon, text));
	}
	sqlite3_finalize(own);
	*differ = n_same != count_views(sql_views) + count_views(sql_views_carbon);
	return code == SQLITE_DONE ? 0 : -1;
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

static bool is_sealed(sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	bool is = sqlite3_prepare_v2(db, "SELECT 1 FROM seal", -1, &row, NULL) !=
		      SQLITE_OK ||
		  sqlite3_step(row) == SQLITE_ROW;
	sqlite3_finalize(row);
	return is;
}

static int run_script(sqlite3 *db, const char *script, bool as_temp)
{
	const char *begin = as_temp ? "PRAGMA temp_store = MEMORY; BEGIN"
				    : "BEGIN IMMEDIATE";
	if (sqlite3_exec(db, begin, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, script, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int views_refresh(sqlite3 *db)
{
	bool differ = false;
	if (views_differ(db, &differ) != 0)
		return -1;
	if (!differ)
		return 0;
	bool as_temp = sqlite3_db_readonly(db, "main") == 1 || is_sealed(db);
	sqlite3 *views = shipped();
	char *script = views ? script_of(views, as_temp) : NULL;
	int code = script ? run_script(db, script, as_temp) : -1;
	sqlite3_free(script);
	sqlite3_close(views);
	return code;
}
