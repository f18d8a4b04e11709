/* A counter that is looked at now and then: what it rose, and what nobody saw of it. */
#include <config.h>

#include "profiler/markers/followed-count.h"
#include "tests/unit/cmocka.h"

static const int64_t second = 1000000000;

/* A look that takes no time, at that second. */
static bool look(struct followed_count *count, double at_s, double value)
{
	int64_t ns = (int64_t)(at_s * (double)second);
	return followed_count_look(count, (struct look){ ns, ns }, value, 0, false);
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
	followed_count_look(&count, (struct look){ 4 * second, 4 * second + second / 10 },
			    200, 0, false);
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
	look(&count, 0, 5);
	assert_true(
	    followed_count_look(&count, (struct look){ second, second }, 60, 0, true));
	assert_true(count.risen == 60);
}

static void a_look_does_not_count_itself(void **state)
{
	struct followed_count count = { 0 };
	(void)state;
	for (int i = 0; i < 5; i++)
		followed_count_look(&count, (struct look){ i * second, i * second },
				    3 * i + 1, 1, false);
	assert_true(count.risen == 8);
}

static void without_a_look_nothing_is_known_and_nothing_is_said(void **state)
{
	const struct followed_count count = { 0 };
	(void)state;
	assert_true(unseen(&count, 0, 10) == 0);
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
		cmocka_unit_test(without_a_look_nothing_is_known_and_nothing_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
