/* A database takes what is written, gives it back, and refuses what is not its own. */
#include <config.h>

#include "base/problem.h"
#include "schema/database/migrate.h"
#include "schema/database/statement.h"
#include "schema/ddl.h"
#include "schema/store/reader.h"
#include "schema/store/writer.h"
#include "tests/unit/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char folder[64], path[96];
	struct store *store;
	int64_t trial_id, channel_id;
	struct problem why;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/joulecart-test-XXXXXX");
	if (!mkdtemp(fixture->folder))
		return -1;
	snprintf(fixture->path, sizeof(fixture->path), "%s/t.db", fixture->folder);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[128];
	store_close(fixture->store);
	snprintf(command, sizeof(command), "rm -r %s", fixture->folder);
	int code = system(command);
	free(fixture);
	return code;
}

/* A database with one trial of one channel, in an open transaction. */
static void add_trial(struct fixture *fixture)
{
	const struct host_facts host = { .boot_id = "b", .turbo = -1, .n_threads = 2 };
	struct campaign_facts campaign = { .uuid = "u",
					   .kind = "run",
					   .command_line = "[]",
					   .tool_version = "0",
					   .rate_hz = 10 };
	struct trial_facts trial = { .ordinal = 1,
				     .block = 1,
				     .variant = "v",
				     .job = "command",
				     .command = "[\"true\"]",
				     .mono_ns = 5 };
	const struct channel_facts channel = { .collector = "powercap",
					       .name = "package-0",
					       .domain = "package",
					       .kind = "counter",
					       .unit = "J",
					       .provenance = "measured",
					       .counted = true,
					       .unit_per_raw = 1e-6,
					       .wrap_range = 1000 };
	fixture->store = store_open(fixture->path, &fixture->why);
	assert_non_null(fixture->store);
	assert_int_equal(store_begin(fixture->store, &fixture->why), 0);
	campaign.host_id = store_add_host(fixture->store, &host, &fixture->why);
	trial.campaign_id = store_add_campaign(fixture->store, &campaign, &fixture->why);
	fixture->trial_id = store_add_trial(fixture->store, &trial, &fixture->why);
	fixture->channel_id = store_add_channel(fixture->store, fixture->trial_id, &channel,
						&fixture->why);
	assert_true(fixture->channel_id > 0);
}

static int add_rollup(struct fixture *fixture, int64_t seq, const struct sample *samples,
		      size_t n)
{
	uint8_t data[16384];
	const struct rollup_row row = { .n = (int64_t)n,
					.has_raw = true,
					.advance = 1,
					.advance_low = 1,
					.advance_high = 1 };
	struct rollup_pack pack = { .data = data };
	assert_true(chunk_bound(n) <= sizeof(data));
	pack.size = chunk_encode(samples, n, NULL, data, &pack.uses_times_of);
	return store_add_rollup(fixture->store, fixture->channel_id, seq, &row, &pack, 0,
				&fixture->why);
}

static int64_t ask(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return value;
}

static int collect(void *context, const struct sample_row *row)
{
	struct sample *out = context;
	while (out->mono_ns)
		out++;
	*out = row->sample;
	assert_string_equal(row->channel, "package-0");
	return 0;
}

static void samples_come_back_in_order(void **state)
{
	struct fixture *fixture = *state;
	const struct sample samples[] = { { 10, 1, 7, 0 },
					  { 20, 1, 9, 0 },
					  { 30, 2, 3, 0 } };
	struct sample out[4] = { 0 };
	add_trial(fixture);
	assert_int_equal(add_rollup(fixture, 0, samples, 2), 0);
	assert_int_equal(add_rollup(fixture, 1, samples + 2, 1), 0);
	assert_int_equal(store_commit(fixture->store, &fixture->why), 0);
	sqlite3 *db = store_open_read(fixture->path, &fixture->why);
	assert_non_null(db);
	const struct sample_filter all = { 0 }, other = { .channel = "dram-0" };
	assert_int_equal(samples_each(db, &all, collect, out, &fixture->why), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(out[i].mono_ns, samples[i].mono_ns);
		assert_int_equal(out[i].raw, samples[i].raw);
	}
	out[0].mono_ns = 0;
	assert_int_equal(samples_each(db, &other, collect, out, &fixture->why), 0);
	assert_int_equal(out[0].mono_ns, 0);
	sqlite3_close(db);
}

static void reading_samples_again_expires_no_statement(void **state)
{
	struct fixture *fixture = *state;
	const struct sample sample = { 10, 1, 7, 0 };
	struct sample out[4] = { 0 };
	sqlite3_stmt *other = NULL;
	add_trial(fixture);
	add_rollup(fixture, 0, &sample, 1);
	store_commit(fixture->store, &fixture->why);
	sqlite3 *db = store_open_read(fixture->path, &fixture->why);
	const struct sample_filter all = { 0 };
	assert_int_equal(samples_each(db, &all, collect, out, &fixture->why), 0);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT count(*) FROM trial", -1, &other, NULL),
	    SQLITE_OK);
	assert_int_equal(samples_each(db, &all, collect, out, &fixture->why), 0);
	assert_int_equal(sqlite3_step(other), SQLITE_ROW);
	assert_int_equal(sqlite3_stmt_status(other, SQLITE_STMTSTATUS_REPREPARE, 0), 0);
	sqlite3_finalize(other);
	sqlite3_close(db);
}

static void a_damaged_chunk_is_named(void **state)
{
	struct fixture *fixture = *state;
	const struct sample sample = { 10, 1, 7, 0 };
	struct sample out[2] = { 0 };
	add_trial(fixture);
	add_rollup(fixture, 0, &sample, 1);
	store_commit(fixture->store, &fixture->why);
	sqlite3_exec(store_db(fixture->store),
		     "UPDATE chunk SET data = zeroblob(length(data))", NULL, NULL, NULL);
	sqlite3 *db = store_open_read(fixture->path, &fixture->why);
	const struct sample_filter all = { 0 };
	assert_int_equal(samples_each(db, &all, collect, out, &fixture->why), -1);
	assert_string_equal(fixture->why.why,
			    "chunk 0 of powercap/package-0 in trial 1 is damaged");
	sqlite3_close(db);
}

static void what_was_not_committed_is_not_there(void **state)
{
	struct fixture *fixture = *state;
	add_trial(fixture);
	store_rollback(fixture->store);
	assert_int_equal(ask(fixture->path, "SELECT count(*) FROM trial"), 0);
}

static void a_full_disk_keeps_what_was_committed(void **state)
{
	struct fixture *fixture = *state;
	struct sample samples[100] = { 0 };
	for (size_t i = 0; i < 100; i++)
		samples[i] = (struct sample){ (int64_t)i + 1, 1, i * i * 7919, 0 };
	add_trial(fixture);
	assert_int_equal(add_rollup(fixture, 0, samples, 100), 0);
	assert_int_equal(store_commit(fixture->store, &fixture->why), 0);
	sqlite3_exec(store_db(fixture->store), "PRAGMA max_page_count = 1", NULL, NULL,
		     NULL);
	int code = store_begin(fixture->store, &fixture->why);
	for (int64_t seq = 1; code == 0 && seq < 1000; seq++)
		code = add_rollup(fixture, seq, samples, 100);
	assert_int_equal(code, -1);
	assert_non_null(strstr(fixture->why.why, "full"));
	assert_non_null(strstr(fixture->why.todo, "free some space"));
	store_rollback(fixture->store);
	assert_int_equal(ask(fixture->path, "SELECT count(*) FROM stretch"), 1);
}

static void a_second_open_keeps_what_is_there(void **state)
{
	struct fixture *fixture = *state;
	add_trial(fixture);
	store_commit(fixture->store, &fixture->why);
	store_close(fixture->store);
	fixture->store = store_open(fixture->path, &fixture->why);
	assert_non_null(fixture->store);
	assert_int_equal(ask(fixture->path, "SELECT count(*) FROM trial"), 1);
	assert_int_equal(ask(fixture->path, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(ask(fixture->path, "PRAGMA user_version"), STORE_VERSION);
}

static void assert_refused(struct fixture *fixture, const char *why)
{
	assert_null(store_open_read(fixture->path, &fixture->why));
	assert_string_equal(fixture->why.why, why);
	assert_null(store_open(fixture->path, &fixture->why));
	assert_string_equal(fixture->why.why, why);
}

static void make(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_text_file_is_refused_and_left_as_it_was(void **state)
{
	struct fixture *fixture = *state;
	char text[64] = "";
	FILE *file = fopen(fixture->path, "w");
	fputs("timestamp,emissions\n2026-01-01,0.1\n", file);
	fclose(file);
	assert_refused(fixture, "not a joulecart database");
	file = fopen(fixture->path, "r");
	assert_non_null(fgets(text, sizeof(text), file));
	assert_string_equal(text, "timestamp,emissions\n");
	fclose(file);
}

static void another_programs_database_is_refused(void **state)
{
	struct fixture *fixture = *state;
	make(fixture->path, "CREATE TABLE bookmarks (url)");
	assert_refused(fixture, "not a joulecart database");
	assert_int_equal(ask(fixture->path, "SELECT count(*) FROM sqlite_schema"), 1);
}

static void a_newer_schema_is_refused_with_both_versions(void **state)
{
	struct fixture *fixture = *state;
	char expected[128], sql[128];
	snprintf(sql, sizeof(sql),
		 "CREATE TABLE t (x); PRAGMA application_id = %d; PRAGMA user_version = %d",
		 STORE_APPLICATION_ID, STORE_VERSION + 1);
	make(fixture->path, sql);
	snprintf(expected, sizeof(expected),
		 "it has schema version %d, and this joulecart knows up to %d",
		 STORE_VERSION + 1, STORE_VERSION);
	assert_refused(fixture, expected);
}

/* A file whose views somebody changed: one has other text, one lacks. */
static void make_other_views(struct fixture *fixture)
{
	add_trial(fixture);
	store_commit(fixture->store, &fixture->why);
	assert_int_equal(sqlite3_exec(store_db(fixture->store),
				      "DROP VIEW v_phase; DROP VIEW v_water;"
				      "CREATE VIEW v_mine AS SELECT 7 AS seven;"
				      "CREATE VIEW v_phase AS SELECT 1 AS trial_id",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	store_close(fixture->store);
	fixture->store = NULL;
}

static int64_t ask_open(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static void views_that_were_changed_are_named_and_never_read(void **state)
{
	struct fixture *fixture = *state;
	char left[400];
	make_other_views(fixture);
	assert_refused(fixture, "view v_mine is not one of joulecart's, and 2 more depart "
				"from its schema");
	sqlite3 *db = store_open_despite(fixture->path, &fixture->why);
	assert_non_null(db);
	assert_int_equal(ask_open(db, "SELECT count(joules_low) = 0 FROM v_phase"), 1);
	assert_int_equal(ask_open(db, "SELECT count(*) FROM v_query"), 1);
	assert_int_equal(ask_open(db, "SELECT count(*) FROM v_water"), 1);
	assert_int_equal(sqlite3_exec(db, "SELECT * FROM v_mine", NULL, NULL, NULL),
			 SQLITE_ERROR);
	assert_int_equal(store_departures(db, left, sizeof(left)), 3);
	assert_string_equal(left, "view v_mine is not one of joulecart's, view v_phase is "
				  "changed, view v_water is missing");
	sqlite3_close(db);
}

/* What a long run adds is not kept in memory: a second at 1 kHz is some 3 kB a channel. */
static void many_seconds_of_rows_do_not_stay_in_memory(void **state)
{
	struct fixture *fixture = *state;
	int bytes = 0, most = 0;
	fixture->store = store_open(fixture->path, &fixture->why);
	assert_non_null(fixture->store);
	for (int i = 0; i < 1500; i++) {
		const struct value values[] = { integer(i) };
		assert_int_equal(store_begin(fixture->store, &fixture->why), 0);
		assert_int_equal(
		    store_execute(fixture->store,
				  "INSERT INTO cloud_region VALUES ('test', ?1,"
				  " hex(zeroblob(1500)), 'GB', NULL, NULL, 2026)",
				  values, 1, &fixture->why),
		    0);
		assert_int_equal(store_commit(fixture->store, &fixture->why), 0);
	}
	sqlite3_db_status(store_db(fixture->store), SQLITE_DBSTATUS_CACHE_USED, &bytes,
			  &most, 0);
	assert_in_range(bytes, 1, 600000);
}

/* A file of version 1: its tables and one factor. */
static void make_version_1(struct fixture *fixture)
{
	make(fixture->path, sql_0001_init);
	make(
	    fixture->path,
	    "INSERT INTO factor (kind, key, parameter, value, unit, name, boundary, source,"
	    " licence) VALUES ('grid', 'GB', 'intensity', 1, 'g', 'x', 'b', 's', 'l');"
	    "INSERT INTO host (host_id, boot_id) VALUES (7, 'kept')");
	char stamp[96];
	snprintf(stamp, sizeof(stamp),
		 "PRAGMA application_id = %d; PRAGMA user_version = 1",
		 STORE_APPLICATION_ID);
	make(fixture->path, stamp);
}

static void an_older_file_is_read_as_this_version_and_left_as_it_was(void **state)
{
	struct fixture *fixture = *state;
	make_version_1(fixture);
	sqlite3 *db = store_open_read(fixture->path, &fixture->why);
	assert_non_null(db);
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db,
			   "SELECT count(*) FROM v_factor JOIN host WHERE host_id = 7"
			   " AND key = 'GB' AND parameter = 'intensity' AND value > 100",
			   -1, &row, NULL);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(row, 0), 1);
	sqlite3_finalize(row);
	sqlite3_close(db);
	assert_int_equal(ask(fixture->path, "PRAGMA user_version"), 1);
	make(fixture->path, "CREATE VIEW v_old AS SELECT * FROM factor");
	assert_refused(fixture, "view v_old is not one of joulecart's");
}

static void an_older_file_is_brought_up_when_it_is_written_to(void **state)
{
	struct fixture *fixture = *state;
	make_version_1(fixture);
	fixture->store = store_open(fixture->path, &fixture->why);
	assert_non_null(fixture->store);
	assert_int_equal(ask(fixture->path, "PRAGMA user_version"), STORE_VERSION);
	assert_int_equal(ask(fixture->path, "SELECT count(*) FROM host"), 1);
	assert_int_equal(ask(fixture->path, "SELECT count(*) FROM factor WHERE value = 1"
					    " AND kind = 'grid'"),
			 0);
}

static void an_empty_file_cannot_be_read_but_can_be_filled(void **state)
{
	struct fixture *fixture = *state;
	fclose(fopen(fixture->path, "w"));
	assert_null(store_open_read(fixture->path, &fixture->why));
	assert_string_equal(fixture->why.why, "the file is empty");
	fixture->store = store_open(fixture->path, &fixture->why);
	assert_non_null(fixture->store);
}

static void a_name_that_looks_like_a_uri_is_read(void **state)
{
	struct fixture *fixture = *state;
	char strange[128], target[160];
	add_trial(fixture);
	store_commit(fixture->store, &fixture->why);
	store_close(fixture->store);
	fixture->store = NULL;
	/* A name with what URIs treat specially. */
	snprintf(strange, sizeof(strange), "%s/a?b#c%%20", fixture->folder);
	snprintf(target, sizeof(target), "%s.db", strange);
	assert_int_equal(rename(fixture->path, target), 0);
	sqlite3 *db = store_open_read(target, &fixture->why);
	assert_non_null(db);
	sqlite3_close(db);
}

static int synchronous(struct store *store)
{
	sqlite3_stmt *row;
	assert_int_equal(
	    sqlite3_prepare_v2(store_db(store), "PRAGMA synchronous", -1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int level = sqlite3_column_int(row, 0);
	sqlite3_finalize(row);
	return level;
}

/* NORMAL is 1, OFF is 0. Only an empty log may skip the disk: one that another run has filled
 * could be used again, and then the order of writes matters. */
static void only_the_first_transaction_into_an_empty_log_skips_the_disk(void **state)
{
	struct fixture *fixture = *state;
	store_close(store_open(fixture->path, &fixture->why));
	add_trial(fixture);
	assert_int_equal(synchronous(fixture->store), 0);
	assert_int_equal(store_commit(fixture->store, &fixture->why), 0);
	assert_int_equal(synchronous(fixture->store), 1);
	struct store *second = store_open(fixture->path, &fixture->why);
	assert_int_equal(store_begin(second, &fixture->why), 0);
	assert_int_equal(synchronous(second), 1);
	store_rollback(second);
	store_close(second);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(samples_come_back_in_order),
		CASE(reading_samples_again_expires_no_statement),
		CASE(a_damaged_chunk_is_named),
		CASE(what_was_not_committed_is_not_there),
		CASE(a_full_disk_keeps_what_was_committed),
		CASE(a_second_open_keeps_what_is_there),
		CASE(many_seconds_of_rows_do_not_stay_in_memory),
		CASE(only_the_first_transaction_into_an_empty_log_skips_the_disk),
		CASE(a_text_file_is_refused_and_left_as_it_was),
		CASE(another_programs_database_is_refused),
		CASE(a_newer_schema_is_refused_with_both_versions),
		CASE(an_older_file_is_read_as_this_version_and_left_as_it_was),
		CASE(an_older_file_is_brought_up_when_it_is_written_to),
		CASE(views_that_were_changed_are_named_and_never_read),
		CASE(an_empty_file_cannot_be_read_but_can_be_filled),
		CASE(a_name_that_looks_like_a_uri_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
