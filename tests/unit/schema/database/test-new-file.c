/* A new file is made in a shorter way than an old one is brought up: its schema is the same. */
#include <config.h>

#include "base/problem.h"
#include "schema/database/migrate.h"
#include "schema/database/views.h"
#include "schema/ddl.h"
#include "tests/unit/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static sqlite3 *empty(void)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	return db;
}

static sqlite3_stmt *schema_of(sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT type, name, tbl_name, rootpage, sql"
					    " FROM sqlite_schema ORDER BY rowid",
					    -1, &row, NULL),
			 SQLITE_OK);
	return row;
}

static void views_are_those_of_create_view(void **state)
{
	(void)state;
	sqlite3 *made = empty(), *created = empty();
	assert_int_equal(sqlite3_exec(created, sql_views, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(created, sql_views_carbon, NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(views_make(made), 0);
	sqlite3_stmt *is = schema_of(made), *should = schema_of(created);
	int n = 0;
	for (; sqlite3_step(should) == SQLITE_ROW; n++) {
		assert_int_equal(sqlite3_step(is), SQLITE_ROW);
		for (int i = 0; i < 5; i++)
			assert_string_equal((const char *)sqlite3_column_text(is, i),
					    (const char *)sqlite3_column_text(should, i));
	}
	assert_int_equal(sqlite3_step(is), SQLITE_DONE);
	assert_true(n > 20);
	sqlite3_finalize(is);
	sqlite3_finalize(should);
	sqlite3_close(made);
	sqlite3_close(created);
}

static void the_connection_is_as_guarded_as_before(void **state)
{
	(void)state;
	static const char attack[] =
	    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE VIEW x AS "
	    "SELECT 1'";
	for (int is_guarded = 0; is_guarded < 2; is_guarded++) {
		sqlite3 *db = empty();
		int is = -1;
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, is_guarded, NULL);
		assert_int_equal(views_make(db), 0);
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &is);
		assert_int_equal(is, is_guarded);
		sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &is);
		assert_int_equal(is, 0);
		if (is_guarded)
			assert_int_not_equal(sqlite3_exec(db, attack, NULL, NULL, NULL),
					     SQLITE_OK);
		sqlite3_close(db);
	}
}

static void a_new_file_is_as_the_migrations_make_it(void **state)
{
	(void)state;
	static const char list[] = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
				   " WHERE type <> 'view' ORDER BY type, name";
	sqlite3 *stepped = NULL, *made = NULL;
	sqlite3_stmt *is = NULL, *should = NULL;
	struct problem why;
	assert_int_equal(sqlite3_open(":memory:", &stepped), SQLITE_OK);
	assert_int_equal(sqlite3_open(":memory:", &made), SQLITE_OK);
	assert_int_equal(migrate_tables(stepped, STORE_VERSION), 0);
	assert_int_equal(migrate_up(made, "new.db", 0, &why), 0);
	assert_int_equal(sqlite3_prepare_v2(made, list, -1, &is, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(stepped, list, -1, &should, NULL), SQLITE_OK);
	int n = 0;
	for (; sqlite3_step(should) == SQLITE_ROW; n++) {
		assert_int_equal(sqlite3_step(is), SQLITE_ROW);
		for (int i = 0; i < sqlite3_column_count(is); i++) {
			const char *text = (const char *)sqlite3_column_text(is, i);
			const char *wanted = (const char *)sqlite3_column_text(should, i);
			assert_string_equal(text ? text : "", wanted ? wanted : "");
		}
	}
	assert_int_equal(sqlite3_step(is), SQLITE_DONE);
	assert_true(n > 20);
	sqlite3_finalize(is);
	sqlite3_finalize(should);
	sqlite3_close(made);
	sqlite3_close(stepped);
}

/* Makes the file when another connection begins its statement of that number. */
struct maker {
	sqlite3 *db;
	int statements_left;
};

static int make_then(unsigned event, void *context, void *statement, void *text)
{
	struct maker *maker = context;
	struct problem why;
	(void)event, (void)statement, (void)text;
	if (--maker->statements_left == 0)
		assert_int_equal(migrate_up(maker->db, "maker", 0, &why), 0);
	return 0;
}

static sqlite3 *opened(const char *path)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL),
			 SQLITE_OK);
	return db;
}

static void a_file_that_is_just_made_is_empty_or_ours(void **state)
{
	(void)state;
	char folder[] = "/tmp/joulecart-test-XXXXXX", path[64], command[64];
	assert_non_null(mkdtemp(folder));
	for (int i = 1; i <= 6; i++) {
		struct problem why;
		int version = -1;
		snprintf(path, sizeof(path), "%s/%d.db", folder, i);
		struct maker maker = { opened(path), i };
		sqlite3 *db = opened(path);
		sqlite3_trace_v2(db, SQLITE_TRACE_STMT, make_then, &maker);
		assert_int_equal(migrate_check(db, path, &version, &why), 0);
		assert_true(version == 0 || version == STORE_VERSION);
		sqlite3_close(db);
		sqlite3_close(maker.db);
	}
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_are_those_of_create_view),
		cmocka_unit_test(a_new_file_is_as_the_migrations_make_it),
		cmocka_unit_test(the_connection_is_as_guarded_as_before),
		cmocka_unit_test(a_file_that_is_just_made_is_empty_or_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
