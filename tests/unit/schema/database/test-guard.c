/* What SQLite cannot do is passed on with what to do about it. */
#include <config.h>

#include "base/problem.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "tests/unit/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "OK" where sql succeeded, else what there is to do. */
static const char *todo_of(sqlite3 *db, const char *sql, struct problem *why)
{
	problem_what(why, "cannot read 'x.db'");
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return "OK";
	assert_int_equal(guard_why(db, why), -1);
	assert_true(why->why[0]);
	return why->todo;
}

static sqlite3 *opened(const char *path, int flags)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open_v2(path, &db, flags, NULL), SQLITE_OK);
	return db;
}

static void each_failure_of_sqlite_has_a_remedy(void **state)
{
	(void)state;
	struct problem why;
	char folder[] = "/tmp/test-guard-XXXXXX", path[64];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.db", folder);
	sqlite3 *writer = opened(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	sqlite3 *reader = opened(path, SQLITE_OPEN_READONLY);
	assert_string_equal(todo_of(writer,
				    "CREATE TABLE t (a UNIQUE);"
				    "INSERT INTO t VALUES (1)",
				    &why),
			    "OK");
	assert_non_null(
	    strstr(todo_of(reader, "SELECT * FROM other", &why), "give the .db file"));
	assert_non_null(
	    strstr(todo_of(reader, "DELETE FROM t", &why), "copy it into a folder"));
	assert_non_null(
	    strstr(todo_of(writer, "INSERT INTO t VALUES (1)", &why), "verify"));
	assert_string_equal(todo_of(writer, "BEGIN EXCLUSIVE", &why), "OK");
	assert_non_null(strstr(todo_of(reader, "SELECT * FROM t", &why), "try again"));
	assert_string_equal(todo_of(writer, "COMMIT; PRAGMA max_page_count = 2", &why),
			    "OK");
	assert_non_null(
	    strstr(todo_of(writer, "CREATE TABLE u (a)", &why), "free some space"));
	sqlite3_close(reader);
	sqlite3_close(writer);
	assert_int_equal(remove(path), 0);
	assert_int_equal(remove(folder), 0);
}

/* Who writes names another file; who reads copies the one that there is. */
static void a_file_that_cannot_be_written_has_another_remedy(void **state)
{
	(void)state;
	struct problem why;
	sqlite3 *db = opened(":memory:", SQLITE_OPEN_READONLY);
	assert_int_not_equal(sqlite3_exec(db, "CREATE TABLE t (a)", NULL, NULL, NULL),
			     SQLITE_OK);
	store_problem(db, "write", "x.db", &why);
	assert_non_null(strstr(why.todo, "with -o"));
	store_problem(db, "read", "x.db", &why);
	assert_non_null(strstr(why.todo, "copy it"));
	sqlite3_close(db);
}

/* More than the least budget of 100 million, without a row that is kept. */
static const char many_steps_sql[] =
    "SELECT count(*) FROM n a, n b, n c WHERE a.i + b.i + c.i < 0";

static void the_budget_grows_with_what_is_added(void **state)
{
	(void)state;
	struct problem why;
	sqlite3 *db = opened(":memory:", SQLITE_OPEN_READWRITE);
	sqlite3 *other = opened(":memory:", SQLITE_OPEN_READWRITE);
	assert_int_equal(guard_set(db, 0), 0);
	assert_string_equal(
	    todo_of(db,
		    "CREATE TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
		    " i + 1 FROM n WHERE i < 256) SELECT i FROM n",
		    &why),
	    "OK");
	assert_string_not_equal(todo_of(db, many_steps_sql, &why), "OK");
	assert_non_null(strstr(why.why, "more steps"));
	assert_string_equal(
	    todo_of(other, "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(16000000))",
		    &why),
	    "OK");
	assert_int_equal(guard_renew(db, other), 0);
	assert_string_equal(todo_of(db, many_steps_sql, &why), "OK");
	sqlite3_close(other);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_of_sqlite_has_a_remedy),
		cmocka_unit_test(a_file_that_cannot_be_written_has_another_remedy),
		cmocka_unit_test(the_budget_grows_with_what_is_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
