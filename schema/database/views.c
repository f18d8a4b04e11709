/* schema/database/views.c - see views.h. */
#include <config.h>

#include "schema/database/views.h"

#include "schema/ddl.h"

#include <string.h>

static const char create[] = "CREATE VIEW";

/* A view of a script: name and text, which is as SQLite keeps it, less its semicolon. */
struct view {
	const char *name, *text;
	int name_length, length;
};

/* Takes the next view off the script, where each begins a line and ends one. False: none is left. */
static bool next_view(const char **script, struct view *view)
{
	const size_t head = strlen(create);
	const char *end = *script;
	if (strncmp(end, create, head) != 0)
		return false;
	view->text = *script;
	view->name = *script + head + 1;
	view->name_length = (int)strcspn(view->name, " ");
	do { /* a semicolon at the end of a comment's line is none */
		end = strstr(end + 1, ";\n");
		if (!end)
			return false;
		*script = end + 1 + strspn(end + 1, "\n");
	} while (**script && strncmp(*script, create, head) != 0);
	view->length = (int)(end - view->text);
	return true;
}

static int add_views(sqlite3_stmt *insert, const char *script)
{
	struct view view;
	while (next_view(&script, &view)) {
		sqlite3_bind_text(insert, 1, view.name, view.name_length, SQLITE_STATIC);
		sqlite3_bind_text(insert, 2, view.text, view.length, SQLITE_STATIC);
		if (sqlite3_step(insert) != SQLITE_DONE ||
		    sqlite3_reset(insert) != SQLITE_OK)
			return -1;
	}
	return *script ? -1 : 0;
}

/* CREATE VIEW would compile each text, write its row, and read it again: a third of the time in which
 * a new file is made. Written as rows they are read once, when the schema is. */
static int write_views(sqlite3 *db)
{
	static const char sql[] =
	    "INSERT INTO main.sqlite_schema (type, name, tbl_name, rootpage, sql)"
	    " VALUES ('view', ?1, ?1, 0, ?2)";
	sqlite3_stmt *insert = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &insert, NULL) == SQLITE_OK &&
			   add_views(insert, sql_views) == 0 &&
			   add_views(insert, sql_views_carbon) == 0
		       ? 0
		       : -1;
	sqlite3_finalize(insert);
	if (sqlite3_exec(db, "PRAGMA writable_schema = RESET", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return -1;
	return code;
}

int views_make(sqlite3 *db)
{
	int is_defensive = 0;
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &is_defensive);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	int code = write_views(db);
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, is_defensive, NULL);
	return code;
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
