/* Tests and intervals on shared values: what R 4.2.2 says of them (t.test, wilcox.test,
 * p.adjust, power.t.test, acf, lm) stands beside each; tests/slow/r-agreement asks R anew. */
#include <config.h>

#include "reports/statistics/bootstrap.h"
#include "reports/statistics/paired.h"
#include "reports/statistics/randomised.h"
#include "reports/statistics/test-power.h"
#include "reports/statistics/wilcoxon.h"
#include "tests/unit/cmocka.h"

#include <math.h>

static const double shared[] = { -0.031, 0.012,  -0.054, -0.020,
				 0.005,  -0.047, -0.016, -0.038 };
enum { N_SHARED = 8 };

static void expect(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-6 * fmax(fabs(expected), 1e-3)))
		fail_msg("%.10g, not %.10g", value, expected);
}

static void t_of_pairs_is_rs(void **state)
{
	(void)state;
	struct t_test test = t_paired(shared, N_SHARED);
	expect(test.p, 0.02523771626);
	expect(test.ci95.low, -0.043332700276);
	expect(test.ci95.high, -0.003917299724);
}

static void t_of_groups_is_rs(void **state)
{
	(void)state;
	const double a[] = { 1.1, 1.3, 0.9, 1.2 }, b[] = { 1.5, 1.6, 1.1, 1.8, 1.4 };
	struct t_test test = t_welch(a, 4, b, 5);
	expect(test.p, 0.04375605036);
	expect(test.degrees, 6.837979824);
	expect(test.ci95.low, 0.01321768216);
	expect(test.ci95.high, 0.69678231784);
}

static void one_value_has_no_interval_and_decides_nothing(void **state)
{
	(void)state;
	struct t_test test = t_paired((const double[]){ 0.5 }, 1);
	expect(test.mean, 0.5);
	expect(test.p, 1);
	expect(test.ci95.high - test.ci95.low, 0);
}

static void equal_values_decide_unless_they_are_zero(void **state)
{
	(void)state;
	expect(t_paired((const double[]){ 0.1, 0.1, 0.1 }, 3).p, 0);
	expect(t_paired((const double[]){ 0, 0, 0 }, 3).p, 1);
}

static void ranks_of_few_values_are_exact_as_rs(void **state)
{
	(void)state;
	struct wilcoxon result;
	assert_int_equal(wilcoxon_signed_rank(shared, N_SHARED, &result), 0);
	assert_true(result.is_exact);
	expect(result.statistic, 3);
	expect(result.p, 0.0390625);
	expect(result.shift, -0.024);
	expect(result.ci95.low, -0.046);
	expect(result.ci95.high, -0.002);
}

static void ties_and_zeros_take_the_normal_law_as_rs(void **state)
{
	(void)state;
	const double values[] = { 1, -1, 2, 2, -3, 4, 0, 5 };
	struct wilcoxon result;
	assert_int_equal(wilcoxon_signed_rank(values, 8, &result), 0);
	assert_false(result.is_exact);
	expect(result.statistic, 21.5);
	expect(result.p, 0.2350444508);
}

static void zero_spread_is_not_certainty(void **state)
{
	(void)state;
	const double equal[] = { 0.02, 0.02, 0.02 }, wide[] = { 0.1, 0.2, 0.3 };
	const struct resolution meter = { 0.004, 0.01 };
	struct t_test test = t_with_resolution(t_paired(equal, 3), meter);
	/* 1.96 * 0.004 / sqrt(3) = 0.004526: the bound is wider */
	expect(test.ci95.low, 0.01);
	expect(test.ci95.high, 0.03);
	assert_true(test.p > 0 && test.p < 0.05);
	/* beside the steps: 1.96 * 0.1 / sqrt(3) is less than 4.302653 times as much spread, and more
	 * than 4.302653 * 0.03 / sqrt(3); what is known has no degrees of freedom */
	const double close[] = { 0.07, 0.10, 0.13 };
	const struct resolution coarse = { 0.058, 0.2 };
	struct t_test spread = t_with_resolution(t_paired(close, 3), coarse);
	expect(spread.ci95.high - 0.1, 0.07452413);
	expect(spread.degrees, 2);
	test = t_with_resolution(t_paired(close, 3), (struct resolution){ 0.0659, 0.01 });
	expect(test.ci95.high - 0.1, 1.9599639845 * 0.0659 / sqrt(3));
	expect(test.degrees, 0);
	struct t_test plain = t_paired(wide, 3), same = t_with_resolution(plain, meter);
	expect(same.ci95.low, plain.ci95.low);
	expect(same.p, plain.p);
}

static void a_further_error_widens_by_welch_and_satterthwaite(void **state)
{
	(void)state;
	const double values[] = { 0.1, 0.2, 0.3 };
	struct t_test test = t_with_error(t_paired(values, 3), 0.1, 4);
	/* se^2: 1/300 + 0.01; degrees: (1/75)^2 / ((1/300)^2 / 2 + 0.01^2 / 4) = 5.8182 */
	expect(test.degrees, 5.818181818);
	expect(test.error, sqrt(1.0 / 75));
	/* what is stated has no degrees of its own: (1/75)^2 / ((1/300)^2 / 2) = 32 */
	expect(t_with_error(t_paired(values, 3), 0.1, 0).degrees, 32);
}

/* 2^n ways to draw the signs, counted by hand. */
static void the_order_is_drawn_anew_in_every_way(void **state)
{
	(void)state;
	const double six[] = { 1, 2, 3, 4, 5, 6 }, one_off[] = { 1, 1, 1, -1, 1, 1, 1 };
	expect(randomised_p(six, 6, 0), 2.0 / 64);
	assert_false(randomised_explains(six, 6, 0));
	/* -1 0 1 2 3 4, of sum 9: the 0 either way, the 1 on either side */
	expect(randomised_p(six, 6, 2), 12.0 / 64);
	expect(randomised_p(one_off, 7, 0), 16.0 / 128);
	assert_true(randomised_explains(one_off, 7, 0));
	/* five on one side: no signs are rarer */
	expect(randomised_p(six, 5, 0), 2.0 / 32);
	assert_false(randomised_explains(six, 5, 0));
	assert_true(randomised_explains(one_off, 5, 0));
	assert_false(randomised_explains(six, 4, 0));
	assert_true(randomised_explains(one_off, 4, 0));
	expect(randomised_p(six, 0, 0), 1);
	expect(randomised_p((const double[]){ 0, 0 }, 2, 0), 1);
}

static void holm_multiplies_and_never_decreases(void **state)
{
	(void)state;
	double p[] = { 0.01, 0.04, 0.03, 0.005 };
	const double adjusted[] = { 0.03, 0.06, 0.06, 0.02 };
	holm_adjust(p, 4);
	for (size_t i = 0; i < 4; i++)
		expect(p[i], adjusted[i]);
}

static void power_is_that_of_the_noncentral_t(void **state)
{
	(void)state;
	expect(power_paired(10, 0.03, 0.03, 0.05), 0.8030968566);
	expect(power_paired(2, 0.03, 0.03, 0.05), 0.09280915506);
	assert_int_equal(power_pairs(0.003, 0.02, 0.05), 351);     /* R: 350.76 */
	expect(power_detectable(20, 0.02, 0.05), 0.0132088330925); /* tol = 1e-12 */
}

static void more_pairs_than_anyone_runs_is_said_as_none(void **state)
{
	(void)state;
	assert_int_equal(power_pairs(1e-9, 1, 0.05), 0);
}

static void precision_is_met_and_not_with_one_pair_less(void **state)
{
	(void)state;
	/* t(0.975, 12) * 0.03 / sqrt(13) = 0.018129; t(0.975, 11) / sqrt(12): 0.019061 */
	assert_int_equal(pairs_for_precision(0.019, 0.03), 13);
	assert_int_equal(pairs_for_precision(0.0191, 0.03), 12);
}

static void the_bootstrap_is_the_same_each_time_and_near_t(void **state)
{
	(void)state;
	struct interval one, two;
	bootstrap_bca(shared, N_SHARED, BOOTSTRAP_RESAMPLES, 1, NULL, &one);
	bootstrap_bca(shared, N_SHARED, BOOTSTRAP_RESAMPLES, 1, NULL, &two);
	expect(one.low, two.low);
	expect(one.high, two.high);
	/* the normal interval: -0.0236 -+ 1.96 * 0.0220 (sd with n) / sqrt(8) */
	assert_true(fabs(one.low + 0.0389) < 0.002);
	assert_true(fabs(one.high + 0.0084) < 0.002);
}

static void the_bootstrap_of_equal_values_has_no_width(void **state)
{
	(void)state;
	struct interval ci95;
	bootstrap_bca((const double[]){ 0.25, 0.25, 0.25 }, 3, 99, 1, NULL, &ci95);
	expect(ci95.low, 0.25);
	expect(ci95.high, 0.25);
}

static void order_is_a_slope_on_places(void **state)
{
	(void)state;
	const double places[] = { 1, -1, 1, 1, -1, -1, 1, -1 };
	struct order_effect effect = order_effect(shared, places, N_SHARED);
	expect(effect.slope, -0.006625);
	expect(effect.p, 0.46965007618);
}

static void autocorrelation_is_rs(void **state)
{
	(void)state;
	expect(autocorrelation(shared, N_SHARED).lag1, -0.593371413);
}

static void the_effect_is_corrected_for_few_pairs(void **state)
{
	(void)state;
	/* mean / sd = -0.023625 / 0.02357334 = -1.002197; * (1 - 3 / 27) */
	expect(effect_size(t_paired(shared, N_SHARED)), -0.8908416);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_of_pairs_is_rs),
		cmocka_unit_test(t_of_groups_is_rs),
		cmocka_unit_test(one_value_has_no_interval_and_decides_nothing),
		cmocka_unit_test(equal_values_decide_unless_they_are_zero),
		cmocka_unit_test(ranks_of_few_values_are_exact_as_rs),
		cmocka_unit_test(ties_and_zeros_take_the_normal_law_as_rs),
		cmocka_unit_test(zero_spread_is_not_certainty),
		cmocka_unit_test(a_further_error_widens_by_welch_and_satterthwaite),
		cmocka_unit_test(the_order_is_drawn_anew_in_every_way),
		cmocka_unit_test(holm_multiplies_and_never_decreases),
		cmocka_unit_test(power_is_that_of_the_noncentral_t),
		cmocka_unit_test(more_pairs_than_anyone_runs_is_said_as_none),
		cmocka_unit_test(precision_is_met_and_not_with_one_pair_less),
		cmocka_unit_test(the_bootstrap_is_the_same_each_time_and_near_t),
		cmocka_unit_test(the_bootstrap_of_equal_values_has_no_width),
		cmocka_unit_test(order_is_a_slope_on_places),
		cmocka_unit_test(autocorrelation_is_rs),
		cmocka_unit_test(the_effect_is_corrected_for_few_pairs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
