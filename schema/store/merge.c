/* schema/store/merge.c - see merge.h.
 *
 * The other file is attached as 'other'. Ids are shifted by what this file has already, so that
 * each reference is shifted like what it refers to; which columns are ids, their names say. */
#include <config.h>

#include "schema/store/merge.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/store/file-uri.h"
#include "schema/store/migrate.h"
#include "schema/store/reader.h"
#include "schema/store/writer.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

/* In the order of their references; which rows belong to the campaigns that are new. */
static const struct {
	const char *name, *rows;
} tables[] = {
	{ "host",
	  "host_id IN (SELECT host_id FROM other.campaign WHERE campaign_id IN new_one)" },
	{ "campaign", "campaign_id IN new_one" },
	{ "setting", "campaign_id IN new_one" },
	{ "trial", "trial_id IN new_trial" },
	{ "phase", "trial_id IN new_trial" },
	{ "channel", "trial_id IN new_trial" },
	{ "stretch", "channel_id IN new_channel" },
	{ "chunk", "channel_id IN new_channel" },
	{ "gap", "trial_id IN new_trial" },
	{ "metric", "trial_id IN new_trial" },
	{ "answers", "trial_id IN new_trial" },
	{ "sampler", "trial_id IN new_trial" },
	{ "trimmed", "trial_id IN new_trial" },
	{ "neighbour", "trial_id IN new_trial" },
	{ "region_count", "phase_id IN (SELECT phase_id FROM other.phase"
			  " WHERE trial_id IN new_trial)" },
	{ "phase_units", "phase_id IN (SELECT phase_id FROM other.phase"
			 " WHERE trial_id IN new_trial)" },
};
enum { N_TABLES = sizeof(tables) / sizeof(tables[0]) };

/* A column that holds an id: of which table, or NULL. Its own table's rows are numbered anew. */
static const struct {
	const char *column, *table;
} ids[] = {
	{ "host_id", "host" },   { "campaign_id", "campaign" }, { "trial_id", "trial" },
	{ "phase_id", "phase" }, { "channel_id", "channel" },   { "times_of", "channel" },
	{ "chunk_id", "chunk" }, { "gap_id", "gap" },
};

static const char begin_sql[] =
    "CREATE TEMP TABLE new_one AS SELECT campaign_id FROM other.campaign"
    " WHERE uuid NOT IN (SELECT uuid FROM main.campaign);"
    "CREATE TEMP TABLE new_trial AS SELECT trial_id FROM other.trial"
    " WHERE campaign_id IN new_one;"
    "CREATE TEMP TABLE new_channel AS SELECT channel_id FROM other.channel"
    " WHERE trial_id IN new_trial;"
    "CREATE TEMP TABLE shift (name TEXT PRIMARY KEY, n INTEGER);";
static const char end_sql[] = "DROP TABLE IF EXISTS temp.new_one;"
			      "DROP TABLE IF EXISTS temp.new_trial;"
			      "DROP TABLE IF EXISTS temp.new_channel;"
			      "DROP TABLE IF EXISTS temp.shift;";

static int execute(sqlite3 *db, char *sql)
{
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code;
}

/* Before the first row comes: the largest id of each table. */
static int find_shifts(sqlite3 *db)
{
	int code = SQLITE_OK;
	for (size_t i = 0; code == SQLITE_OK && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strcmp(ids[i].column, "times_of") != 0)
			code = execute(
			    db, sqlite3_mprintf("INSERT INTO temp.shift SELECT %Q,"
						" coalesce(max(%s), 0) FROM main.%s",
						ids[i].table, ids[i].column, ids[i].table));
	return code;
}

static void append_value(sqlite3_str *values, const char *column)
{
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (strcmp(column, ids[i].column) != 0)
			continue;
		sqlite3_str_appendf(values,
				    "%s + (SELECT n FROM temp.shift WHERE name = %Q)",
				    column, ids[i].table);
		return;
	}
	sqlite3_str_appendf(values, "\"%w\"", column);
}

/* "INSERT INTO main.TABLE (columns) SELECT columns, ids shifted, FROM other.TABLE WHERE". */
static int copy_table(sqlite3 *db, const char *name, const char *rows)
{
	sqlite3_stmt *column = NULL;
	sqlite3_str *names = sqlite3_str_new(db), *values = sqlite3_str_new(db);
	int code = sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?)", -1,
				      &column, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_text(column, 1, name, -1, SQLITE_STATIC);
	for (bool first = true; sqlite3_step(column) == SQLITE_ROW; first = false) {
		const char *text = (const char *)sqlite3_column_text(column, 0);
		sqlite3_str_appendf(names, "%s\"%w\"", first ? "" : ", ", text);
		sqlite3_str_appendall(values, first ? "" : ", ");
		append_value(values, text);
	}
	sqlite3_finalize(column);
	char *into = sqlite3_str_finish(names), *from = sqlite3_str_finish(values);
	if (code == SQLITE_OK)
		code = execute(db, sqlite3_mprintf("INSERT INTO main.%s (%s) SELECT %s"
						   " FROM other.%s WHERE %s",
						   name, into, from, name, rows));
	sqlite3_free(into);
	sqlite3_free(from);
	return code;
}

static int64_t count(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t n = 0;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

static int note_source(sqlite3 *db, const char *path)
{
	return execute(db, sqlite3_mprintf(
			       "INSERT INTO main.merged SELECT campaign_id +"
			       " (SELECT n FROM temp.shift WHERE name = 'campaign'),"
			       " %lld, %Q, %Q FROM temp.new_one",
			       (long long)clock_ns(CLOCK_REALTIME), PACKAGE_VERSION, path));
}

static int copy_all(sqlite3 *db, const char *path, struct merge_result *result)
{
	int code = sqlite3_exec(db, begin_sql, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = find_shifts(db);
	for (size_t i = 0; code == SQLITE_OK && i < N_TABLES; i++)
		code = copy_table(db, tables[i].name, tables[i].rows);
	if (code == SQLITE_OK)
		code = note_source(db, path);
	result->n_campaigns = count(db, "SELECT count(*) FROM temp.new_one");
	result->n_trials = count(db, "SELECT count(*) FROM temp.new_trial");
	result->n_known = count(db, "SELECT count(*) FROM other.campaign") -
			  result->n_campaigns;
	return code;
}

/* The other file as it is on disk, or, where it is of an older version or may not be attached,
 * a copy in memory. */
static int attach(sqlite3 *db, sqlite3 *other, const char *path)
{
	const char *name = sqlite3_db_filename(other, "main");
	bool is_file = name && name[0];
	char *uri = is_file ? file_uri(path, "mode=ro") : NULL;
	int code = execute(db,
			   sqlite3_mprintf("ATTACH %Q AS other", uri ? uri : ":memory:"));
	sqlite3_free(uri);
	if (code != SQLITE_OK || is_file)
		return code;
	sqlite3_backup *backup = sqlite3_backup_init(db, "other", other, "main");
	if (!backup)
		return sqlite3_errcode(db);
	sqlite3_backup_step(backup, -1);
	return sqlite3_backup_finish(backup);
}

static int copy_in_one(struct store *store, const char *path, struct merge_result *result,
		       struct problem *why)
{
	sqlite3 *db = store_db(store);
	if (store_begin(store, why) != 0)
		return -1;
	if (copy_all(db, path, result) == SQLITE_OK)
		return store_commit(store, why);
	store_problem(db, "merge", path, why);
	store_rollback(store);
	return -1;
}

int merge_from(struct store *store, const char *path, struct merge_result *result,
	       struct problem *why)
{
	sqlite3 *db = store_db(store), *other = store_open_read(path, why);
	if (!other)
		return -1;
	int code = -1;
	if (attach(db, other, path) != SQLITE_OK)
		store_problem(db, "merge", path, why);
	else
		code = copy_in_one(store, path, result, why);
	sqlite3_close(other);
	sqlite3_exec(db, end_sql, NULL, NULL, NULL);
	sqlite3_exec(db, "DETACH other", NULL, NULL, NULL);
	return code;
}
