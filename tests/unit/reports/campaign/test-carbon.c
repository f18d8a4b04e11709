/* Joules to grams, by hand and by eGRID's own unit. */
#include <config.h>

#include "reports/campaign/carbon.h"
#include "tests/unit/cmocka.h"

#include <math.h>

static void expect(double value, double expected)
{
	if (fabs(value - expected) > 1e-6 * fabs(expected))
		fail_msg("%.9g, not %.9g", value, expected);
}

static void grams_are_kilowatt_hours_times_pue_times_factor(void **state)
{
	(void)state;
	expect(carbon_grams(120, 1.2, 349.6671), 0.01398668);
	expect(carbon_grams(3.6e6, 1, 472.94), 472.94); /* one kWh */
}

static void a_factor_in_pounds_per_megawatt_hour_agrees(void **state)
{
	(void)state;
	/* US eGRID2023: 770.884 lb/MWh; a pound is 453.59237 g. */
	double g_per_kwh = 770.884 * 453.59237 / 1000;
	expect(g_per_kwh, 349.6671);
	expect(carbon_grams(120, 1.2, g_per_kwh), 0.01398668);
}

static const struct spread ten_percent = { 0.9, 1.1 }, none = { 1, 1 };

static struct figure hundred_joules(double low, double high)
{
	return (struct figure){ .is_known = true,
				.has_interval = true,
				.value = 100,
				.low = low,
				.high = high,
				.provenance = PROVENANCE_MEASURED };
}

static void the_grid_widens_the_interval_each_side_by_itself(void **state)
{
	(void)state;
	/* factors of 1 / 1.25 and 1.25, and of 0.9 and 1.1, 1 g per J:
	 * 100 * exp(-+ sqrt(ln(1.25)^2 + ln(..)^2)) */
	struct figure grams = carbon_of(hundred_joules(80, 125), 1, 3.6e6, ten_percent,
					false);
	expect(grams.value, 100);
	expect(grams.low, 100 * exp(-hypot(log(0.8), log(0.9))));
	expect(grams.high, 100 * exp(hypot(log(1.25), log(1.1))));
	assert_int_equal(grams.provenance, PROVENANCE_MODELLED); /* a factor is no sensor */
	/* alone it gives the joules' own ends */
	expect(carbon_of(hundred_joules(76, 124), 1, 3.6e6, none, false).low, 76);
	expect(carbon_of(hundred_joules(76, 124), 1, 3.6e6, none, false).high, 124);
	expect(carbon_of(hundred_joules(0, 124), 1, 3.6e6, ten_percent, false).low, 0);
}

static void what_stands_between_two_figures_is_found_again(void **state)
{
	(void)state;
	struct figure kwh = hundred_joules(80, 125);
	struct figure grams = carbon_of(kwh, 1, 3.6e6, ten_percent, false);
	struct spread grid = spread_between(kwh, grams);
	expect(grid.down, 0.9);
	expect(grid.up, 1.1);
	assert_true(spread_between(kwh, figure_unknown("no")).up == 1);
	/* joules that may be 0 still have a grid above them */
	kwh.low = 0;
	grid = spread_between(kwh, carbon_of(kwh, 1, 3.6e6, ten_percent, false));
	expect(grid.up, 1.1);
	assert_true(grid.down == 1);
}

static void an_assumed_zone_makes_the_grams_assumed(void **state)
{
	(void)state;
	struct figure energy = { .is_known = true, .value = 1 };
	assert_int_equal(carbon_of(energy, 1, 100, none, true).provenance,
			 PROVENANCE_ASSUMED);
	assert_false(carbon_of(energy, 1, 100, none, true).has_interval);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grams_are_kilowatt_hours_times_pue_times_factor),
		cmocka_unit_test(a_factor_in_pounds_per_megawatt_hour_agrees),
		cmocka_unit_test(the_grid_widens_the_interval_each_side_by_itself),
		cmocka_unit_test(what_stands_between_two_figures_is_found_again),
		cmocka_unit_test(an_assumed_zone_makes_the_grams_assumed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
