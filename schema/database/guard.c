/* schema/database/guard.c - see guard.h. */
#include <config.h>

#include "schema/database/guard.h"

#include <stdlib.h>

/* Steps are SQLite's own (opcodes), some ten million a second. */
enum {
	STEPS_A_CALL = 10000,
	STEPS_LEAST = 100000000, /* the HTML report of a short run takes 700 000 */
	STEPS_A_BYTE = 50,       /* and some 0.7 for each byte of its file */
};

struct budget {
	int64_t calls_left;
};

static int spend(void *context)
{
	struct budget *budget = context;
	return --budget->calls_left < 0;
}

/* Never called: SQLite frees the budget with the function, when the connection closes. */
static void no_function(sqlite3_context *context, int n, sqlite3_value **values)
{
	(void)n, (void)values;
	sqlite3_result_null(context);
}

static int set_budget(sqlite3 *db, int64_t bytes)
{
	struct budget *budget = malloc(sizeof(*budget));
	if (!budget)
		return -1;
	int64_t most = INT64_MAX / STEPS_A_BYTE / 2;
	int64_t steps = STEPS_LEAST + STEPS_A_BYTE * (bytes < most ? bytes : most);
	budget->calls_left = steps / STEPS_A_CALL;
	if (sqlite3_create_function_v2(db, "joulecart_budget", 0,
				       SQLITE_UTF8 | SQLITE_DIRECTONLY, budget, no_function,
				       NULL, NULL, free) != SQLITE_OK)
		return -1;
	sqlite3_progress_handler(db, STEPS_A_CALL, spend, budget);
	return 0;
}

static void set_limits(sqlite3 *db, int64_t bytes)
{
	int64_t length = bytes < GUARD_LEAST_LENGTH ? GUARD_LEAST_LENGTH : bytes;
	static const struct {
		int id, value;
	} limits[] = {
		{ SQLITE_LIMIT_SQL_LENGTH, 1000000 }, /* the factors are one statement */
		{ SQLITE_LIMIT_COLUMN, 200 },         { SQLITE_LIMIT_EXPR_DEPTH, 200 },
		{ SQLITE_LIMIT_ATTACHED, 0 },         { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },   { SQLITE_LIMIT_VDBE_OP, 1000000 },
	};
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(db, limits[i].id, limits[i].value);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH,
		      length > INT32_MAX ? INT32_MAX : (int)length);
}

int guard_set(sqlite3 *db, int64_t bytes)
{
	static const struct {
		int id, value;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		sqlite3_db_config(db, settings[i].id, settings[i].value, NULL);
	set_limits(db, bytes);
	sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", NULL,
		     NULL, NULL);
	return set_budget(db, bytes);
}

/* Of the main database, on disk or in memory. Called as functions, no table of the file can stand in for the two. */
static int64_t bytes_of(sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	int64_t bytes = 0;
	if (sqlite3_prepare_v2(db,
			       "SELECT page_count * page_size FROM pragma_page_count(), "
			       "pragma_page_size()",
			       -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		bytes = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return bytes;
}

int guard_renew(sqlite3 *db, sqlite3 *other)
{
	return set_budget(db, bytes_of(db) + bytes_of(other));
}

void guard_trust_views(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 1, NULL);
}

void guard_allow_vacuum(sqlite3 *db, bool is_allowed)
{
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, is_allowed);
}

const char *guard_error(sqlite3 *db)
{
	if ((sqlite3_errcode(db) & 0xff) == SQLITE_INTERRUPT)
		return "it takes more steps than any file of its size should: it is "
		       "damaged";
	return sqlite3_errmsg(db);
}

int guard_why(sqlite3 *db, struct problem *why)
{
	problem_why(why, "%s", guard_error(db));
	why->sqlite_code = sqlite3_errcode(db) & 0xff;
	switch (why->sqlite_code) {
	case SQLITE_NOMEM:
		return problem_todo(why,
				    "end other programs, or give this one more memory");
	case SQLITE_FULL:
		return problem_todo(why, "free some space, or name another file with -o");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return problem_todo(why,
				    "another program writes it: try again, or read a copy");
	case SQLITE_IOERR:
		return problem_todo(why,
				    "the kernel's log, 'dmesg', may say what the disk has");
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return problem_todo(why, "copy it into a folder you may write to");
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
	case SQLITE_ERROR:
	case SQLITE_AUTH:
	case SQLITE_INTERRUPT:
	case SQLITE_TOOBIG:
		return problem_todo(why, "give the .db file that run or bench wrote");
	default:
		return problem_todo(why, "'joulecart verify' says whether it is whole");
	}
}
