/* tests/unit/schema/gate/test-schema-check.c - what joulecart makes is known, what others made of it is named. */
#include <config.h>

#include "schema/database/views.h"
#include "schema/gate/domain.h"
#include "schema/gate/known-schemas.h"
#include "schema/gate/schema-check.h"
#include "tests/unit/database.h"

#include <stdio.h>
#include <string.h>

static bool is_listed(const struct known_schema *known, size_t n, const char *digest)
{
	for (size_t i = 0; i < n; i++)
		if (known[i].version == STORE_VERSION &&
		    strcmp(known[i].digest, digest) == 0)
			return true;
	return false;
}

static void this_build_is_listed_in_known_schemas(void **state)
{
	(void)state;
	char tables[65], views[65];
	sqlite3 *db = database_with("");
	assert_int_equal(schema_digest(db, false, tables), 0);
	assert_int_equal(schema_digest(db, true, views), 0);
	sqlite3_close(db);
	if (!is_listed(known_tables, sizeof(known_tables) / sizeof(*known_tables), tables))
		fail_msg(
		    "add to known_tables in schema/gate/known-schemas.h: { %d, \"%s\" },",
		    STORE_VERSION, tables);
	if (!is_listed(known_views, sizeof(known_views) / sizeof(*known_views), views))
		fail_msg(
		    "add to known_views in schema/gate/known-schemas.h: { %d, \"%s\" },",
		    STORE_VERSION, views);
}

static void tables_of_every_version_are_listed(void **state)
{
	(void)state;
	for (int version = 1; version <= STORE_VERSION; version++) {
		struct schema_report report;
		sqlite3 *db = NULL;
		assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
		assert_int_equal(migrate_tables(db, version), 0);
		if (version == STORE_VERSION)
			assert_int_equal(views_make(db), 0);
		assert_int_equal(schema_check(db, version, &report), 0);
		char tables[65];
		bool is_known = false;
		assert_int_equal(schema_digest(db, false, tables), 0);
		for (size_t i = 0; i < sizeof(known_tables) / sizeof(*known_tables); i++)
			is_known |= known_tables[i].version == version &&
				    strcmp(known_tables[i].digest, tables) == 0;
		if (!is_known)
			fail_msg("add to known_tables: { %d, \"%s\" },", version, tables);
		assert_int_equal(report.n_departures, 0);
		sqlite3_close(db);
	}
}

/* SQL that changes a database, and what is said of it. */
static const struct {
	const char *sql, *object, *how;
	bool is_ignorable;
} changes[] = {
	{ "CREATE TABLE extra (x)", "table extra", "is not one of joulecart's", true },
	{ "CREATE TABLE json_each (x)", "table json_each", "is not one of joulecart's",
	  false },
	{ "ANALYZE", "table sqlite_stat1", "is not one of joulecart's", false },
	{ "CREATE VIEW v_x AS SELECT 1", "view v_x", "is not one of joulecart's", true },
	{ "CREATE TRIGGER sqliteXt AFTER INSERT ON trimmed BEGIN SELECT 1; END",
	  "trigger sqliteXt", "is not one of joulecart's", true },
	{ "CREATE INDEX i ON trial (queries)", "index i", "is not one of joulecart's",
	  false },
	{ "DROP INDEX trial_by_end", "index trial_by_end", "is missing", false },
	{ "DROP INDEX trial_by_end; CREATE INDEX trial_by_end ON trial (begin_mono_ns)",
	  "index trial_by_end", "is changed", false },
	{ "ALTER TABLE metric ADD COLUMN more REAL", "table metric", "is changed", false },
	{ "DROP TABLE metric; CREATE VIEW metric AS SELECT 1 AS trial_id", "view metric",
	  "is not one of joulecart's", false },
	{ "DROP VIEW v_query", "view v_query", "is missing", true },
	{ "DROP VIEW v_query; CREATE VIEW v_query AS SELECT 7 AS joules_per_query",
	  "view v_query", "is changed", true },
	{ "CREATE TABLE \"two\nlines\" (x)", "table two?lines", "is not one of joulecart's",
	  true },
};

static void each_departure_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct schema_report report;
		sqlite3 *db = database_with(changes[i].sql);
		assert_int_equal(schema_check(db, STORE_VERSION, &report), 0);
		assert_true(report.n_departures > 0);
		assert_string_equal(report.departures[0].object, changes[i].object);
		assert_string_equal(report.departures[0].how, changes[i].how);
		assert_int_equal(report.is_ignorable, changes[i].is_ignorable);
		sqlite3_close(db);
	}
}

/* Words within quotes are not comments, whatever they look like. */
static void comments_and_white_space_say_nothing(void **state)
{
	(void)state;
	struct schema_report report;
	sqlite3 *db = database_with(
	    "DROP INDEX trial_by_end;"
	    "CREATE INDEX trial_by_end\n  ON   trial -- of whoever\n (end_mono_ns)");
	assert_int_equal(schema_check(db, STORE_VERSION, &report), 0);
	assert_int_equal(report.n_departures, 0);
	database_run(db, "DROP INDEX trial_by_end;"
			 "CREATE INDEX trial_by_end ON trial (end_mono_ns)"
			 " WHERE variant <> '--'");
	assert_int_equal(schema_check(db, STORE_VERSION, &report), 0);
	assert_int_equal(report.n_departures, 1);
	sqlite3_close(db);
}

static const struct table_domain *domain_of(const char *table)
{
	for (const struct table_domain *at = table_domains; at->name; at++)
		if (strcmp(at->name, table) == 0)
			return at;
	fail_msg("table %s is not in schema/gate/domain-table.c", table);
	return NULL;
}

static void every_column_of_every_table_has_a_domain(void **state)
{
	(void)state;
	sqlite3 *db = database_with("");
	sqlite3_stmt *row = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(db,
			       "SELECT m.name, c.name FROM sqlite_schema m,"
			       " pragma_table_info(m.name) c WHERE m.type = 'table'",
			       -1, &row, NULL),
	    SQLITE_OK);
	while (sqlite3_step(row) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(row, 0);
		const char *column = (const char *)sqlite3_column_text(row, 1);
		const struct column_domain *at = domain_of(table)->columns;
		while (at->name && strcmp(at->name, column) != 0)
			at++;
		if (!at->name)
			fail_msg("%s of %s is not in schema/gate/domain-table.c", column,
				 table);
	}
	sqlite3_finalize(row);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_build_is_listed_in_known_schemas),
		cmocka_unit_test(tables_of_every_version_are_listed),
		cmocka_unit_test(each_departure_is_named),
		cmocka_unit_test(comments_and_white_space_say_nothing),
		cmocka_unit_test(every_column_of_every_table_has_a_domain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
