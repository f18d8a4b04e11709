/* What changed between two variants: campaigns of known stacks, and simulated ones that differ in nothing. */
#include <config.h>

#include "reports/profile/function-changes.h"
#include "tests/unit/reports/given.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 300, STACKS = 1000 };

/* Each trial is a campaign of its own, as 'run' makes them, of 100 J: 0.1 J a stack. */
static void add_trial(sqlite3 *db, const char *variant)
{
	DATABASE_RUN(
	    db,
	    "INSERT INTO campaign (uuid, host_id, kind, command_line, tool_version,"
	    " rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
	    " SELECT 'u-' || count(*), 1, 'run', '[]', '0', 10, 0, 0, 0 FROM campaign;"
	    "INSERT INTO trial (campaign_id, ordinal, block, variant, job, is_warmup,"
	    " command, state, exit_code, begin_utc_ns, begin_mono_ns, end_mono_ns)"
	    " SELECT max(campaign_id), 1, 1, %Q, 'command', 0, '[]', 'complete', 0, 0,"
	    " 0, 10000000000 FROM campaign;",
	    variant);
	database_run(
	    db,
	    "CREATE TEMP TABLE now AS SELECT max(trial_id) AS t FROM trial;"
	    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns,"
	    " first_stretch, last_stretch) SELECT t, 0, 'whole', 0, 10000000000, 0, 0 FROM "
	    "now;"
	    "INSERT INTO channel (trial_id, collector, name, domain, kind, unit, "
	    "provenance,"
	    " counted, unit_per_raw, update_interval_ns, uncertainty_k2) SELECT t, "
	    "'powercap',"
	    " 'package-0', 'package', 'counter', 'J', 'measured', 1, 0.001, 1000000, 0.05"
	    " FROM now;"
	    "INSERT INTO stretch SELECT channel_id, 0, 0, 10000000000, 10, 0, 0, 0, 0, 0, "
	    "0,"
	    " 100000, 100000, 100000, 0 FROM channel JOIN now ON t = trial_id;"
	    "INSERT INTO profile SELECT t, 'cpu-clock', 100, 0, 0, 1e10, 1e10, 1, 0, 1, 0, "
	    "0, 0, 0"
	    " FROM now;"
	    "INSERT INTO profile_frame SELECT t, 1, 'process', 'p', NULL, NULL, NULL, NULL"
	    " FROM now;"
	    "INSERT INTO profile_node SELECT t, 1, NULL, 1, 0 FROM now;"
	    "DROP TABLE temp.now;");
}

/* Of the last trial. */
static void add_stacks(sqlite3 *db, const char *function, const char *module, int n)
{
	DATABASE_RUN(
	    db,
	    "CREATE TEMP TABLE now AS SELECT trial_id AS t, max(ordinal) + 1 AS o"
	    "  FROM profile_frame WHERE trial_id = (SELECT max(trial_id) FROM trial);"
	    "INSERT INTO profile_frame SELECT t, o, 'function', %Q, %Q, NULL, NULL, NULL "
	    "FROM now;"
	    "INSERT INTO profile_node SELECT t, o, 1, o, %d FROM now;"
	    "INSERT INTO profile_energy SELECT t, o, channel_id, %d FROM now"
	    "  JOIN channel ON trial_id = t;"
	    "UPDATE profile SET n = n + %d WHERE trial_id = (SELECT t FROM now);"
	    "DROP TABLE temp.now;",
	    function, module, n, 100 * n, n);
}

static sqlite3 *new_file(void)
{
	return database_with("INSERT INTO host (host_id, boot_id) VALUES (1, 'b');");
}

static const struct function_changes_list *read_changes(sqlite3 *db, struct arena *arena)
{
	static const char *const variants[2] = { "a", "b" };
	struct problem why = { 0 };
	const struct function_changes_list *list = function_changes_read(db, 0, variants,
									 arena, &why);
	if (!list)
		fail_msg("%s", why.why);
	assert_int_equal(list->n, 1);
	return list;
}

static const struct function_change *change_in(const struct function_changes *changes,
					       const char *name)
{
	for (size_t i = 0; i < changes->n; i++)
		if (strcmp(changes->changes[i].function->name, name) == 0)
			return &changes->changes[i];
	fail_msg("no %s", name);
	return NULL;
}

static void one_trial_each_is_judged_by_its_stacks(void **state)
{
	(void)state;
	sqlite3 *db = new_file();
	struct arena *arena = arena_new();
	add_trial(db, "a");
	add_stacks(db, "f", "/x/old", 500);
	add_stacks(db, "g", "/x/old", 300);
	add_stacks(db, "h", "/x/old", 190);
	add_stacks(db, "rare", "/x/old", 10);
	add_trial(db, "b");
	add_stacks(db, "f", "/y/new", 500);
	add_stacks(db, "g", "/y/new", 150);
	add_stacks(db, "k", "/y/new", 345);
	add_stacks(db, "rare", "/y/new", 5);
	const struct function_changes *changes = read_changes(db, arena)->changes;
	assert_int_equal(changes->n, 5);
	assert_int_equal(changes->n_tested, 4);
	assert_false(changes->is_by_trials);
	const struct function_change *g = change_in(changes, "g");
	assert_int_equal(change_in(changes, "f")->verdict, CHANGE_CANNOT_TELL);
	assert_int_equal(g->verdict, CHANGE_LESS);
	assert_true(fabs(g->t.mean + 15) < 1e-9);
	/* of 300 and 150 of 1000: sqrt(0.3 * 0.7 / 1000 + 0.15 * 0.85 / 1000) * 100 J */
	assert_true(fabs(g->t.error - 1.837) < 0.01);
	assert_true(g->t.ci95.low < -15 && -15 < g->t.ci95.high && g->t.ci95.high < 0);
	assert_int_equal(change_in(changes, "h")->verdict, CHANGE_LESS);
	assert_int_equal(change_in(changes, "k")->verdict, CHANGE_MORE);
	assert_int_equal(change_in(changes, "rare")->verdict, CHANGE_TOO_FEW);
	assert_true(isnan(change_in(changes, "rare")->p_adjusted));
	/* all parts are the whole */
	double sum[2] = { changes->outside[0].self_j, changes->outside[1].self_j };
	for (size_t i = 0; i < changes->n; i++) {
		sum[0] += changes->changes[i].a.self_j;
		sum[1] += changes->changes[i].b.self_j;
	}
	for (int i = 0; i < 2; i++)
		assert_true(fabs(sum[i] - changes->whole[i].self_j) < 1e-9);
	arena_free(arena);
	sqlite3_close(db);
}

/* A name that stands in two files of a variant is not taken for one. */
static void a_name_is_one_function_only_where_each_has_it_once(void **state)
{
	(void)state;
	sqlite3 *db = new_file();
	struct arena *arena = arena_new();
	add_trial(db, "a");
	add_stacks(db, "f", "/x/old", 500);
	add_stacks(db, "main", "/x/old", 300);
	add_stacks(db, "main", "/x/other", 200);
	add_trial(db, "b");
	add_stacks(db, "f", "/x/new", 500);
	add_stacks(db, "main", "/x/new", 500);
	const struct function_changes *changes = read_changes(db, arena)->changes;
	assert_int_equal(changes->n, 4);
	assert_true(fabs(change_in(changes, "f")->t.mean) < 1e-9);
	arena_free(arena);
	sqlite3_close(db);
}

/* Trials that scatter by more than their stacks: 400 and 600 are no difference where each has both. */
static void several_trials_are_judged_by_their_spread(void **state)
{
	(void)state;
	static const int n[2][3] = { { 300, 500, 400 }, { 420, 620, 520 } };
	sqlite3 *db = new_file();
	struct arena *arena = arena_new();
	for (int i = 0; i < 6; i++) {
		add_trial(db, i < 3 ? "a" : "b");
		add_stacks(db, "f", "p", n[i / 3][i % 3]);
		add_stacks(db, "g", "p", 100);
		add_stacks(db, "rest", "p", 900 - n[i / 3][i % 3]);
	}
	const struct function_changes *changes = read_changes(db, arena)->changes;
	const struct function_change *f = change_in(changes, "f");
	assert_true(changes->is_by_trials);
	assert_int_equal(f->verdict, CHANGE_CANNOT_TELL);
	assert_true(fabs(f->t.mean - 12) < 1e-9);
	/* three equal counts are no certainty: sqrt(2 * 0.1 * 0.9 / 1000 / 3) * 100 J */
	const struct function_change *g = change_in(changes, "g");
	assert_true(g->t.ci95.high - g->t.ci95.low > 2 * 1.5);
	assert_true(g->t.p > 0.99);
	arena_free(arena);
	sqlite3_close(db);
}

static void draw_stacks(sqlite3 *db)
{
	static const double parts[] = { 0.4, 0.3, 0.15, 0.1, 0.05 };
	static const char *const names[] = { "f", "g", "h", "i", "j" };
	int n[5] = { 0 };
	for (int i = 0; i < STACKS; i++) {
		double lot = drand48();
		int k = 0;
		while (k < 4 && lot >= parts[k])
			lot -= parts[k++];
		n[k]++;
	}
	for (int k = 0; k < 5; k++)
		add_stacks(db, names[k], "p", n[k]);
}

/* Of 300 campaigns that differ in nothing at most 5 % should find a difference: 15, and 30 in less than one of
 * ten thousand drawings; the seed is given, so that this one is always the same. */
static void what_differs_in_nothing_is_rarely_told_apart(void **state)
{
	(void)state;
	size_t n_found = 0;
	srand48(1);
	for (int run = 0; run < RUNS; run++) {
		sqlite3 *db = NULL;
		struct arena *arena = arena_new();
		db = new_file();
		add_trial(db, "a");
		draw_stacks(db);
		add_trial(db, "b");
		draw_stacks(db);
		const struct function_changes *changes = read_changes(db, arena)->changes;
		size_t n_verdicts = 0;
		assert_int_equal(changes->n_tested, 5);
		for (size_t i = 0; i < changes->n; i++)
			n_verdicts += changes->changes[i].verdict <= CHANGE_MORE;
		n_found += n_verdicts > 0;
		arena_free(arena);
		sqlite3_close(db);
	}
	print_message("# %zu of %d\n", n_found, RUNS);
	assert_true(n_found < 30);
}

static void what_cannot_be_compared_is_refused(void **state)
{
	(void)state;
	static const char *const variants[2] = { "a", "b" }, *const same[2] = { "a", "a" };
	struct problem why = { 0 };
	sqlite3 *db = new_file();
	struct arena *arena = arena_new();
	add_trial(db, "a");
	add_stacks(db, "f", "p", 500);
	assert_null(function_changes_read(db, 0, variants, arena, &why));
	assert_int_equal(why.kind, PROBLEM_USAGE);
	assert_null(function_changes_read(db, 0, same, arena, &why));
	add_trial(db, "b");
	add_stacks(db, "f", "p", 500);
	assert_non_null(function_changes_read(db, 0, variants, arena, &why));
	static const char *const changes[] = {
		"UPDATE trial SET workload = 'w' WHERE trial_id = 2",
		"UPDATE trial SET workload = NULL; UPDATE trial SET queries = 7 WHERE "
		"trial_id = 2",
		"UPDATE trial SET queries = NULL; UPDATE channel SET provenance = "
		"'estimated'"
		" WHERE trial_id = 2; INSERT INTO channel (trial_id, collector, name, "
		"kind, unit,"
		" provenance, counted, unit_per_raw) VALUES (2, 'cputime', 'tree', "
		"'counter', 's',"
		" 'measured', 0, 1e-3), (2, 'cputime', 'busy', 'counter', 's', 'measured', "
		"0, 1e-3);"
		" INSERT INTO stretch SELECT channel_id, 0, 0, 10000000000, 10, 0, 0, 0, "
		"0, 0, 0, 9000,"
		" 9000, 9000, 0 FROM channel WHERE collector = 'cputime'",
		"UPDATE channel SET provenance = 'measured'; INSERT INTO host (host_id, "
		"boot_id,"
		" cpu_model) VALUES (2, 'c', 'Testium 9'); UPDATE campaign SET host_id = 2 "
		"WHERE"
		" campaign_id = 2",
	};
	static const char *const words[] = { "workloads", "queries", "estimated",
					     "machines" };
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		database_run(db, changes[i]);
		assert_null(function_changes_read(db, 0, variants, arena, &why));
		assert_non_null(strstr(why.why, words[i]));
	}
	arena_free(arena);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_trial_each_is_judged_by_its_stacks),
		cmocka_unit_test(a_name_is_one_function_only_where_each_has_it_once),
		cmocka_unit_test(several_trials_are_judged_by_their_spread),
		cmocka_unit_test(what_differs_in_nothing_is_rarely_told_apart),
		cmocka_unit_test(what_cannot_be_compared_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
