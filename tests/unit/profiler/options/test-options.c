/* Options that several commands have are taken whole or refused with what was expected. */
#include <config.h>

#include "base/problem.h"
#include "profiler/options/options.h"
#include "tests/unit/cmocka.h"

static void pue_below_one_is_explained(void **state)
{
	(void)state;
	struct problem why;
	double pue;
	char text[900];
	assert_int_equal(take_pue(&pue, "1.4", &why), 0);
	assert_true(pue > 1.39 && pue < 1.41);
	assert_int_equal(take_pue(&pue, "0.9", &why), -1);
	assert_string_equal(
	    problem_text(&why, text, sizeof(text)),
	    "invalid --pue '0.9': PUE is from 1 to 10 (use 1 for a machine outside "
	    "a data centre)");
	assert_int_equal(take_pue(&pue, "nan", &why), -1);
	assert_int_equal(take_pue(&pue, "1.2kW", &why), -1);
}

static void a_rate_is_a_number_in_its_range_or_auto(void **state)
{
	(void)state;
	struct problem why;
	double rate_hz = -1;
	assert_int_equal(take_rate(&rate_hz, "auto", &why), 0);
	assert_true(rate_hz >= 0 && rate_hz <= 0);
	assert_int_equal(take_rate(&rate_hz, "1k", &why), 0);
	assert_true(rate_hz >= 1000 && rate_hz <= 1000);
	assert_int_equal(take_rate(&rate_hz, "0", &why), -1);
	assert_int_equal(take_rate(&rate_hz, "10001", &why), -1);
	assert_int_equal(why.kind, PROBLEM_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_a_number_in_its_range_or_auto),
		cmocka_unit_test(pue_below_one_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
