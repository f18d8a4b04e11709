/* schema/database/migrate.c - see migrate.h. */
#include <config.h>

#include "schema/database/migrate.h"

#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/guard.h"
#include "schema/database/views.h"
#include "schema/ddl.h"

#include <stdbool.h>
#include <string.h>

/* Index i brings version i to i + 1. */
static const char *const steps[] = {
	sql_0001_init,           sql_0002_factors,   sql_0003_sampler,
	sql_0004_chunks,         sql_0005_parent,    sql_0006_seen_interval,
	sql_0007_kept,           sql_0008_neighbour, sql_0009_trial_by_end,
	sql_0010_phase_units,    sql_0011_answers,   sql_0012_baseline,
	sql_0013_factor_sources, sql_0014_regions,   sql_0015_uncounted,
	sql_0016_region_power,   sql_0017_profile,   sql_0018_stack_bytes,
	sql_0019_slowdown,       sql_0020_rank,      sql_0021_sample_times,
	sql_0022_change_log,     sql_0023_meter
};
_Static_assert(sizeof(steps) / sizeof(steps[0]) == STORE_VERSION, "one step per version");

int store_problem(sqlite3 *db, const char *doing, const char *name, struct problem *why)
{
	problem_what(why, "cannot %s '%s'", doing, name);
	guard_why(db, why);
	if ((why->sqlite_code == SQLITE_READONLY || why->sqlite_code == SQLITE_CANTOPEN) &&
	    strcmp(doing, "write") == 0)
		return problem_todo(why,
				    "name a file in a folder you may write to with -o");
	return -1;
}

static int read_pragma(sqlite3 *db, const char *sql, int *value)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		return -1;
	int code = sqlite3_step(statement);
	*value = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? 0 : -1;
}

static int not_ours(const char *name, struct problem *why)
{
	problem_what(why, "cannot read '%s'", name);
	problem_why(why, "not a joulecart database");
	return problem_todo(why, "give the .db file that run or bench wrote");
}

/* Whose file it is. */
struct kind {
	int n_objects, application_id, version;
};

/* By PRAGMA: a table of the file may bear the name of a pragma's function. */
static int read_kind(sqlite3 *db, struct kind *kind)
{
	return read_pragma(db, "SELECT count(*) FROM sqlite_schema", &kind->n_objects) ==
			   0 &&
		       read_pragma(db, "PRAGMA application_id", &kind->application_id) ==
			   0 &&
		       read_pragma(db, "PRAGMA user_version", &kind->version) == 0
		   ? 0
		   : -1;
}

static int kind_unknown(sqlite3 *db, const char *name, struct problem *why)
{
	if ((sqlite3_errcode(db) & 0xff) == SQLITE_NOTADB)
		return not_ours(name, why);
	return store_problem(db, "read", name, why);
}

/* In one transaction, and so of one moment: another joulecart may be making the file. */
static int read_kind_at_once(sqlite3 *db, const char *name, struct kind *kind,
			     struct problem *why)
{
	if (sqlite3_exec(db, "SAVEPOINT kind", NULL, NULL, NULL) != SQLITE_OK)
		return kind_unknown(db, name, why);
	int code = read_kind(db, kind) == 0 ? 0 : kind_unknown(db, name, why);
	sqlite3_exec(db, "RELEASE kind", NULL, NULL, NULL);
	return code;
}

int migrate_check(sqlite3 *db, const char *name, int *version, struct problem *why)
{
	struct kind kind = { 0 };
	if (read_kind_at_once(db, name, &kind, why) != 0)
		return -1;
	*version = kind.version;
	if (kind.n_objects == 0 && kind.application_id == 0 && *version == 0)
		return 0;
	if (kind.application_id != STORE_APPLICATION_ID || *version < 1)
		return not_ours(name, why);
	if (*version <= STORE_VERSION)
		return 0;
	problem_what(why, "cannot read '%s'", name);
	problem_why(why, "it has schema version %d, and this joulecart knows up to %d",
		    *version, STORE_VERSION);
	return problem_todo(why, "use the joulecart that wrote it, or a newer one");
}

/* What is made again at each step up: no view outlives the tables that it was written for, and
 * bundled rows are of the edition that this program ships. */
static int drop_made(sqlite3 *db)
{
	sqlite3_str *drops = sqlite3_str_new(db);
	sqlite3_stmt *view = NULL;
	sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'view'", -1,
			   &view, NULL);
	while (sqlite3_step(view) == SQLITE_ROW)
		sqlite3_str_appendf(drops, "DROP VIEW \"%w\";",
				    (const char *)sqlite3_column_text(view, 0));
	sqlite3_finalize(view);
	char *sql = sqlite3_str_finish(drops);
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_OK;
	sqlite3_free(sql);
	return code == SQLITE_OK ? 0 : -1;
}

int migrate_tables(sqlite3 *db, int version)
{
	for (int step = 0; step < version && step < STORE_VERSION; step++)
		if (sqlite3_exec(db, steps[step], NULL, NULL, NULL) != SQLITE_OK)
			return -1;
	return 0;
}

bool migrate_is_sealed(sqlite3 *db)
{
	int n = 0;
	return read_pragma(db,
			   "SELECT count(*) FROM main.sqlite_schema WHERE name = 'seal'",
			   &n) == 0 &&
	       n > 0 &&
	       (read_pragma(db, "SELECT count(*) FROM main.seal", &n) != 0 || n > 0);
}

/* The bundled numbers of this program: in a new file the regions, since its first campaign brings its
 * own factors; in an older one all, in place of those that it held. A sealed file keeps its own: they
 * are what was sealed. */
static int fill_factors(sqlite3 *db, int version)
{
	static const char forget[] = "DELETE FROM factor WHERE origin = 'bundled';"
				     "DELETE FROM cloud_region;";
	if (version == 0)
		return sqlite3_exec(db, sql_cloud_regions, NULL, NULL, NULL);
	if (migrate_is_sealed(db))
		return 0;
	if (sqlite3_exec(db, forget, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, sql_cloud_regions, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	return bundled_add_all(db);
}

/* The tables of a new file in one step: fourteen migrations, each of which changes what the last one made,
 * take five times as long. *version: whose tables they are; it may be an older one. */
static int make_tables(sqlite3 *db, int *version)
{
	if (sqlite3_exec(db, sql_tables, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	return read_pragma(db, "PRAGMA user_version", version);
}

static int run_steps(sqlite3 *db, int version)
{
	char stamp[96];
	int made = version;
	if (version >= STORE_VERSION)
		return 0;
	if (drop_made(db) != 0)
		return -1;
	if (version == 0 && make_tables(db, &made) != 0)
		return -1;
	for (int step = made; step < STORE_VERSION; step++)
		if (sqlite3_exec(db, steps[step], NULL, NULL, NULL) != SQLITE_OK)
			return -1;
	sqlite3_snprintf(sizeof(stamp), stamp,
			 "PRAGMA application_id = %d; PRAGMA user_version = %d;",
			 STORE_APPLICATION_ID, STORE_VERSION);
	if (views_make(db) != 0 || fill_factors(db, version) != 0)
		return -1;
	return sqlite3_exec(db, stamp, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

int migrate_up(sqlite3 *db, const char *name, int version, struct problem *why)
{
	if (version == STORE_VERSION)
		return 0;
	/* Another joulecart may have made the tables since the check: ask again, now alone. */
	if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	    read_pragma(db, "PRAGMA user_version", &version) == 0 &&
	    run_steps(db, version) == 0 &&
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	store_problem(db, "write", name, why);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
