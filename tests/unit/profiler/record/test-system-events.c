/* A sleep, a step of the wall clock and CPUs that go are told apart. */
#include <config.h>

#include "base/clock.h"
#include "profiler/record/system-events.h"
#include "tests/unit/cmocka.h"

static const int64_t s = NS_PER_S;

static struct system_event after(int64_t mono_ns, int64_t boot_ns, int64_t utc_ns,
				 long n_cpus)
{
	const struct machine_moment before = { 5 * s, 9 * s, 1000 * s, 8 };
	const struct machine_moment now = { 5 * s + mono_ns, 9 * s + boot_ns,
					    1000 * s + utc_ns, n_cpus };
	return system_event_between(&before, &now);
}

static void a_second_is_no_interruption(void **state)
{
	(void)state;
	struct system_event none = after(s, s + 5000, s + 500000, 8);
	assert_int_equal(none.slept_ns, 0);
	assert_int_equal(none.stepped_ns, 0);
	assert_int_equal(none.cpus_before, none.cpus_after);
}

static void a_sleep_is_no_step_of_the_wall_clock(void **state)
{
	(void)state;
	struct system_event slept = after(s, 61 * s, 61 * s, 8);
	assert_int_equal(slept.slept_ns, 60 * s);
	assert_int_equal(slept.stepped_ns, 0);
}

static void a_wall_clock_that_is_set_back_has_stepped(void **state)
{
	(void)state;
	struct system_event stepped = after(s, s, -3599 * s, 8);
	assert_int_equal(stepped.slept_ns, 0);
	assert_int_equal(stepped.stepped_ns, -3600 * s);
}

static void cpus_that_went_are_counted(void **state)
{
	(void)state;
	struct system_event fewer = after(s, s, s, 6);
	assert_int_equal(fewer.cpus_before, 8);
	assert_int_equal(fewer.cpus_after, 6);
}

static void now_is_read_as_one(void **state)
{
	(void)state;
	struct machine_moment first = machine_moment_now(), second = machine_moment_now();
	struct system_event none = system_event_between(&first, &second);
	assert_int_equal(none.slept_ns, 0);
	assert_true(second.n_cpus > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_is_no_interruption),
		cmocka_unit_test(a_sleep_is_no_step_of_the_wall_clock),
		cmocka_unit_test(a_wall_clock_that_is_set_back_has_stepped),
		cmocka_unit_test(cpus_that_went_are_counted),
		cmocka_unit_test(now_is_read_as_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
