/* Two sources of the same hardware: where they disagree the bounds hold both, else nothing changes. */
#include <config.h>

#include "base/clock.h"
#include "profiler/record/second-source.h"
#include "tests/unit/cmocka.h"

static const struct channel counter = { .name = "gpu-0",
					.domain = "gpu",
					.part = "gpu-03",
					.kind = KIND_COUNTER,
					.unit = UNIT_J,
					.counted = true,
					.unit_per_raw = 1e-3,
					.update_interval_ns = 100000000 };
static const struct channel power = { .name = "gpu-0-power",
				      .domain = "gpu",
				      .inside = "gpu-0",
				      .kind = KIND_GAUGE,
				      .unit = UNIT_W,
				      .unit_per_raw = 1e-3,
				      .update_interval_ns = 100000000 };

/* The nth second at so many watts. */
static struct rollup_row second_of(int64_t n, double watts)
{
	int64_t steps = (int64_t)(watts * 1e3);
	return (struct rollup_row){ .begin_mono_ns = n * NS_PER_S,
				    .end_mono_ns = (n + 1) * NS_PER_S,
				    .n = 100,
				    .has_raw = true,
				    .max_raw = (uint64_t)steps,
				    .advance = steps,
				    .advance_low = steps,
				    .advance_high = steps };
}

struct sums {
	double low, joules, high;
	int n_findings;
};

/* What n seconds at these watts leave in the counter's rows. */
static struct sums watch(double counter_w, double power_w, int64_t n_seconds,
			 int64_t n_failed)
{
	struct source_pair pair = { .counted = &counter, .second = &power };
	struct sums sums = { 0 };
	for (int64_t i = 1; i <= n_seconds; i++) {
		struct rollup_row own = second_of(i, counter_w);
		struct rollup_row other = second_of(i, power_w);
		struct finding finding;
		other.n_failed = n_failed;
		sums.n_findings += source_pair_add(&pair, &own, &other, i == n_seconds,
						   &finding);
		sums.low += (double)own.advance_low * 1e-3;
		sums.joules += (double)own.advance * 1e-3;
		sums.high += (double)own.advance_high * 1e-3;
		assert_true(own.advance_low >= 0);
		assert_true(own.advance_low <= own.advance &&
			    own.advance <= own.advance_high);
	}
	return sums;
}

static void sources_that_agree_leave_the_bounds_as_they_are(void **state)
{
	(void)state;
	const double powers[] = { 92, 100, 108 };
	for (size_t i = 0; i < 3; i++) {
		struct sums sums = watch(100, powers[i], 20, 0);
		assert_int_equal(sums.n_findings, 0);
		assert_true(sums.low == 2000 && sums.high == 2000);
	}
}

static void a_counter_that_climbs_above_the_power_is_bounded_by_it(void **state)
{
	(void)state;
	struct sums sums = watch(390, 60, 20, 0);
	assert_int_equal(sums.n_findings, 10);
	assert_true(sums.joules == 7800);
	assert_true(sums.high == 7800);
	/* the last second can owe what it has itself */
	assert_true(sums.low < 20 * 60 + 400 && sums.low >= 20 * 60 - 1);
}

static void a_counter_that_lags_behind_the_power_may_be_as_much(void **state)
{
	(void)state;
	struct sums sums = watch(20, 200, 20, 0);
	assert_int_equal(sums.n_findings, 10);
	assert_true(sums.low == 400);
	assert_true(sums.high >= 3999 && sums.high <= 4001);
}

static void a_short_trial_and_one_with_failures_are_not_judged(void **state)
{
	(void)state;
	struct source_pair pair = { .counted = &counter, .second = &power };
	struct rollup_row own = second_of(1, 390), other = second_of(1, 60);
	struct finding finding;
	own.end_mono_ns = other.end_mono_ns = own.begin_mono_ns + NS_PER_S / 2;
	assert_false(source_pair_add(&pair, &own, &other, true, &finding));
	assert_int_equal(watch(390, 60, 20, 1).n_findings, 0);
}

static void only_the_same_hardware_is_a_second_source(void **state)
{
	(void)state;
	struct channel hwmon = power, core = counter, other_board = power;
	hwmon.part = "gpu-03";
	hwmon.inside = "gpu-0";
	core.counted = false;
	core.part = NULL;
	core.domain = "core";
	core.inside = "gpu-0";
	other_board.inside = "gpu-1";
	assert_true(is_second_source(&counter, &power, true));
	assert_false(is_second_source(&counter, &power, false));
	assert_true(is_second_source(&counter, &hwmon, false));
	assert_false(is_second_source(&counter, &core, true));
	assert_false(is_second_source(&counter, &other_board, true));
	assert_false(is_second_source(&power, &counter, true));
}

static bool is_replaced(double counter_w, double power_w, int64_t n_seconds)
{
	struct source_pair pair = { .counted = &counter, .second = &power };
	for (int64_t i = 1; i <= n_seconds; i++) {
		struct rollup_row own = second_of(i, counter_w);
		struct rollup_row other = second_of(i, power_w);
		struct finding finding;
		source_pair_add(&pair, &own, &other, i == n_seconds, &finding);
	}
	return source_pair_is_replaced(&pair);
}

static void
a_counter_that_never_moves_is_replaced_where_the_other_tells_joules(void **state)
{
	(void)state;
	assert_true(is_replaced(0, 80, 1));
	assert_true(is_replaced(0, 80, 50));
	assert_false(is_replaced(0, 0, 50));
	assert_false(is_replaced(0.001, 80, 50));

	/* as short as a live counter may stand still, and one that was never read */
	struct source_pair pair = { .counted = &counter, .second = &power };
	struct rollup_row own = second_of(1, 0), other = second_of(1, 80);
	struct finding finding;
	own.end_mono_ns = own.begin_mono_ns + NS_PER_S / 4;
	source_pair_add(&pair, &own, &other, true, &finding);
	assert_false(source_pair_is_replaced(&pair));
	own.end_mono_ns = own.begin_mono_ns + NS_PER_S;
	own.n = 0;
	pair = (struct source_pair){ .counted = &counter, .second = &power };
	source_pair_add(&pair, &own, &other, true, &finding);
	assert_false(source_pair_is_replaced(&pair));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_that_agree_leave_the_bounds_as_they_are),
		cmocka_unit_test(a_counter_that_climbs_above_the_power_is_bounded_by_it),
		cmocka_unit_test(a_counter_that_lags_behind_the_power_may_be_as_much),
		cmocka_unit_test(a_short_trial_and_one_with_failures_are_not_judged),
		cmocka_unit_test(only_the_same_hardware_is_a_second_source),
		cmocka_unit_test(
		    a_counter_that_never_moves_is_replaced_where_the_other_tells_joules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
