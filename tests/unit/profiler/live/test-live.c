/* Watts are those of a second, joules those since the beginning, and unknown is not zero. */
#include <config.h>

#include "base/clock.h"
#include "profiler/live/live.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const struct collector collector = { .name = "powercap" };

/* A counter in microjoules that wraps at 10 J, and a sensor of watts. */
static const struct channel channels[] = {
	{ .name = "package-0",
	  .kind = KIND_COUNTER,
	  .unit = UNIT_J,
	  .counted = true,
	  .unit_per_raw = 1e-6,
	  .wrap_range = 10000000,
	  .max_power_w = 9,
	  .update_interval_ns = 1000000 },
	{ .name = "board",
	  .kind = KIND_GAUGE,
	  .unit = UNIT_W,
	  .counted = true,
	  .unit_per_raw = 1e-3 },
	{ .name = "core", .kind = KIND_COUNTER, .unit = UNIT_J, .unit_per_raw = 1e-6 },
};

static struct sensors sensors_of(size_t n)
{
	struct sensors sensors = { .n = 1, .n_channels = n };
	sensors.items[0].collector = &collector;
	sensors.items[0].list.channels = channels;
	sensors.items[0].list.n = n;
	return sensors;
}

static void take(struct live *live, int64_t second, uint64_t package_uj, uint64_t board_mw,
		 int err)
{
	const struct reading readings[] = { { package_uj, err },
					    { board_mw, 0 },
					    { 77, 0 } };
	live_take(live, readings, second * NS_PER_S);
}

static void watts_are_the_mean_of_the_frame_through_a_wrap(void **state)
{
	(void)state;
	struct sensors sensors = sensors_of(3);
	struct live live;
	live_begin(&live, &sensors, 0);
	assert_int_equal(live.n, 2); /* core is inside package */
	take(&live, 0, 8000000, 2000, 0);
	take(&live, 1, 1000000, 4000, 0); /* 3 J over the end of its range */
	live_frame(&live, NS_PER_S);
	assert_true(fabs(live.channels[0].w - 3) < 1e-9);
	assert_true(fabs(live.channels[1].w - 4) < 1e-9);
	assert_true(fabs(live.w - 7) < 1e-9 && fabs(live.joules - 7) < 1e-9);
	assert_int_equal(live.n_gaps, 0);
}

static void a_frame_with_an_error_is_unknown_and_its_joules_come_later(void **state)
{
	(void)state;
	struct sensors sensors = sensors_of(1);
	struct live live;
	live_begin(&live, &sensors, 0);
	take(&live, 0, 1000000, 0, 0);
	take(&live, 1, 0, 0, EIO);
	live_frame(&live, NS_PER_S);
	assert_true(isnan(live.channels[0].w) && isnan(live.w));
	assert_true(isnan(live.history_w[LIVE_HISTORY - 1]));
	assert_int_equal(live.n_gaps, 1);
	take(&live, 2, 5000000, 0, 0);
	live_frame(&live, 2 * NS_PER_S);
	assert_true(fabs(live.joules - 4) < 1e-9);
	assert_true(fabs(live.highest_w - 4) < 1e-9);
}

static void without_energy_nothing_is_zero(void **state)
{
	(void)state;
	struct sensors sensors = { 0 };
	struct live live;
	live_begin(&live, &sensors, 0);
	live_frame(&live, NS_PER_S);
	assert_true(isnan(live.w) && isnan(live.busy_cpus));
}

static void a_bar_has_eighths_or_hashes(void **state)
{
	(void)state;
	char text[64];
	assert_string_equal(live_bar(text, sizeof(text), 0.5, 3, true), "█▌");
	assert_string_equal(live_bar(text, sizeof(text), 0.5, 4, false), "##");
	assert_string_equal(live_bar(text, sizeof(text), 7, 2, true), "██");
	assert_string_equal(live_bar(text, sizeof(text), NAN, 2, true), "");
	assert_string_equal(live_bar(text, 4, 1, 9, true), "█"); /* no glyph is cut */
}

/* Two events of the machine; one that two collectors tell is shown once. */
static void events_are_rates_and_ipc_is_of_the_frame(void **state)
{
	(void)state;
	static const struct channel counts[] = {
		{ .name = "instructions@machine", .unit = UNIT_COUNT, .unit_per_raw = 1 },
		{ .name = "cycles@machine", .unit = UNIT_COUNT, .unit_per_raw = 1 },
		{ .name = "cycles@machine", .unit = UNIT_COUNT, .unit_per_raw = 1 },
	};
	struct sensors sensors = { .n = 1, .n_channels = 3 };
	struct live live;
	sensors.items[0].collector = &collector;
	sensors.items[0].list.channels = counts;
	sensors.items[0].list.n = 3;
	live_begin(&live, &sensors, 0);
	assert_int_equal(live.n_events, 2);
	assert_string_equal(live.events[0].name, "instructions");
	live_take(&live, (struct reading[]){ { 1000, 0 }, { 500, 0 }, { 0, 0 } }, 0);
	live_take(&live, (struct reading[]){ { 7000, 0 }, { 2500, 0 }, { 0, 0 } },
		  2 * NS_PER_S);
	live_frame(&live, 2 * NS_PER_S);
	assert_true(live.events[0].rate == 3000 && live.events[1].rate == 1000);
	assert_true(live.ipc == 3);
	live_take(&live, (struct reading[]){ { 9000, 0 }, { 0, ENODEV }, { 0, 0 } },
		  3 * NS_PER_S);
	live_frame(&live, 3 * NS_PER_S);
	assert_true(live.events[0].rate == 2000);
	assert_true(isnan(live.events[1].rate) && isnan(live.ipc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watts_are_the_mean_of_the_frame_through_a_wrap),
		cmocka_unit_test(
		    a_frame_with_an_error_is_unknown_and_its_joules_come_later),
		cmocka_unit_test(events_are_rates_and_ipc_is_of_the_frame),
		cmocka_unit_test(without_energy_nothing_is_zero),
		cmocka_unit_test(a_bar_has_eighths_or_hashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
