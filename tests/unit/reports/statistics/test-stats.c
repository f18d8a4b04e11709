/* Means, intervals and ratios, checked against values from tables and by hand. */
#include <config.h>

#include "reports/statistics/stats.h"
#include "tests/unit/cmocka.h"

#include <math.h>

/* Student's t, 0.975: 2 degrees of freedom 4.302653, 4 degrees 2.776445. */

static void expect(double value, double expected)
{
	if (fabs(value - expected) > 1e-6 * fmax(fabs(expected), 1e-6))
		fail_msg("%.9g, not %.9g", value, expected);
}

static void the_interval_of_three_exact_trials_is_students(void **state)
{
	(void)state;
	const struct observation trials[] = { { 9, 9, 9, 1 },
					      { 10, 10, 10, 2 },
					      { 11, 11, 11, 3 } };
	struct estimate mean = estimate_mean(trials, 3);
	expect(mean.mean, 10);
	expect(mean.high - mean.mean, 4.302653 / sqrt(3)); /* sd 1 */
	expect(mean.mean - mean.low, 4.302653 / sqrt(3));
}

static void a_common_gain_is_not_averaged_away(void **state)
{
	(void)state;
	/* Equal trials: no spread; each +- 5, and so is their mean. */
	const struct observation trials[] = { { 100, 95, 105, 1 },
					      { 100, 95, 105, 2 },
					      { 100, 95, 105, 3 },
					      { 100, 95, 105, 4 } };
	struct estimate mean = estimate_mean(trials, 4);
	expect(mean.low, 95);
	expect(mean.high, 105);
}

static void spread_and_instrument_combine_in_quadrature_per_side(void **state)
{
	(void)state;
	/* sd 1 of five: 2.776445 / sqrt(5) = 1.241664; a gap adds 3 above only. */
	const struct observation trials[] = {
		{ 10 - sqrt(2), 10 - sqrt(2), 13 - sqrt(2), 1 },
		{ 10, 10, 13, 2 },
		{ 10, 10, 13, 3 },
		{ 10, 10, 13, 4 },
		{ 10 + sqrt(2), 10 + sqrt(2), 13 + sqrt(2), 5 },
	};
	struct estimate mean = estimate_mean(trials, 5);
	expect(mean.mean, 10);
	expect(mean.mean - mean.low, 1.241664);
	expect(mean.high - mean.mean, sqrt(1.241664 * 1.241664 + 9));
}

static void one_trial_has_its_own_interval(void **state)
{
	(void)state;
	const struct observation trial = { 10, 9, 12, 1 };
	struct estimate mean = estimate_mean(&trial, 1);
	expect(mean.low, 9);
	expect(mean.high, 12);
}

static void an_energy_is_never_below_zero(void **state)
{
	(void)state;
	const struct observation trials[] = { { 1, 1, 1, 1 }, { 5, 5, 5, 2 } };
	expect(estimate_mean(trials, 2).low, 0); /* 3 - 12.7 * 2.83 / 1.41 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interval_of_three_exact_trials_is_students),
		cmocka_unit_test(a_common_gain_is_not_averaged_away),
		cmocka_unit_test(spread_and_instrument_combine_in_quadrature_per_side),
		cmocka_unit_test(one_trial_has_its_own_interval),
		cmocka_unit_test(an_energy_is_never_below_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
