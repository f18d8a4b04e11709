/* Numbers on the command line are taken whole or refused with what was expected. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/options.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>

static void whole_numbers_within_their_limits_are_taken(void **state)
{
	(void)state;
	struct problem why;
	assert_int_equal(parse_count("--trials", "20", 1, 100, &why), 20);
	assert_int_equal(parse_count("--trials", "1", 1, 100, &why), 1);
	assert_int_equal(parse_count("--trials", "100", 1, 100, &why), 100);
}

static void anything_else_is_refused_by_name(void **state)
{
	(void)state;
	const char *const bad[] = { "",    "x",  "1x",  "0",
				    "101", "-1", "1e2", "99999999999999999999" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem why;
		char text[900], expected[200];
		assert_int_equal(parse_count("--trials", bad[i], 1, 100, &why), -1);
		assert_int_equal(why.kind, PROBLEM_USAGE);
		snprintf(expected, sizeof(expected),
			 "invalid --trials '%s': a whole number from 1 to 100 is expected",
			 bad[i]);
		assert_string_equal(problem_text(&why, text, sizeof(text)), expected);
	}
}

static void pue_below_one_is_explained(void **state)
{
	(void)state;
	struct problem why;
	double pue;
	char text[900];
	assert_int_equal(parse_pue("1.4", &pue, &why), 0);
	assert_true(pue > 1.39 && pue < 1.41);
	assert_int_equal(parse_pue("0.9", &pue, &why), -1);
	assert_string_equal(
	    problem_text(&why, text, sizeof(text)),
	    "invalid --pue '0.9': PUE is from 1 to 10 (use 1 for a machine outside "
	    "a data centre)");
	assert_int_equal(parse_pue("nan", &pue, &why), -1);
	assert_int_equal(parse_pue("1.2kW", &pue, &why), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_within_their_limits_are_taken),
		cmocka_unit_test(anything_else_is_refused_by_name),
		cmocka_unit_test(pue_below_one_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
