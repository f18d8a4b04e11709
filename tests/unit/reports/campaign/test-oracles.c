/* Nine figures worked out by hand, and the program's own functions for each. */
#include <config.h>

#include "collectors/cpu/estimate.h"
#include "reports/campaign/carbon.h"
#include "reports/campaign/hourly.h"
#include "schema/factors/factor-store.h"
#include "schema/factors/grid-file.h"
#include "schema/samples/advance.h"
#include "tests/unit/database.h"

#include <math.h>

/* To all digits that the oracle shows: half a unit of its last one. */
static void expect(double value, double expected, double last_digit)
{
	if (fabs(value - expected) > last_digit / 2)
		fail_msg("%.12g, not %.12g", value, expected);
}

static void embodied_of_one_hour_of_four_years(void **state)
{
	(void)state;
	/* M = TE * (TiR / EL) * RS = 1000 kg * 1 h / (4 * 8760 h) * 1
	 *   = 1 000 000 g / 35 040 = 28.538812785 g */
	expect(sci_embodied(1000 * 1000.0, 3600, 4 * S_PER_YEAR, 1), 28.538812785, 1e-9);
}

static void pounds_per_megawatt_hour_are_grams_per_kilowatt_hour(void **state)
{
	(void)state;
	/* lb/MWh * 453.59237 g/lb / 1000 kWh/MWh: 770.884 * 0.45359237 = 349.6671 g/kWh */
	expect(770.884 * G_PER_KWH_OF_LB_PER_MWH, 349.6671, 1e-4);
}

static void the_bundled_egrid_factor_is_that_of_its_pounds(void **state)
{
	(void)state;
	sqlite3 *db = database_with("");
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db,
			   "SELECT value FROM v_factor WHERE kind = 'grid' AND key = 'US'"
			   " AND parameter = 'intensity_direct'",
			   -1, &row, NULL);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	expect(sqlite3_column_double(row, 0), 349.6671, 1e-4);
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static void joules_pue_and_factor_give_grams(void **state)
{
	(void)state;
	/* 120 J / 3.6e6 J/kWh = 3.3333e-5 kWh; * 1.2 = 4e-5 kWh; * 349.6671 = 0.01398668 g */
	expect(carbon_grams(120, 1.2, 349.6671), 0.01398668, 1e-8);
	/* the same through E, with nothing embodied and one query */
	double e_kwh = carbon_kwh(120, (struct chain){ .psu = 1, .pue = 1.2 });
	expect(sci_g(e_kwh, 349.6671, 0, 1), 0.01398668, 1e-8);
}

static void watttime_is_converted_from_pounds(void **state)
{
	(void)state;
	/* 412.5 lb/MWh * 0.45359237 = 187.106852625, shown as 187.1068526 g/kWh; that the
	 * signal is marginal is tests/unit/schema/factors/test-grid-file.c's to see */
	expect(412.5 * G_PER_KWH_OF_LB_PER_MWH, 187.1068526, 1e-7);
}

static void energy_weighs_the_intensity(void **state)
{
	(void)state;
	/* 1 kWh * 400 + 3 kWh * 200 = 1000 g; 1000 g / 4 kWh = 250 g/kWh, not the 300 of a
	 * plain mean */
	struct grid_point points[] = { { 0, 10, 400, -1 }, { 10, 20, 200, -1 } };
	const struct grid_series series = { .points = points, .n = 2, .step_ns = 10 };
	struct hourly hourly = { 0 };
	hourly_add(&hourly, &series, 0, 10, 1);
	hourly_add(&hourly, &series, 10, 20, 3);
	expect(hourly.weighted, 1000, 1e-9);
	expect(hourly_g_per_kwh(&hourly), 250, 1e-9);
}

static void a_counter_that_wrapped_once_went_on(void **state)
{
	(void)state;
	/* modulo M: from M - 5 to M are 5 steps, from 0 to 10 are 10: 15 */
	const uint64_t M = 262143328850;
	const struct advance_rule rule = { .wrap_range = M, .unit_per_raw = 1e-6 };
	struct advance step = advance_between(M - 5, 10, 1000000000, &rule);
	assert_int_equal(step.raw, 15);
	assert_int_equal(step.wraps, 1);
}

static void of_two_rules_for_power_the_stored_one_is_mlperfs(void **state)
{
	(void)state;
	/* 100, 200, 300 W at 0, 1, 2 s. MLPerf: each reading holds for the second before it:
	 * 200 * 1 + 300 * 1 = 500 J. Trapezoids: (100 + 200) / 2 + (200 + 300) / 2 = 400 J */
	sqlite3 *db = database_with(
	    "INSERT INTO host (host_id, boot_id) VALUES (1, 'b');"
	    "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
	    " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
	    " VALUES (1, 'u', 1, 'run', '[]', '1', 1, 0, 0, 0);"
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, begin_utc_ns, begin_mono_ns, end_mono_ns)"
	    " VALUES (1, 1, 1, 1, 'v', 'command', 0, '[]', 0, 0, 2000000000);"
	    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, first_stretch)"
	    " VALUES (1, 0, 'whole', 0, 0);"
	    "INSERT INTO channel (channel_id, trial_id, collector, name, kind, unit,"
	    " provenance, counted, unit_per_raw) VALUES"
	    " (1, 1, 'nvml', 'gpu-0', 'gauge', 'W', 'measured', 1, 1);"
	    "INSERT INTO stretch VALUES (1, 0, 0, 1000000000, 2, 0, 100, 200, 100, 200,"
	    " 150, 200, 200, 200, 0), (1, 1, 1000000000, 2000000000, 1, 0, 300, 300,"
	    " 300, 300, 300, 300, 300, 300, 0);");
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db,
			   "SELECT c.integration, e.joules FROM channel c JOIN v_energy e"
			   " ON e.trial_id = c.trial_id",
			   -1, &row, NULL);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(row, 0), "mean-hold");
	expect(sqlite3_column_double(row, 1), 500, 1e-9);
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static void a_memory_module_from_its_chips(void **state)
{
	(void)state;
	/* 5.22 + 2.20 * 32 / 1.24436363636 = 5.22 + 70.4 / 1.24436363636 = 5.22 + 56.57510
	 * = 61.79510 kg */
	expect(embodied_of_chips(5.22, 2.20, 32, 1.24436363636), 61.79510, 1e-5);
}

static void eight_threads_of_milan_at_half_load(void **state)
{
	(void)state;
	/* 8 * (0.456 + 0.5 * (1.957 - 0.456)) = 8 * 1.2065 = 9.652 W; for 1 h: 0.009652 kWh */
	const struct cpu_coefficients *milan = cpu_coefficients_find(
	    "EPYC 3rd Gen (Milan)");
	const struct estimate_machine machine = { .n_threads = 8, .n_packages = 1 };
	double joules = estimate_machine_w(milan, &machine, 0.5) * 3600;
	expect(carbon_kwh(joules, (struct chain){ .psu = 1, .pue = 1 }), 0.009652, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(embodied_of_one_hour_of_four_years),
		cmocka_unit_test(pounds_per_megawatt_hour_are_grams_per_kilowatt_hour),
		cmocka_unit_test(the_bundled_egrid_factor_is_that_of_its_pounds),
		cmocka_unit_test(joules_pue_and_factor_give_grams),
		cmocka_unit_test(watttime_is_converted_from_pounds),
		cmocka_unit_test(energy_weighs_the_intensity),
		cmocka_unit_test(a_counter_that_wrapped_once_went_on),
		cmocka_unit_test(of_two_rules_for_power_the_stored_one_is_mlperfs),
		cmocka_unit_test(a_memory_module_from_its_chips),
		cmocka_unit_test(eight_threads_of_milan_at_half_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
