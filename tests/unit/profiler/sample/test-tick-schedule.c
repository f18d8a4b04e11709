/* Deadlines are absolute, and 'auto' follows the sensors and the length of the run. */
#include <config.h>

#include "base/clock.h"
#include "profiler/sample/tick-schedule.h"
#include "tests/unit/cmocka.h"

static const int64_t ms = NS_PER_S / 1000;

static struct sensors sensors_with(struct channel *channel)
{
	return (struct sensors){
		.items = { { .list = { .channels = channel, .n = 1 } } },
		.n = 1,
		.n_channels = 1,
	};
}

static void a_fixed_rate_never_drifts(void **state)
{
	(void)state;
	struct tick_schedule schedule = tick_schedule_of(1000, NULL, 7);
	for (int i = 1; i <= 5000; i++) {
		assert_int_equal(schedule.due_ns, 7 + i * ms);
		assert_int_equal(tick_schedule_next(&schedule, schedule.due_ns + ms / 3),
				 0);
	}
}

static void deadlines_that_were_passed_over_are_counted(void **state)
{
	(void)state;
	struct tick_schedule schedule = tick_schedule_of(1000, NULL, 0);
	assert_int_equal(tick_schedule_next(&schedule, 4 * ms + 1), 3);
	assert_int_equal(schedule.due_ns, 5 * ms);
}

static void auto_begins_as_fast_as_the_sensor_changes(void **state)
{
	(void)state;
	struct channel channel = { .unit = UNIT_J, .update_interval_ns = 25000000 };
	struct sensors sensors = sensors_with(&channel);
	struct tick_schedule schedule = tick_schedule_of(0, &sensors, 0);
	assert_int_equal(schedule.period_ns, 25 * ms);
	channel.update_interval_ns = 1000000; /* faster than is of use */
	schedule = tick_schedule_of(0, &sensors, 0);
	assert_int_equal(schedule.period_ns, NS_PER_S / PACE_AUTO_HZ);
	channel.unit = UNIT_COUNT; /* no joules: nothing to resolve */
	schedule = tick_schedule_of(0, &sensors, 0);
	assert_int_equal(schedule.period_ns, NS_PER_S / PACE_AUTO_END_HZ);
}

static void auto_slows_down_as_the_run_goes_on(void **state)
{
	(void)state;
	struct channel channel = { .unit = UNIT_J, .update_interval_ns = 1000000 };
	struct sensors sensors = sensors_with(&channel);
	struct tick_schedule schedule = tick_schedule_of(0, &sensors, 0);
	int n = 0;
	for (; schedule.due_ns < 10 * NS_PER_S; n++)
		tick_schedule_next(&schedule, schedule.due_ns);
	assert_in_range(n, 700, 800); /* 5.12 s at 100 Hz, 4.88 s at 50 Hz */
	for (; schedule.due_ns < 3600 * NS_PER_S; n++)
		tick_schedule_next(&schedule, schedule.due_ns);
	assert_int_equal((int)tick_schedule_hz(&schedule), PACE_AUTO_END_HZ);
}

static void auto_never_lets_a_counter_pass_its_range_unseen(void **state)
{
	(void)state;
	struct channel channel = { .unit = UNIT_J,
				   .unit_per_raw = 1e-6,
				   .wrap_range = 10000000, /* 10 J */
				   .max_power_w = 100,
				   .update_interval_ns = 1000000 };
	struct sensors sensors = sensors_with(&channel);
	struct tick_schedule schedule = tick_schedule_of(0, &sensors, 0);
	while (schedule.due_ns < 600 * NS_PER_S)
		tick_schedule_next(&schedule, schedule.due_ns);
	assert_int_equal(schedule.period_ns, 25 * ms); /* a quarter of 0.1 s */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fixed_rate_never_drifts),
		cmocka_unit_test(deadlines_that_were_passed_over_are_counted),
		cmocka_unit_test(auto_begins_as_fast_as_the_sensor_changes),
		cmocka_unit_test(auto_slows_down_as_the_run_goes_on),
		cmocka_unit_test(auto_never_lets_a_counter_pass_its_range_unseen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
