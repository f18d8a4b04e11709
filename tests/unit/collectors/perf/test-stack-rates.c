/* The periods at which stacks are sampled: none that a program could keep step with in every run. */
#include <config.h>

#include "collectors/opener/stack-event.h"
#include "collectors/perf/stack-sampler.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>

static double period_s(uint32_t hz, pid_t pid, int cpu)
{
	return 1e3 / stack_sampler_millihertz(hz, pid, cpu);
}

static void periods_are_even_around_that_of_the_rate(void **state)
{
	enum { PERIODS = 4000, PARTS = 10 };
	const double wanted_s = 1.0 / 997;
	double sum_s = 0;
	size_t parts[PARTS] = { 0 };
	(void)state;
	for (int i = 0; i < PERIODS; i++) {
		double s = period_s(997, 1000 + i / 4, i % 4);
		int part = (int)floor((s / wanted_s - 0.95) / 0.1 * PARTS);
		assert_in_range(part + 1, 1, PARTS);
		parts[part]++;
		sum_s += s;
	}
	assert_true(fabs(sum_s / PERIODS / wanted_s - 1) < 0.003);
	for (int part = 0; part < PARTS; part++)
		assert_in_range(parts[part], PERIODS / PARTS * 8 / 10,
				PERIODS / PARTS * 12 / 10);
}

static void runs_and_processors_have_their_own(void **state)
{
	(void)state;
	assert_true(period_s(997, 1000, 0) != period_s(997, 1001, 0));
	assert_true(period_s(997, 1000, 0) != period_s(997, 1000, 1));
	assert_true(period_s(997, 1000, 0) == period_s(997, 1000, 0));
}

static void the_privileged_part_takes_every_rate(void **state)
{
	(void)state;
	for (int cpu = 0; cpu < 1000; cpu++) {
		assert_in_range(stack_sampler_millihertz(1, 1, cpu), 1,
				STACK_MILLIHERTZ_MOST);
		assert_in_range(stack_sampler_millihertz(STACK_HZ_MOST, 1, cpu), 1,
				STACK_MILLIHERTZ_MOST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods_are_even_around_that_of_the_rate),
		cmocka_unit_test(runs_and_processors_have_their_own),
		cmocka_unit_test(the_privileged_part_takes_every_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
