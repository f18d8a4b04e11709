/* A ratio or an interval that does not follow from the trials is named. */
#include <config.h>

#include "base/problem.h"
#include "reports/verify/ratio.h"
#include "tests/unit/reports/given.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct given {
	sqlite3 *db;
	struct arena *arena;
	struct comparison comparison;
	struct difference difference; /* of its own, to be changed */
};

static int set_up(void **state)
{
	static const char *const both[] = { "teacher", "student" };
	const struct compare_options options = { .path = "x.db",
						 .variants = both,
						 .n_variants = 2 };
	struct given *given = calloc(1, sizeof(*given));
	struct problem why = { 0 };
	given->db = given_bench();
	given_again(given->db);
	given->arena = arena_new();
	const struct comparison *read = compare_read(given->db, &options, given->arena,
						     &why);
	assert_non_null(read);
	given->comparison = *read;
	given->difference = read->differences[0];
	given->comparison.differences = &given->difference;
	*state = given;
	return 0;
}

static int tear_down(void **state)
{
	struct given *given = *state;
	sqlite3_close(given->db);
	arena_free(given->arena);
	free(given);
	return 0;
}

static void what_follows_agrees(void **state)
{
	struct given *given = *state;
	struct verification result = { 0 };
	assert_true(given->difference.is_paired);
	assert_int_equal(ratio_check(given->db, &given->comparison, &result), 0);
	assert_string_equal(result.place, "");
	/* pairs, ratio and its bounds; break-even, which has none */
	assert_int_equal(result.n_figures, 5);
}

/* All trials alike: the interval is as wide as the meter's steps make it, on both paths. */
static void what_the_meter_leaves_open_agrees(void **state)
{
	struct given *given = *state;
	struct verification result = { 0 };
	const struct compare_options options = { .path = "x.db" };
	struct problem why = { 0 };
	database_run(given->db, "UPDATE stretch SET advance = 40000, advance_low = 40000,"
				" advance_high = 40000 WHERE seq = 1");
	const struct comparison *alike = compare_read(given->db, &options, given->arena,
						      &why);
	assert_non_null(alike);
	assert_true(alike->differences[0].t.ci95.high > 0.002);
	assert_int_equal(ratio_check(given->db, alike, &result), 0);
	assert_string_equal(result.place, "");
}

static void expect_place(struct given *given, const char *begin)
{
	struct verification result = { 0 };
	assert_int_equal(ratio_check(given->db, &given->comparison, &result), 0);
	if (strncmp(result.place, begin, strlen(begin)) != 0)
		fail_msg("'%s', not '%s...'", result.place, begin);
}

static void a_changed_ratio_is_named(void **state)
{
	struct given *given = *state;
	given->difference.t.mean += 1e-6;
	expect_place(given, "ratio of student to teacher in campaign 1 is given as");
}

/* Three buildings, and 16 answers of each: every bound follows. */
static void quality_and_break_even_follow_from_the_trials(void **state)
{
	struct given *given = *state;
	struct verification result = { 0 };
	const struct compare_options options = { .path = "x.db" };
	struct problem why = { 0 };
	given_trial(given->db, (struct given_trial){ "student", "train", 1, 89000 });
	given_trial(given->db, (struct given_trial){ "student", "train", 1, 110000 });
	database_run(given->db, "INSERT INTO answers SELECT trial_id, 'top1', 16, 1,"
				" iif(variant = 'teacher', x'ff3f', x'fe3d') FROM trial"
				" WHERE job = 'infer'");
	const struct comparison *read = compare_read(given->db, &options, given->arena,
						     &why);
	assert_int_equal(ratio_check(given->db, read, &result), 0);
	assert_string_equal(result.place, "");
	assert_int_equal(result.n_figures, 10);
	given->comparison = *read;
	given->difference = read->differences[0];
	given->comparison.differences = &given->difference;
	given->difference.quality_change.low += 1e-6;
	expect_place(given, "low of the change of quality of student to teacher");
	given->difference.quality_change.low -= 1e-6;
	given->difference.break_even.high *= 1.000001;
	expect_place(given, "high of the break-even of student to teacher");
}

static void a_changed_interval_is_named(void **state)
{
	struct given *given = *state;
	given->difference.t.ci95.high += 1e-6;
	expect_place(given, "high of the ratio of student to teacher in campaign 1");
	given->difference.t.ci95.low -= 1e-6;
	expect_place(given, "low of the ratio of student to teacher in campaign 1");
}

static void a_changed_number_of_pairs_is_named(void **state)
{
	struct given *given = *state;
	given->difference.n_pairs--;
	expect_place(given, "pairs of student to teacher in campaign 1 is given as");
}

/* The trials change, what was read from them does not. */
static void a_trial_that_changed_is_seen_in_the_ratio(void **state)
{
	struct given *given = *state;
	database_run(given->db,
		     "UPDATE stretch SET advance = advance * 2, advance_high = advance * 2"
		     " WHERE seq = 1 AND channel_id = (SELECT min(channel_id) FROM channel"
		     " JOIN trial USING (trial_id) WHERE variant = 'student'"
		     " AND job = 'infer' AND NOT is_warmup)");
	expect_place(given, "ratio of student to teacher in campaign 1 is given as");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_follows_agrees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_the_meter_leaves_open_agrees, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_changed_ratio_is_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_changed_interval_is_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
		    quality_and_break_even_follow_from_the_trials, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_changed_number_of_pairs_is_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_trial_that_changed_is_seen_in_the_ratio,
						set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
