/* How much work a view takes, in steps of SQLite, which are the same on each machine: it grows with the
 * phases and the regions as they do, and with no product of them. */
#include <config.h>

#include "tests/unit/database.h"

enum { FEW = 500, MANY = 4000 };

/* A stretch and a 'steady' phase a second, two channels of joules, three regions in each phase. */
static const char rows[] =
    "INSERT INTO host (host_id, boot_id) VALUES (1, 'b');"
    "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line, tool_version,"
    "  rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
    "  VALUES (1, 'u', 1, 'run', '[]', '0', 10, 0, 0, 0);"
    "CREATE TEMP TABLE k AS WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k"
    "  WHERE i + 1 < (SELECT n FROM given)) SELECT i, i * 1000000000 AS ns FROM k;";
static const char trial[] =
    "INSERT INTO trial (campaign_id, ordinal, block, variant, job, is_warmup, command,"
    "  state, exit_code, begin_utc_ns, begin_mono_ns, end_mono_ns)"
    "  SELECT 1, count(*) + 1, 1, 'v', 'infer', 0, '[]', 'complete', 0, 0, 0,"
    "  (SELECT n * 1000000000 FROM given) FROM trial;"
    "CREATE TEMP TABLE now AS SELECT max(trial_id) AS t FROM trial;"
    "INSERT INTO channel (trial_id, collector, name, domain, kind, unit, provenance, "
    "counted,"
    "  unit_per_raw, update_interval_ns, uncertainty_k2) SELECT t, c.* FROM now, (VALUES"
    "  ('powercap', 'package-0', 'package', 'counter', 'J', 'measured', 1, 1e-3, 1000000, "
    "0.05),"
    "  ('powercap', 'dram', 'dram', 'counter', 'J', 'measured', 1, 1e-3, 1000000, 0.05)) c;"
    "INSERT INTO stretch SELECT channel_id, i, ns, ns + 1000000000, 10, 0, 0, 0, 0, 0, 0,"
    "  10000 + i % 7, 10000, 10010, 0 FROM channel JOIN now ON t = trial_id, k ORDER BY 1, "
    "2;"
    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns, first_stretch,"
    "  last_stretch, queries) SELECT t, 0, 'whole', 0, n * 1000000000, 0, n - 1, NULL"
    "  FROM now, given;"
    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns, first_stretch,"
    "  last_stretch, queries) SELECT t, i + 1, 'steady', ns, ns + 1000000000, i, i, 100"
    "  FROM now, k;"
    "INSERT INTO region (trial_id, ordinal, name) SELECT t, o.* FROM now,"
    "  (VALUES (1, 'f'), (2, 'g'), (3, 'h')) o;"
    "INSERT INTO region_time SELECT region_id, i, 200000000 + i % 5, 10 FROM region"
    "  JOIN now ON t = trial_id, k ORDER BY 1, 2;"
    "INSERT INTO region_energy SELECT r.region_id, c.channel_id, x.seq, 2000 + x.seq % 3, "
    "1500,"
    "  2500 FROM now JOIN region r ON r.trial_id = t JOIN channel c ON c.trial_id = t"
    "  JOIN region_time x ON x.region_id = r.region_id ORDER BY 1, 2, 3;"
    "INSERT INTO region_rest SELECT t, i, 200000000, 200000000 FROM now, k;"
    "INSERT INTO region_idle SELECT channel_id, i, 100, 50, 200 FROM channel"
    "  JOIN now ON t = trial_id, k ORDER BY 1, 2;"
    "DROP TABLE temp.now;";

static sqlite3 *file_of(int n_phases, int n_trials)
{
	sqlite3 *db = database_with("");
	char *given = sqlite3_mprintf("CREATE TEMP TABLE given AS SELECT %d AS n",
				      n_phases);
	database_run(db, given);
	sqlite3_free(given);
	database_run(db, rows);
	for (int i = 0; i < n_trials; i++)
		database_run(db, trial);
	return db;
}

static int too_many(void *nothing)
{
	(void)nothing;
	return 1;
}

/* Of all rows that it answers, which are added to *n. */
static double steps_of(sqlite3 *db, const char *sql, int *n)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	sqlite3_progress_handler(db, 200000000, too_many, NULL);
	while (sqlite3_step(row) == SQLITE_ROW)
		++*n;
	double steps = sqlite3_stmt_status(row, SQLITE_STMTSTATUS_VM_STEP, 0);
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	return steps;
}

static const char *const questions[] = {
	"SELECT * FROM v_energy", "SELECT * FROM v_phase", "SELECT * FROM v_query",
	"SELECT * FROM v_region", "SELECT * FROM v_layer",
};
enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

static void eight_times_the_phases_take_eight_times_the_steps(void **state)
{
	(void)state;
	sqlite3 *few = file_of(FEW, 1), *many = file_of(MANY, 1);
	for (int i = 0; i < QUESTIONS; i++) {
		int n_few = 0, n_many = 0;
		double steps_few = steps_of(few, questions[i], &n_few);
		double steps_many = steps_of(many, questions[i], &n_many);
		assert_true(n_few > 0 && n_many >= n_few);
		if (steps_many > 1.25 * MANY / FEW * steps_few)
			fail_msg("%s takes %.0f steps for %d phases, %.0f for %d",
				 questions[i], steps_few, FEW, steps_many, MANY);
	}
	sqlite3_close(few);
	sqlite3_close(many);
}

/* 4000 phases of three regions, outside and idle: some ten million steps take a second. */
static void the_regions_of_many_phases_are_told_in_few_seconds(void **state)
{
	(void)state;
	sqlite3 *many = file_of(MANY, 1);
	int n = 0;
	double steps = steps_of(many, "SELECT * FROM v_region", &n);
	assert_int_equal(n, 5 * (MANY + 1));
	assert_true(steps < 1e8);
	sqlite3_close(many);
}

/* As views.sql promises: without reading those of the others. */
static void the_regions_of_one_trial_take_the_steps_of_one(void **state)
{
	(void)state;
	sqlite3 *alone = file_of(FEW, 1), *among = file_of(FEW, 8);
	int n_alone = 0, n_among = 0;
	static const char first[] = "SELECT * FROM v_region WHERE trial_id = 1";
	double steps_alone = steps_of(alone, first, &n_alone);
	double steps_among = steps_of(among, first, &n_among);
	assert_int_equal(n_alone, 5 * (FEW + 1));
	assert_int_equal(n_among, n_alone);
	assert_true(steps_among < 1.1 * steps_alone);
	sqlite3_close(alone);
	sqlite3_close(among);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_times_the_phases_take_eight_times_the_steps),
		cmocka_unit_test(the_regions_of_many_phases_are_told_in_few_seconds),
		cmocka_unit_test(the_regions_of_one_trial_take_the_steps_of_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
