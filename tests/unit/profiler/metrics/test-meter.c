/* Counts that only rise: over wraps, an unreadable time, and whoever keeps them being away. */
#include <config.h>

#include "base/clock.h"
#include "profiler/metrics/meter.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <math.h>

static const struct collector collector = { .name = "powercap", .is_energy = true };

/* A counter in microjoules that wraps at 10 J, a sensor of watts, and a count. */
static const struct channel channels[] = {
	{ .name = "package-0",
	  .domain = "package",
	  .kind = KIND_COUNTER,
	  .unit = UNIT_J,
	  .counted = true,
	  .unit_per_raw = 1e-6,
	  .wrap_range = 10000000,
	  .max_power_w = 6,
	  .update_interval_ns = 1000000 },
	{ .name = "board",
	  .kind = KIND_GAUGE,
	  .unit = UNIT_W,
	  .unit_per_raw = 1e-3,
	  .max_power_w = 100 },
	{ .name = "forks", .kind = KIND_COUNTER, .unit = UNIT_COUNT, .unit_per_raw = 1 },
};
enum { N = sizeof(channels) / sizeof(channels[0]) };

struct bench {
	struct sensors sensors;
	struct meter meter;
	struct reading readings[N];
	struct span spans[N];
};

static void begin(struct bench *bench, int64_t second)
{
	struct problem *why = NULL;
	*bench = (struct bench){ .sensors = { .n = 1, .n_channels = N } };
	bench->sensors.items[0].collector = &collector;
	bench->sensors.items[0].list.channels = channels;
	bench->sensors.items[0].list.n = N;
	assert_int_equal(meter_begin(&bench->meter, &bench->sensors, 1000,
				     second * NS_PER_S, NS_PER_S, why),
			 0);
	assert_int_equal(bench->meter.n, N);
}

/* Readings at that second; err is the package's. */
static void take(struct bench *bench, double second, double package_j, int err)
{
	int64_t now_ns = (int64_t)(second * (double)NS_PER_S);
	const struct pass pass = { &bench->sensors, bench->readings, bench->spans };
	bench->readings[0] = (struct reading){ (uint64_t)llround(fmod(package_j, 10) * 1e6),
					       err };
	bench->readings[1] = (struct reading){ 4000, 0 };
	bench->readings[2] = (struct reading){ (uint64_t)(second * 10), 0 };
	for (int i = 0; i < N; i++)
		bench->spans[i] = (struct span){ now_ns, now_ns };
	meter_take(&bench->meter, &pass, true);
}

static void frame(struct bench *bench, double second, double package_j, int err)
{
	take(bench, second, package_j, err);
	meter_frame(&bench->meter, (int64_t)(second * (double)NS_PER_S), 2);
}

static void is_near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-6))
		fail_msg("%.9f is not %.9f", value, expected);
}

static void wraps_are_no_resets(void **state)
{
	(void)state;
	struct bench bench;
	begin(&bench, 1);
	take(&bench, 1, 8, 0);
	for (int second = 2; second <= 101; second++)
		frame(&bench, second, 8 + 4 * (second - 1), 0);
	struct meter_channel *package = &bench.meter.channels[0];
	struct meter_bounds span = meter_bounds(package, 101 * NS_PER_S);
	is_near(meter_value(package), 400);
	is_near(span.low, 400);
	is_near(span.high, 400);
	is_near(package->w, 4);
	is_near(meter_value(&bench.meter.channels[1]), 400);
	is_near(meter_value(&bench.meter.channels[2]), 1000);
	is_near(bench.meter.grams, 800); /* of the package alone */
	meter_end(&bench.meter);
}

static void an_unreadable_time_is_a_gap_and_loses_nothing(void **state)
{
	(void)state;
	struct bench bench;
	begin(&bench, 1);
	take(&bench, 1, 1, 0);
	frame(&bench, 2, 3, 0);
	frame(&bench, 3, 0, EIO);
	struct meter_channel *package = &bench.meter.channels[0];
	assert_true(isnan(meter_value(package)) && isnan(package->w));
	assert_true(package->is_unreadable);
	struct meter_bounds open = meter_bounds(package, 3 * NS_PER_S);
	is_near(open.low, 2);
	is_near(open.high, 2 + 6); /* a second at its most */
	frame(&bench, 3.5, 6, 0);
	is_near(meter_value(package), 5);
	is_near(meter_bounds(package, 4 * NS_PER_S).high, 5);
	assert_int_equal(package->gaps[FINDING_READ_ERROR], 1);
	assert_true(isnan(package->w)); /* it holds more than its frame */
	meter_end(&bench.meter);
}

static void a_counter_is_told_at_any_time_and_a_gauge_at_frames(void **state)
{
	(void)state;
	struct bench bench;
	begin(&bench, 1);
	take(&bench, 1, 1, 0);
	frame(&bench, 2, 2, 0);
	take(&bench, 2.5, 3, 0);
	is_near(meter_value(&bench.meter.channels[0]), 2);
	is_near(meter_value(&bench.meter.channels[1]), 4);
	meter_end(&bench.meter);
}

/* Away for a second, in which the counter wrapped; what a gauge showed then nobody knows. */
static void who_was_away_goes_on_from_there(void **state)
{
	(void)state;
	struct bench first, second;
	begin(&first, 1);
	take(&first, 1, 7, 0);
	frame(&first, 2, 9, 0);
	begin(&second, 4);
	for (int i = 0; i < N; i++)
		meter_resume(&second.meter.channels[i], &first.meter.channels[i],
			     3 * NS_PER_S);
	take(&second, 3, 13, 0);
	frame(&second, 4, 14, 0);
	struct meter_channel *items = second.meter.channels;
	is_near(meter_value(&items[0]), 7);
	is_near(meter_value(&items[1]), 8);
	double high = meter_bounds(&items[1], 4 * NS_PER_S).high;
	assert_true(high >= 8 + 100 &&
		    high < 8 + 100.01); /* each step of a gauge rounds up */
	assert_int_equal(items[1].gaps[METER_AWAY], 1);
	is_near(meter_value(&items[2]), 20);
	assert_true(items[0].created_s == 1000 && isnan(items[0].w));
	meter_end(&first.meter);
	meter_end(&second.meter);
}

/* A step that cannot be is none, and never takes back what was told. */
static void what_was_told_does_not_fall(void **state)
{
	(void)state;
	struct bench bench;
	begin(&bench, 1);
	take(&bench, 1, 1, 0);
	frame(&bench, 2, 3, 0);
	is_near(meter_value(&bench.meter.channels[0]), 2);
	frame(&bench, 3, 2.5, 0); /* back by half a joule: 9.5 J over the end cannot be */
	assert_true(meter_value(&bench.meter.channels[0]) >= 2);
	assert_int_equal(bench.meter.channels[0].gaps[FINDING_IMPLAUSIBLE], 1);
	assert_true(meter_bounds(&bench.meter.channels[0], 3 * NS_PER_S).high >= 8);
	meter_end(&bench.meter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wraps_are_no_resets),
		cmocka_unit_test(an_unreadable_time_is_a_gap_and_loses_nothing),
		cmocka_unit_test(a_counter_is_told_at_any_time_and_a_gauge_at_frames),
		cmocka_unit_test(who_was_away_goes_on_from_there),
		cmocka_unit_test(what_was_told_does_not_fall),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
