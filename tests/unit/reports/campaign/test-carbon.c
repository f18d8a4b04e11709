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

static void the_grid_widens_the_interval_in_quadrature(void **state)
{
	(void)state;
	/* 100 J, -24 +24 J; the grid 10 % of 100 J: sqrt(24^2 + 10^2) = 26 J */
	struct figure energy = { .is_known = true,
				 .has_interval = true,
				 .value = 100,
				 .low = 76,
				 .high = 124,
				 .provenance = PROVENANCE_MEASURED };
	struct figure grams = carbon_of(energy, 1, 3.6e6, false); /* 1 g per J */
	expect(grams.value, 100);
	expect(grams.low, 74);
	expect(grams.high, 126);
	assert_int_equal(grams.provenance, PROVENANCE_MODELLED); /* a factor is no sensor */
}

static void an_assumed_zone_makes_the_grams_assumed(void **state)
{
	(void)state;
	struct figure energy = { .is_known = true, .value = 1 };
	assert_int_equal(carbon_of(energy, 1, 100, true).provenance, PROVENANCE_ASSUMED);
	assert_false(carbon_of(energy, 1, 100, true).has_interval);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grams_are_kilowatt_hours_times_pue_times_factor),
		cmocka_unit_test(a_factor_in_pounds_per_megawatt_hour_agrees),
		cmocka_unit_test(the_grid_widens_the_interval_in_quadrature),
		cmocka_unit_test(an_assumed_zone_makes_the_grams_assumed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
