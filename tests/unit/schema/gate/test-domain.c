/* tests/unit/schema/gate/test-domain.c - a value that joulecart would not have written is named. */
#include <config.h>

#include "schema/gate/domain.h"
#include "tests/unit/database.h"

#include <stdio.h>
#include <string.h>

static const char rows[] =
    "INSERT INTO host (host_id, boot_id) VALUES (1, 'b');"
    "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line, tool_version,"
    " rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
    " VALUES (1, 'u', 1, 'run', '[]', '1', 10, 0, 0, 0);"
    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job, is_warmup,"
    " command, begin_utc_ns, begin_mono_ns) VALUES (3, 1, 1, 1, 'v', 'command', 0, '[]', "
    "0, 0);"
    "INSERT INTO channel (channel_id, trial_id, collector, name, kind, unit, provenance,"
    " counted, unit_per_raw) VALUES (1, 3, 'c', 'n', 'counter', 'J', 'measured', 1, 1e-6);"
    "INSERT INTO stretch VALUES (1, 0, 0, 9, 1, 0, 1, 1, 1, 1, 1.0, 0, 0, 0, 0);"
    "INSERT INTO chunk VALUES (1, 1, 0, 2, 1, NULL, 0, x'00');"
    "INSERT INTO metric VALUES (3, 'top1', 0.5);";

static const struct {
	const char *sql, *why;
} changes[] = {
	{ "UPDATE trial SET begin_mono_ns = 10, end_mono_ns = 9",
	  "end_mono_ns of trial 3 is before the begin" },
	{ "UPDATE stretch SET begin_mono_ns = 10, end_mono_ns = 9",
	  "end_mono_ns of stretch 1, 0 is before the begin" },
	{ "UPDATE trial SET campaign_id = 99",
	  "row 3 of trial names a row of another table that is not there" },
	{ "UPDATE metric SET value = 9e999", "value of metric 3, top1 is not finite" },
	{ "UPDATE trial SET queries = -5", "queries of trial 3 is not positive" },
	{ "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, begin_lag_ns, "
	  "first_stretch, queries) VALUES (3, 0, 'a', 0, 0, 0, 9223372036854775807),"
	  " (3, 1, 'b', 0, 0, 0, 1)",
	  "queries of phase 2 and those before it are more than 2^63 together" },
	{ "INSERT INTO region_rest VALUES (3, 0, 1 << 62, 0), (3, 1, 1 << 62, 0)",
	  "outside_ns of region_rest 3, 1 and those before it are more than 2^63 "
	  "together" },
	{ "INSERT INTO region_rest VALUES (3, 0, 0, 1 << 62), (3, 1, 0, 1 << 62)",
	  "idle_ns of region_rest 3, 1 and those before it are more than 2^63 together" },
	{ "UPDATE trial SET state = 'done'", "state of trial 3 is not one of its words" },
	{ "UPDATE trial SET is_warmup = 7", "is_warmup of trial 3 is neither 0 nor 1" },
	{ "UPDATE trial SET command = 'true'", "command of trial 3 is of another type" },
	{ "UPDATE trial SET command = '{}'", "command of trial 3 is of another type" },
	{ "UPDATE trial SET variant = CAST(x'610062' AS TEXT)",
	  "variant of trial 3 holds a NUL" },
	{ "UPDATE trial SET begin_mono_ns = -1", "begin_mono_ns of trial 3 is no time" },
	{ "UPDATE trial SET begin_mono_ns = 9223372036854775807",
	  "begin_mono_ns of trial 3 is no time" },
	{ "UPDATE factor SET value = 1e308 WHERE factor_id = 2",
	  "value of factor 2 is too large" },
	{ "UPDATE factor SET low = -1e51 WHERE factor_id = 2",
	  "low of factor 2 is too large" },
	{ "UPDATE trial SET own_cpu_s = 1e308", "own_cpu_s of trial 3 is too large" },
	{ "UPDATE channel SET unit_per_raw = 1e51",
	  "unit_per_raw of channel 1 is too large" },
	{ "UPDATE channel SET unit_per_raw = 1e-320",
	  "unit_per_raw of channel 1 is too small" },
	{ "UPDATE metric SET value = -1e-320", "value of metric 3, top1 is too small" },
	{ "UPDATE metric SET value = 1e300", "value of metric 3, top1 is too large" },
	{ "UPDATE channel SET unit_per_raw = 0",
	  "unit_per_raw of channel 1 is not positive" },
	{ "UPDATE channel SET provenance = 'sworn'",
	  "provenance of channel 1 is not one of its words" },
	{ "UPDATE stretch SET advance = 9223372036854775807, advance_high = advance",
	  "advance of stretch 1, 0 is too large" },
	{ "UPDATE factor SET value = -9e999, low = NULL WHERE factor_id = 2",
	  "value of factor 2 is not finite" },
	{ "UPDATE chunk SET n = 0", "n of chunk 1 is not positive" },
	{ "UPDATE chunk SET data = zeroblob(17000000)", "data of chunk 1 is too long" },
};

static void a_value_outside_of_its_domain_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct problem why = { 0 };
		sqlite3 *db = database_with(rows);
		assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), 0);
		database_run(db, "PRAGMA ignore_check_constraints = ON");
		database_run(db, changes[i].sql);
		assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), -1);
		assert_string_equal(why.why, changes[i].why);
		sqlite3_close(db);
	}
}

static const char *fitting(const struct column_domain *column)
{
	static char word[64];
	if (column->domain == WORD) {
		snprintf(word, sizeof(word), "'%.*s'", (int)strcspn(column->words + 1, "|"),
			 column->words + 1);
		return word;
	}
	if (column->domain == BLOB) {
		snprintf(word, sizeof(word), "zeroblob(%d)",
			 column->size ? column->size : 1);
		return word;
	}
	return column->domain <= STEPS           ? "1"
	       : column->domain <= REAL_POSITIVE ? "1.0"
	       : column->domain == JSON          ? "'[]'"
						 : "'a'";
}

/* Each table, with a row of what fits. */
static sqlite3 *every_table(void)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (const struct table_domain *table = table_domains; table->name; table++) {
		sqlite3_str *create = sqlite3_str_new(db), *row = sqlite3_str_new(db);
		for (int i = 0; table->columns[i].name; i++) {
			sqlite3_str_appendf(create, "%s\"%w\"", i ? ", " : "",
					    table->columns[i].name);
			sqlite3_str_appendf(row, "%s%s", i ? ", " : "",
					    fitting(&table->columns[i]));
		}
		char *columns = sqlite3_str_finish(create),
		     *values = sqlite3_str_finish(row);
		char *sql = sqlite3_mprintf("CREATE TABLE \"%w\" (%s);"
					    "INSERT INTO \"%w\" VALUES (%s)",
					    table->name, columns, table->name, values);
		database_run(db, sql);
		sqlite3_free(sql), sqlite3_free(columns), sqlite3_free(values);
	}
	return db;
}

static void is_refused(sqlite3 *db, const char *table, const char *column,
		       const char *value, const char *fault)
{
	char sql[200], said[200];
	struct problem why = { 0 };
	snprintf(sql, sizeof(sql), "UPDATE \"%s\" SET \"%s\" = %s", table, column, value);
	database_run(db, sql);
	assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), -1);
	snprintf(said, sizeof(said), "%s of %s ", column, table);
	assert_int_equal(strncmp(why.why, said, strlen(said)), 0);
	assert_non_null(strstr(why.why, fault));
}

/* Tiny ones too: a unit of 1e-320 makes each joule 0, and what is divided by it infinite. */
static void every_real_number_is_a_quantity(void **state)
{
	(void)state;
	struct problem why = { 0 };
	sqlite3 *db = every_table();
	int n = 0;
	assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), 0);
	for (const struct table_domain *table = table_domains; table->name; table++)
		for (int i = 0; table->columns[i].name; i++) {
			const struct column_domain *column = &table->columns[i];
			if (column->domain < QUANTITY || column->domain > REAL_POSITIVE)
				continue;
			const char *name = column->name;
			is_refused(db, table->name, name, "1e-320", "is too small");
			is_refused(db, table->name, name, "9.9e-51", "is too small");
			is_refused(db, table->name, name, "1.1e50", "is too large");
			is_refused(db, table->name, name, "1.7e308", "is too large");
			is_refused(db, table->name, name, "9e999", "is not finite");
			is_refused(db, table->name, name, "-9e999", "is not finite");
			is_refused(db, table->name, name, "-1e-320",
				   column->domain == QUANTITY ? "is too small"
				   : column->domain == REAL_NOT_NEGATIVE
				       ? "is negative"
				       : "is not positive");
			char sql[200];
			snprintf(sql, sizeof(sql), "UPDATE \"%s\" SET \"%s\" = 1e50",
				 table->name, name);
			database_run(db, sql);
			assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), 0);
			n++;
		}
	assert_true(n > 30);
	sqlite3_close(db);
}

/* STRICT holds only while a row is written: the file's bytes may say anything. */
static void another_type_in_the_file_is_named(void **state)
{
	(void)state;
	struct problem why = { 0 };
	sqlite3 *db = database_with(rows);
	database_run(
	    db, "PRAGMA writable_schema = ON;"
		"UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''),"
		" 'REAL', 'BLOB') WHERE name = 'metric'; PRAGMA writable_schema = RESET;"
		"UPDATE metric SET value = 'much'");
	assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), -1);
	assert_string_equal(why.why, "value of metric 3, top1 is of another type");
	sqlite3_close(db);
}

static void text_need_not_be_utf8(void **state)
{
	(void)state;
	struct problem why = { 0 };
	sqlite3 *db = database_with(rows);
	database_run(db, "UPDATE trial SET variant = CAST(x'636166e9' AS TEXT)");
	assert_int_equal(domain_check(db, "f", DOMAIN_ALL, &why), 0);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_outside_of_its_domain_is_named),
		cmocka_unit_test(every_real_number_is_a_quantity),
		cmocka_unit_test(another_type_in_the_file_is_named),
		cmocka_unit_test(text_need_not_be_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
