/* The line between counters and wall, where the true one is known. */
#include <config.h>

#include "reports/wall/wall-gain.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/reports/wall/simulated-wall.h"

static const int64_t no_offset[3];

static bool holds(const struct wall_figure *figure, double truth)
{
	return figure->low <= truth && truth <= figure->high;
}

static void intervals_hold_the_true_share_gain_and_base(void **state)
{
	(void)state;
	enum { TRIES = 200 };
	int n_held[3] = { 0 };
	for (uint64_t seed = 1; seed <= TRIES; seed++) {
		const struct simulated what = { .seed = seed,
						.seconds = 60,
						.interval_s = 0.5,
						.gain = 1.25,
						.base_w = 9,
						.noise_w = 3 };
		struct simulation simulation = simulate(&what);
		struct wall_gain gain;
		assert_int_equal(wall_gain_of(&simulation.series, no_offset, 0, &gain), 0);
		double seconds = gain.seconds;
		double true_wall_j = what.base_w * seconds + what.gain * gain.counters_j;
		n_held[0] += holds(&gain.share, gain.counters_j / true_wall_j);
		n_held[1] += holds(&gain.gain, what.gain);
		n_held[2] += holds(&gain.base_w, what.base_w);
		simulation_free(&simulation);
	}
	/* 95 %, less three standard errors */
	for (int i = 0; i < 3; i++)
		if (n_held[i] < 180)
			fail_msg("figure %d: %d of %d intervals hold the truth", i,
				 n_held[i], TRIES);
}

static struct wall_gain of(const struct simulated *what, const int64_t offsets_ns[3],
			   double k2, int expected)
{
	struct simulation simulation = simulate(what);
	struct wall_gain gain;
	assert_int_equal(wall_gain_of(&simulation.series, offsets_ns, k2, &gain), expected);
	simulation_free(&simulation);
	return gain;
}

static double half_of(const struct wall_figure *figure)
{
	return (figure->high - figure->low) / 2;
}

static void the_meters_own_doubt_and_the_clocks_are_in_the_intervals(void **state)
{
	(void)state;
	const struct simulated what = { .seed = 7,
					.seconds = 60,
					.interval_s = 0.5,
					.gain = 1.2,
					.base_w = 10,
					.noise_w = 0.5 };
	const int64_t doubtful[3] = { 0, -SECOND / 2, SECOND / 2 };
	struct wall_gain bare = of(&what, no_offset, 0, 0);
	struct wall_gain meter = of(&what, no_offset, 0.02, 0);
	struct wall_gain clock = of(&what, doubtful, 0, 0);
	double expected = hypot(half_of(&bare.share), 0.02 * bare.share.value);
	assert_true(fabs(half_of(&meter.share) - expected) < 1e-12);
	assert_true(half_of(&clock.gain) > 2 * half_of(&bare.gain));
	assert_true(bare.share.value == clock.share.value);
}

static double steady(double t, gsl_rng *generator)
{
	(void)t;
	(void)generator;
	return 60;
}

static void a_steady_load_has_a_share_and_no_line(void **state)
{
	(void)state;
	const struct simulated what = { .seed = 1,
					.seconds = 30,
					.interval_s = 0.5,
					.gain = 1.5,
					.base_w = 10,
					.noise_w = 0.1,
					.load = steady };
	struct wall_gain gain = of(&what, no_offset, 0, 0);
	assert_true(holds(&gain.share, 0.6));
	assert_true(isnan(gain.gain.value) && isnan(gain.base_w.value));
}

static void too_few_intervals_have_nothing(void **state)
{
	(void)state;
	const struct simulated what = {
		.seed = 1, .seconds = 4, .interval_s = 0.5, .gain = 1
	};
	of(&what, no_offset, 0, -1);
}

/* A hole in the counters, or before the first and behind the last of them, is left out. */
static void what_only_one_of_them_knows_is_left_out(void **state)
{
	(void)state;
	struct energy_point points[] = { { 0, 0, true, 0 },
					 { 10 * SECOND, 100, false, SECOND / 4 },
					 { 20 * SECOND, 500, true, 0 },
					 { 30 * SECOND, 600, false, SECOND / 4 } };
	const struct meter_interval intervals[] = { { -2 * SECOND, -1 * SECOND, 1 },
						    { -SECOND, SECOND, 1 },
						    { 0, 2 * SECOND, 20 },
						    { 9 * SECOND, 10 * SECOND, 20 },
						    { 9 * SECOND, 11 * SECOND, 20 },
						    { 12 * SECOND, 13 * SECOND, 20 },
						    { 20 * SECOND, 21 * SECOND, 20 },
						    { 29 * SECOND, 30 * SECOND, 20 },
						    { 29 * SECOND, 31 * SECOND, 20 },
						    { 40 * SECOND, 41 * SECOND, 20 } };
	const struct wall_series series = { points, 4, intervals, 10 };
	struct wall_pair pairs[10];
	assert_int_equal(wall_pairs(&series, 0, 10, 0, pairs), 4);
	for (int i = 0; i < 4; i++)
		assert_true(fabs(pairs[i].counters_w - 10) < 1e-9);
	assert_int_equal(wall_pairs(&series, 0, 10, -SECOND, pairs), 4);
	assert_int_equal(wall_pairs(&series, 0, 10, 1000 * SECOND, pairs), 0);
	/* read too seldom for intervals of a second, not for one of two that ends where it was read */
	points[1].step_ns = points[3].step_ns = SECOND / 2;
	assert_int_equal(wall_pairs(&series, 0, 10, 0, pairs), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_hold_the_true_share_gain_and_base),
		cmocka_unit_test(the_meters_own_doubt_and_the_clocks_are_in_the_intervals),
		cmocka_unit_test(a_steady_load_has_a_share_and_no_line),
		cmocka_unit_test(too_few_intervals_have_nothing),
		cmocka_unit_test(what_only_one_of_them_knows_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
