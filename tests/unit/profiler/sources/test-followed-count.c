/* A counter that is looked at now and then: what it rose, and what nobody saw of it. */
#include <config.h>

#include "profiler/sources/followed-count.h"
#include "tests/unit/cmocka.h"

static const int64_t second = 1000000000;

static struct look at(double at_s)
{
	int64_t ns = (int64_t)(at_s * (double)second);
	return (struct look){ ns, ns };
}

/* A look that takes no time, at that second, and finds one series. */
static bool look(struct followed_count *count, double at_s, double value)
{
	const struct metrics_series series = { 1, value };
	return followed_count_look(count, at(at_s), &series, 1, 0, false) == FOLLOWED_ANEW;
}

/* The same of two; below 0: it is not there. */
static enum followed_step look_at_two(struct followed_count *count, double at_s, double a,
				      double b)
{
	struct metrics_series series[2];
	size_t n = 0;
	if (a >= 0)
		series[n++] = (struct metrics_series){ 1, a };
	if (b >= 0)
		series[n++] = (struct metrics_series){ 2, b };
	return followed_count_look(count, at(at_s), series, n, 0, false);
}

static double unseen(const struct followed_count *count, double begin_s, double end_s)
{
	return followed_count_unseen(count, (int64_t)(begin_s * (double)second),
				     (int64_t)(end_s * (double)second));
}

static void what_is_seen_whole_leaves_nothing_open(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	assert_false(look(&count, 0, 500));
	assert_false(look(&count, 1, 600));
	assert_false(look(&count, 2, 650));
	assert_true(count.risen == 150);
	assert_float_equal(unseen(&count, 0, 2), 0, 1e-9);
}

static void the_ends_are_bounded_by_the_highest_rate(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	look(&count, 1, 0);
	look(&count, 2, 100);
	look(&count, 3, 150);
	assert_float_equal(unseen(&count, 0.5, 3.25), 75, 1e-6);
	/* a look took a tenth of a second: the page is of any moment in it */
	const struct metrics_series series = { 1, 200 };
	followed_count_look(&count, (struct look){ 4 * second, 4 * second + second / 10 },
			    &series, 1, 0, false);
	assert_float_equal(unseen(&count, 1, 4.1), 10, 1e-6);
}

static void a_restart_hides_what_a_whole_step_can_hold(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	look(&count, 0, 1000);
	look(&count, 1, 1100);
	assert_true(look(&count, 2, 30));
	look(&count, 3, 90);
	assert_true(count.risen == 190);
	assert_float_equal(unseen(&count, 0, 3), 70, 1e-6);
	/* the service was away for two looks */
	assert_true(look(&count, 6, 0));
	assert_float_equal(unseen(&count, 0, 6), 370, 1e-6);
}

static void a_restart_is_told_by_the_service_where_the_value_does_not_show_it(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	const struct metrics_series series = { 1, 60 };
	look(&count, 0, 5);
	assert_int_equal(followed_count_look(&count, at(1), &series, 1, 0, true),
			 FOLLOWED_ANEW);
	assert_true(count.risen == 60);
}

static void a_look_does_not_count_itself(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	for (int i = 0; i < 5; i++) {
		const struct metrics_series series = { 1, 3 * i + 1 };
		followed_count_look(&count, at(i), &series, 1, 1, false);
	}
	assert_true(count.risen == 8);
}

static void without_a_look_nothing_is_known_and_nothing_is_said(void **state)
{
	const struct followed_count count = { 0 };
	(void)state;
	assert_true(unseen(&count, 0, 10) == 0);
}

static void a_series_that_vanishes_and_returns_is_not_counted_again(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	look_at_two(&count, 0, 1000, 500);
	assert_int_equal(look_at_two(&count, 1, 1010, 505), FOLLOWED_WHOLE);
	assert_int_equal(look_at_two(&count, 2, 1020, -1), FOLLOWED_HOLE);
	assert_true(count.risen == 25);
	look_at_two(&count, 3, 1030, 515);
	assert_true(count.risen == 45);
	/* 15 a second at most, for two seconds, less what was seen in them */
	assert_float_equal(unseen(&count, 0, 3), 2 * 20 - 30, 1e-6);
	assert_int_equal(look_at_two(&count, 4, 1040, 520), FOLLOWED_WHOLE);
	assert_true(count.risen == 60);
}

static void a_series_that_begins_anew_does_not_count_the_others_again(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	look_at_two(&count, 0, 1000, 500);
	look_at_two(&count, 1, 1010, 510);
	assert_int_equal(look_at_two(&count, 2, 1020, 4), FOLLOWED_ANEW);
	assert_true(count.risen == 34);
	/* gone, and then below what it was */
	look_at_two(&count, 3, 1020, -1);
	assert_int_equal(look_at_two(&count, 4, 1020, 2), FOLLOWED_ANEW);
	assert_true(count.risen == 36);
}

static void a_series_that_appears_has_counted_since_0(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	look_at_two(&count, 0, 1000, -1);
	assert_int_equal(look_at_two(&count, 1, 1000, 3), FOLLOWED_WHOLE);
	assert_true(count.risen == 3);
}

static void series_without_end_are_said_to_be_a_hole(void **state)
{
	static struct metrics_series series[METRICS_MOST_SERIES];
	static struct followed_count count;
	(void)state;
	for (size_t i = 0; i < METRICS_MOST_SERIES; i++)
		series[i] = (struct metrics_series){ i, 0 };
	followed_count_look(&count, at(0), series, METRICS_MOST_SERIES, 0, false);
	series[7] = (struct metrics_series){ 5000, 12 };
	assert_int_equal(
	    followed_count_look(&count, at(1), series, METRICS_MOST_SERIES, 0, false),
	    FOLLOWED_HOLE);
	assert_true(count.risen == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_seen_whole_leaves_nothing_open),
		cmocka_unit_test(the_ends_are_bounded_by_the_highest_rate),
		cmocka_unit_test(a_restart_hides_what_a_whole_step_can_hold),
		cmocka_unit_test(
		    a_restart_is_told_by_the_service_where_the_value_does_not_show_it),
		cmocka_unit_test(a_look_does_not_count_itself),
		cmocka_unit_test(a_series_that_vanishes_and_returns_is_not_counted_again),
		cmocka_unit_test(a_series_that_begins_anew_does_not_count_the_others_again),
		cmocka_unit_test(a_series_that_appears_has_counted_since_0),
		cmocka_unit_test(series_without_end_are_said_to_be_a_hole),
		cmocka_unit_test(without_a_look_nothing_is_known_and_nothing_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
