/* schema/store/merge.c - see merge.h.
 *
 * The other file stays on a connection of its own, behind the gate (schema/gate/gate.h); rows come over
 * one by one. Ids are shifted by what this file has already, so that each reference is shifted
 * like what it refers to; which columns are ids, their names say. */
#include <config.h>

#include "schema/store/merge.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/change-log.h"
#include "schema/database/count.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "schema/gate/printable.h"
#include "schema/seal/digest.h"
#include "schema/store/campaign-rows.h"
#include "schema/store/reader.h"
#include "schema/store/writer.h"

#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

/* A column that holds an id: of which table, or NULL. Its own table's rows are numbered anew. */
static const struct {
	const char *column, *table;
} ids[] = {
	{ "host_id", "host" },   { "campaign_id", "campaign" }, { "trial_id", "trial" },
	{ "phase_id", "phase" }, { "channel_id", "channel" },   { "times_of", "channel" },
	{ "chunk_id", "chunk" }, { "gap_id", "gap" },           { "region_id", "region" },
};
enum { N_IDS = sizeof(ids) / sizeof(ids[0]) };

/* What the rows of the table that ids[id] refers to are numbered by. */
static const char *id_name(int id)
{
	return strcmp(ids[id].column, "times_of") == 0 ? "channel_id" : ids[id].column;
}

static int index_of_id(const char *column)
{
	for (size_t i = 0; i < N_IDS; i++)
		if (strcmp(column, ids[i].column) == 0)
			return (int)i;
	return -1;
}

/* The columns of a table, each as write says it, with commas. */
static char *columns_of(sqlite3 *db, const char *table,
			void (*write)(sqlite3_str *sql, const char *column))
{
	sqlite3_stmt *column = NULL;
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?1, 'main')", -1,
			   &column, NULL);
	sqlite3_bind_text(column, 1, table, -1, SQLITE_STATIC);
	for (bool first = true; sqlite3_step(column) == SQLITE_ROW; first = false) {
		sqlite3_str_appendall(sql, first ? "" : ", ");
		write(sql, (const char *)sqlite3_column_text(column, 0));
	}
	sqlite3_finalize(column);
	return sqlite3_str_finish(sql);
}

/* --- are they the same? ------------------------------------------------------------------ */

/* Ids count from the campaign's first: two copies have the same then, wherever they lie. */
static void write_relative(sqlite3_str *sql, const char *column)
{
	int id = index_of_id(column);
	if (id < 0)
		sqlite3_str_appendf(sql, "\"%w\"", column);
	else
		sqlite3_str_appendf(sql, "\"%w\" - (SELECT min(%s) FROM main.%s WHERE %s)",
				    column, id_name(id), ids[id].table,
				    campaign_rows_of(ids[id].table));
}

/* Of the rows of one table that belong to what was picked. */
static int hash_table(sqlite3 *db, const char *table, uint8_t digest[DIGEST_SIZE])
{
	crypto_generichash_state hash;
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	char *columns = columns_of(db, table, write_relative);
	char *sql = columns
			? sqlite3_mprintf("SELECT %s FROM main.%s WHERE %s ORDER BY 1, 2",
					  columns, table, campaign_rows_of(table))
			: NULL;
	crypto_generichash_init(&hash, NULL, 0, DIGEST_SIZE);
	if (sql && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK)
		while ((step = sqlite3_step(row)) == SQLITE_ROW)
			for (int i = 0; i < sqlite3_column_count(row); i++)
				campaign_rows_hash(&hash, row, i);
	crypto_generichash_final(&hash, digest, DIGEST_SIZE);
	sqlite3_finalize(row);
	sqlite3_free(columns);
	sqlite3_free(sql);
	return step == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
}

static int differ(const char *path, const char *uuid, const char *table,
		  struct problem *why)
{
	problem_what(why, "cannot merge '%s'", path);
	problem_why(why, "campaign %.40s is there already, and its rows of %s differ", uuid,
		    table);
	printable(why->why);
	return problem_todo(why, "one of the two was changed: 'joulecart verify' may tell "
				 "which");
}

static int compare_campaign(sqlite3 *db, sqlite3 *other, const char *path, const char *uuid,
			    struct problem *why)
{
	uint8_t here[DIGEST_SIZE], there[DIGEST_SIZE];
	if (campaign_rows_pick(db, "uuid = ?1", uuid) != SQLITE_OK)
		return store_problem(db, "merge", path, why);
	if (campaign_rows_pick(other, "uuid = ?1", uuid) != SQLITE_OK)
		return store_problem(other, "merge", path, why);
	for (size_t i = 0; campaign_tables[i].name; i++) {
		if (hash_table(db, campaign_tables[i].name, here) != SQLITE_OK)
			return store_problem(db, "merge", path, why);
		if (hash_table(other, campaign_tables[i].name, there) != SQLITE_OK)
			return store_problem(other, "merge", path, why);
		if (memcmp(here, there, DIGEST_SIZE) != 0)
			return differ(path, uuid, campaign_tables[i].name, why);
	}
	return 0;
}

/* Tells other which campaigns are here; those that both have must be the same. */
static int compare_known(sqlite3 *db, sqlite3 *other, const char *path, struct problem *why)
{
	sqlite3_stmt *here = NULL, *note = NULL, *both = NULL;
	int code = -1;
	if (campaign_rows_begin(other) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "SELECT uuid FROM main.campaign", -1, &here, NULL) ==
		SQLITE_OK &&
	    sqlite3_prepare_v2(other, "INSERT INTO temp.known VALUES (?1)", -1, &note,
			       NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(other,
			       "SELECT uuid FROM main.campaign WHERE uuid IN temp.known",
			       -1, &both, NULL) == SQLITE_OK)
		code = 0;
	while (code == 0 && sqlite3_step(here) == SQLITE_ROW) {
		sqlite3_bind_value(note, 1, sqlite3_column_value(here, 0));
		code = sqlite3_step(note) == SQLITE_DONE ? sqlite3_reset(note) : -1;
	}
	if (code != 0)
		store_problem(other, "merge", path, why);
	while (code == 0 && sqlite3_step(both) == SQLITE_ROW)
		code = compare_campaign(db, other, path,
					(const char *)sqlite3_column_text(both, 0), why);
	sqlite3_finalize(here);
	sqlite3_finalize(note);
	sqlite3_finalize(both);
	return code;
}

/* --- copying ----------------------------------------------------------------------------- */

/* Before the first row comes: the largest id of each table. */
static int find_shifts(sqlite3 *db, int64_t shifts[N_IDS])
{
	int code = SQLITE_OK;
	for (size_t i = 0; code == SQLITE_OK && i < N_IDS; i++) {
		sqlite3_stmt *row = NULL;
		char *sql = sqlite3_mprintf("SELECT coalesce(max(%s), 0) FROM main.%s",
					    id_name((int)i), ids[i].table);
		code = sql ? sqlite3_prepare_v2(db, sql, -1, &row, NULL) : SQLITE_NOMEM;
		if (code == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
			shifts[i] = sqlite3_column_int64(row, 0);
		sqlite3_finalize(row);
		sqlite3_free(sql);
	}
	return code;
}

static void write_name(sqlite3_str *sql, const char *column)
{
	sqlite3_str_appendf(sql, "\"%w\"", column);
}

static void write_parameter(sqlite3_str *sql, const char *column)
{
	(void)column;
	sqlite3_str_appendall(sql, "?");
}

/* false: the shifted id does not fit. */
static bool bind_row(sqlite3_stmt *to, sqlite3_stmt *from, const int64_t shifts[N_IDS])
{
	for (int i = 0; i < sqlite3_column_count(from); i++) {
		int id = index_of_id(sqlite3_column_name(from, i));
		int64_t shifted = sqlite3_column_int64(from, i);
		if (id < 0 || sqlite3_column_type(from, i) != SQLITE_INTEGER)
			sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
		else if (__builtin_add_overflow(shifted, shifts[id], &shifted))
			return false;
		else
			sqlite3_bind_int64(to, i + 1, shifted);
	}
	return true;
}

static int copy_rows(sqlite3_stmt *to, sqlite3_stmt *from, const int64_t shifts[N_IDS])
{
	int step, code = SQLITE_OK;
	while (code == SQLITE_OK && (step = sqlite3_step(from)) == SQLITE_ROW) {
		if (!bind_row(to, from, shifts))
			return SQLITE_RANGE;
		code = sqlite3_step(to) == SQLITE_DONE ? sqlite3_reset(to) : SQLITE_ERROR;
	}
	return code != SQLITE_OK || step == SQLITE_DONE ? code : SQLITE_ERROR;
}

static int copy_table(sqlite3 *db, sqlite3 *other, const char *name,
		      const int64_t shifts[N_IDS])
{
	sqlite3_stmt *from = NULL, *to = NULL;
	char *names = columns_of(db, name, write_name);
	char *parameters = columns_of(db, name, write_parameter);
	char *select = sqlite3_mprintf("SELECT %s FROM main.%s WHERE %s", names, name,
				       campaign_rows_of(name));
	char *insert = sqlite3_mprintf("INSERT INTO main.%s (%s) VALUES (%s)", name, names,
				       parameters);
	int code = SQLITE_NOMEM;
	if (select && insert)
		code = sqlite3_prepare_v2(other, select, -1, &from, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, insert, -1, &to, NULL);
	if (code == SQLITE_OK)
		code = copy_rows(to, from, shifts);
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	sqlite3_free(names);
	sqlite3_free(parameters);
	sqlite3_free(select);
	sqlite3_free(insert);
	return code;
}

static int note_source(sqlite3 *db, int64_t last_campaign, const char *path)
{
	char *sql = sqlite3_mprintf("INSERT INTO main.merged SELECT campaign_id, %lld, %Q,"
				    " %Q FROM main.campaign WHERE campaign_id > %lld",
				    (long long)clock_ns(CLOCK_REALTIME), PACKAGE_VERSION,
				    path, (long long)last_campaign);
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code;
}

static int copy_all(sqlite3 *db, sqlite3 *other, const char *path)
{
	int64_t shifts[N_IDS] = { 0 };
	int code = campaign_rows_pick(other, "uuid NOT IN temp.known AND ?1 IS NULL", NULL);
	if (code == SQLITE_OK)
		code = find_shifts(db, shifts);
	for (size_t i = 0; code == SQLITE_OK && campaign_tables[i].name; i++)
		code = copy_table(db, other, campaign_tables[i].name, shifts);
	if (code == SQLITE_OK)
		code = note_source(db, shifts[index_of_id("campaign_id")], path);
	if (code == SQLITE_OK)
		code = change_log_merged(db, shifts[index_of_id("campaign_id")], path);
	if (code == SQLITE_OK)
		code = bundled_add_used(db);
	return code;
}

static int count_copied(sqlite3 *other, struct merge_result *result)
{
	int64_t n_there = 0;
	int code = database_count(other, "SELECT count(*) FROM temp.picked",
				  &result->n_campaigns);
	if (code == SQLITE_OK)
		code = database_count(other, "SELECT count(*) FROM temp.picked_trial",
				      &result->n_trials);
	if (code == SQLITE_OK)
		code = database_count(other, "SELECT count(*) FROM main.campaign",
				      &n_there);
	result->n_known = n_there - result->n_campaigns;
	return code;
}

static int copy_in_one(struct store *store, sqlite3 *other, const char *path,
		       struct merge_result *result, struct problem *why)
{
	sqlite3 *db = store_db(store);
	if (store_begin(store, why) != 0)
		return -1;
	int code = compare_known(db, other, path, why);
	if (code == 0 && copy_all(db, other, path) == SQLITE_OK &&
	    count_copied(other, result) == SQLITE_OK)
		return store_commit(store, why);
	if (code == 0)
		store_problem(sqlite3_errcode(db) == SQLITE_OK ? other : db, "merge", path,
			      why);
	store_rollback(store);
	return -1;
}

int merge_from(struct store *store, const char *path, struct merge_result *result,
	       struct problem *why)
{
	sqlite3 *other = store_open_read(path, why);
	if (!other)
		return -1;
	problem_what(why, "cannot merge '%s'", path);
	int code = guard_renew(store_db(store), other) == 0
		       ? copy_in_one(store, other, path, result, why)
		       : problem_errno(why, ENOMEM);
	sqlite3_close(other);
	campaign_rows_end(store_db(store));
	return code;
}
