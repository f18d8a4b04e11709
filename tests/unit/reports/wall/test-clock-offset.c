/* The clock of a meter whose offset is known, or that has none that could be found. */
#include <config.h>

#include "reports/wall/clock-offset.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/reports/wall/simulated-wall.h"

static const struct simulated usual = {
	.seconds = 90, .interval_s = 0.5, .gain = 1.3, .base_w = 12, .noise_w = 1
};

static enum offset_found find(const struct simulated *what, double near_s, double within_s,
			      struct clock_offset *found)
{
	struct simulation simulation = simulate(what);
	enum offset_found code = clock_offset_find(
	    &simulation.series, (int64_t)(near_s * 1e9), (int64_t)(within_s * 1e9), found);
	simulation_free(&simulation);
	return code;
}

static void the_interval_holds_the_true_offset(void **state)
{
	(void)state;
	enum { TRIES = 60 };
	int n_held = 0;
	for (int i = 0; i < TRIES; i++) {
		struct simulated what = usual;
		struct clock_offset found;
		what.seed = (uint64_t)i + 1;
		what.offset_s = -20 + 0.737 * i;
		assert_int_equal(find(&what, 0, 30, &found), OFFSET_FOUND);
		double error_s = (double)found.offset_ns * 1e-9 - what.offset_s;
		if (fabs(error_s) > 0.05)
			fail_msg("seed %d: off by %g s", i + 1, error_s);
		n_held += (double)found.low_ns * 1e-9 <= what.offset_s &&
			  what.offset_s <= (double)found.high_ns * 1e-9;
	}
	/* 95 of 100, less three standard errors of so many tries */
	assert_in_range(n_held, 52, TRIES);
}

static double steady(double t, gsl_rng *generator)
{
	(void)t;
	return 60 + gsl_ran_gaussian(generator, 2);
}

static void a_steady_load_has_no_offset(void **state)
{
	(void)state;
	struct clock_offset found;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct simulated what = usual;
		what.load = steady;
		what.seed = seed;
		what.noise_w = 2;
		assert_int_equal(find(&what, 0, 30, &found), OFFSET_UNLIKE);
	}
}

static double repeating(double t, gsl_rng *generator)
{
	return (fmod(t, 8) < 4 ? 20 : 90) + gsl_ran_gaussian(generator, 2);
}

static void a_load_that_repeats_itself_has_several(void **state)
{
	(void)state;
	struct clock_offset found;
	struct simulated what = usual;
	what.load = repeating;
	assert_int_equal(find(&what, 0, 30, &found), OFFSET_SEVERAL);
	/* where the others are out of the question, it has one */
	what.offset_s = 1.5;
	assert_int_equal(find(&what, 0, 3, &found), OFFSET_FOUND);
	assert_true(fabs((double)found.offset_ns * 1e-9 - 1.5) < 0.05);
}

static void a_clock_that_is_not_steady_is_told(void **state)
{
	(void)state;
	struct clock_offset found;
	struct simulated what = usual;
	what.seconds = 200;
	what.drift = 0.01; /* a second in 100 */
	what.seed = 3;
	assert_int_equal(find(&what, 0, 20, &found), OFFSET_NOT_STEADY);
	what.drift = 0;
	assert_int_equal(find(&what, 0, 20, &found), OFFSET_FOUND);
}

static void a_log_of_another_time_has_no_offset(void **state)
{
	(void)state;
	struct clock_offset found;
	struct simulated what = usual;
	what.offset_s = 4000;
	assert_int_equal(find(&what, 0, 30, &found), OFFSET_TOO_FEW);
	assert_int_equal(find(&what, 3990, 30, &found), OFFSET_FOUND);
	what.seconds = 5;
	assert_int_equal(find(&what, 4000, 3, &found), OFFSET_TOO_FEW);
}

static void what_would_take_hours_is_refused(void **state)
{
	(void)state;
	struct clock_offset found;
	struct simulated what = usual;
	what.seconds = 4000;
	assert_int_equal(find(&what, 0, 90000, &found), OFFSET_TOO_MUCH);
}

/* A file may say any times: intervals so short have ever the same offset, and an answer. */
static void intervals_of_nanoseconds_have_an_answer(void **state)
{
	(void)state;
	enum { INTERVALS = 200, INTERVAL_NS = 2 };
	static struct energy_point points[INTERVALS * INTERVAL_NS + 1];
	static struct meter_interval intervals[INTERVALS];
	const struct wall_series series = { points, INTERVALS * INTERVAL_NS + 1, intervals,
					    INTERVALS };
	struct clock_offset found;
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	double joules = 0;
	for (size_t i = 0; i < INTERVALS; i++) {
		double watts = gsl_ran_flat(generator, 20, 120);
		int64_t begin_ns = (int64_t)i * INTERVAL_NS;
		intervals[i] = (struct meter_interval){ begin_ns, begin_ns + INTERVAL_NS,
							watts };
		for (size_t k = 0; k < INTERVAL_NS; k++, joules += watts)
			points[i * INTERVAL_NS + k] = (struct energy_point){
				begin_ns + (int64_t)k, joules, i + k == 0, 1
			};
	}
	points[series.n_points - 1] = (struct energy_point){ INTERVALS * INTERVAL_NS,
							     joules, false, 1 };
	gsl_rng_free(generator);
	assert_int_equal(clock_offset_find(&series, 0, SECOND, &found), OFFSET_FOUND);
	assert_int_equal(found.offset_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interval_holds_the_true_offset),
		cmocka_unit_test(a_steady_load_has_no_offset),
		cmocka_unit_test(a_load_that_repeats_itself_has_several),
		cmocka_unit_test(a_clock_that_is_not_steady_is_told),
		cmocka_unit_test(a_log_of_another_time_has_no_offset),
		cmocka_unit_test(what_would_take_hours_is_refused),
		cmocka_unit_test(intervals_of_nanoseconds_have_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
