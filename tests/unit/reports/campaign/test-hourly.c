/* Energy meets the intensities of its own time; what nobody knows is not made up. */
#include <config.h>

#include "base/problem.h"
#include "reports/campaign/hourly.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/reports/given.h"

#include <math.h>
#include <string.h>

static const int64_t H = 3600 * (int64_t)1000000000;

static void expect(double value, double expected)
{
	if (fabs(value - expected) > 1e-9 * fabs(expected))
		fail_msg("%.12g, not %.12g", value, expected);
}

/* 400 from 1 h to 2 h, 200 to 3 h, the value of 3 h missing, 100 from 4 h to 5 h, then a hole
 * of three hours, 50 from 8 h to 9 h. */
static struct grid_point points[] = { { .is_estimated = -1 },
				      { .is_estimated = 1 },
				      { .is_estimated = 0 },
				      { .is_estimated = 0 } };
static struct grid_series series_given(void)
{
	static const int hours[] = { 1, 2, 4, 8 };
	static const double values[] = { 400, 200, 100, 50 };
	for (size_t i = 0; i < 4; i++) {
		points[i].begin_ns = hours[i] * H;
		points[i].end_ns = (hours[i] + 1) * H;
		points[i].g_per_kwh = values[i];
	}
	return (struct grid_series){ .points = points, .n = 4, .step_ns = H };
}

static void energy_weighs_the_hours_not_time(void **state)
{
	(void)state;
	struct grid_series series = series_given();
	struct hourly hourly = { 0 };
	/* 1 kWh at 400 and 3 kWh at 200: 1000 g, 250 g/kWh effective */
	hourly_add(&hourly, &series, H, 2 * H, 1);
	hourly_add(&hourly, &series, 2 * H, 3 * H, 3);
	expect(hourly.weighted, 1000);
	expect(hourly_g_per_kwh(&hourly), 250);
	expect(hourly.covered, 4);
	expect(hourly.estimated, 3);
}

static void a_rollup_across_the_hour_is_parted_by_the_second(void **state)
{
	(void)state;
	struct grid_series series = series_given();
	struct hourly hourly = { 0 };
	/* a quarter of it before 2 h */
	hourly_add(&hourly, &series, 2 * H - 15, 2 * H + 45, 4);
	expect(hourly_g_per_kwh(&hourly), (1 * 400 + 3 * 200) / 4.0);
	assert_int_equal(hourly.gap_begin_ns, 0);
}

static void a_missing_value_is_covered_by_no_neighbour(void **state)
{
	(void)state;
	struct grid_series series = series_given();
	struct hourly hourly = { 0 };
	hourly_add(&hourly, &series, 3 * H, 4 * H, 2);
	assert_true(hourly.covered == 0);
	assert_int_equal(hourly.gap_begin_ns, 3 * H);
	assert_int_equal(hourly.gap_end_ns, 4 * H);
	hourly_add(&hourly, &series, 2 * H, 4 * H, 2);
	expect(hourly.covered, 1);
	expect(hourly_g_per_kwh(&hourly), 200);
}

static void a_gap_is_refused_unless_allowed(void **state)
{
	(void)state;
	struct grid_series series = series_given();
	const struct hourly_series named = { .zone = "DE" };
	struct hourly hourly = { 0 };
	struct problem why;
	hourly_add(&hourly, &series, 4 * H, 6 * H, 2);
	expect(hourly.covered, 1);
	expect(hourly_g_per_kwh(&hourly), 100);
	assert_int_equal(hourly.gap_begin_ns, 5 * H);
	assert_int_equal(hourly.gap_end_ns, 6 * H);
	assert_int_equal(hourly_check(&hourly, &named, true, &why), 0);
	assert_int_equal(hourly_check(&hourly, &named, false, &why), -1);
	assert_string_equal(why.what, "cannot weigh the run by the hours of zone 'DE'");
	assert_string_equal(why.why,
			    "the series has no value from 1970-01-01 05:00 UTC to "
			    "1970-01-01 06:00 UTC, and 50 % of the energy is covered");
}

static void before_the_first_and_after_the_last_value_nothing_is_known(void **state)
{
	(void)state;
	struct grid_series series = series_given();
	const struct hourly_series named = { .zone = "DE" };
	struct hourly hourly = { 0 };
	struct problem why;
	hourly_add(&hourly, &series, 9 * H, 9 * H, 1); /* an instant */
	hourly_add(&hourly, &series, H / 2, H / 2 + 60, 1);
	assert_true(hourly.covered == 0);
	assert_int_equal(hourly_check(&hourly, &named, true, &why), -1);
	hourly_add(&hourly, &series, H - 100, H + 100, 2);
	expect(hourly.covered, 1);
}

/* Whatever is given comes out again: covered and not covered add up to it. */
static void no_energy_is_lost_at_any_edge(void **state)
{
	(void)state;
	struct grid_series series = series_given();
	struct hourly all = { 0 };
	double uncovered_h = 1 + 1 + 3 + 1; /* before 1 h, 3 to 4 h, 5 to 8 h, after 9 h */
	hourly_add(&all, &series, 0, 10 * H, 10);
	expect(all.energy - all.covered, uncovered_h);
	struct hourly pieces = { 0 };
	for (int64_t at = 0; at < 10 * H; at += 977 * (H / 3600))
		hourly_add(&pieces, &series, at,
			   at + 977 * (H / 3600) < 10 * H ? at + 977 * (H / 3600) : 10 * H,
			   (double)((at + 977 * (H / 3600) < 10 * H ? at + 977 * (H / 3600)
								    : 10 * H) -
				    at) /
			       (double)H);
	expect(pieces.covered, all.covered);
	expect(pieces.weighted, all.weighted);
}

/* The energy that meets the hours is that of every other figure, of a gauge too, whose mean of
 * readings is not the mean of its power. */
static void a_gauge_has_the_joules_of_the_views(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	struct grid_series series = series_given();
	struct hourly_series hours = { .series = series };
	struct hourly hourly = { 0 };
	struct problem why;
	database_run(db, "UPDATE channel SET kind = 'gauge', unit = 'W';"
			 "UPDATE stretch SET mean_raw = 9000000");
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(
	    db, "SELECT joules FROM v_phase WHERE trial_id = 3 AND phase_ordinal = 0", -1,
	    &row, NULL);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	double joules = sqlite3_column_double(row, 0);
	sqlite3_finalize(row);
	assert_int_equal(hourly_add_trial(db, &hours, 3, &hourly, &why), 0);
	assert_true(joules > 0);
	expect(hourly.energy, joules);
	sqlite3_close(db);
}

/* A year of hours whose values and loads are a mixed count, every load begins 17 minutes into its hour. What it comes to
 * is reckoned apart: by whole hours, in long double, without the series. */
static void a_year_of_hours_agrees_with_an_independent_sum(void **state)
{
	(void)state;
	enum { YEAR = 8760 };
	static struct grid_point year[YEAR + 1];
	struct hourly hourly = { 0 };
	long double grams = 0, energy = 0;
	for (int64_t i = 0; i <= YEAR; i++)
		year[i] = (struct grid_point){ i * H, (i + 1) * H,
					       20 + (double)(i * 7919 % 6007) / 10, 0 };
	const struct grid_series series = { .points = year, .n = YEAR + 1, .step_ns = H };
	for (int64_t i = 0; i < YEAR; i++) {
		double kwh = (double)(i * 104729 % 9973 + 1) / 1000;
		int64_t begin_ns = i * H + H / 60 * 17;
		hourly_add(&hourly, &series, begin_ns, begin_ns + H, kwh);
		energy += (long double)kwh;
		grams += (long double)kwh *
			 (43.0L * (20 + (i * 7919 % 6007) / 10.0L) +
			  17.0L * (20 + ((i + 1) * 7919 % 6007) / 10.0L)) /
			 60;
	}
	expect(hourly.energy, (double)energy);
	expect(hourly.covered, (double)energy);
	expect(hourly.weighted, (double)grams);
	expect(hourly_g_per_kwh(&hourly), (double)(grams / energy));
	assert_int_equal(hourly.gap_begin_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(energy_weighs_the_hours_not_time),
		cmocka_unit_test(a_gauge_has_the_joules_of_the_views),
		cmocka_unit_test(a_rollup_across_the_hour_is_parted_by_the_second),
		cmocka_unit_test(a_missing_value_is_covered_by_no_neighbour),
		cmocka_unit_test(a_gap_is_refused_unless_allowed),
		cmocka_unit_test(
		    before_the_first_and_after_the_last_value_nothing_is_known),
		cmocka_unit_test(no_energy_is_lost_at_any_edge),
		cmocka_unit_test(a_year_of_hours_agrees_with_an_independent_sum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
