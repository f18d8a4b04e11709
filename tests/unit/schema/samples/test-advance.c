/* The rule that turns two raw readings into an advance. Most cases use a range of 1000 J in
 * steps of 1 J, at most 100 W, updated each millisecond: the limit over dt is then
 * 100 W * (dt + 2 ms) + 1 step. */
#include <config.h>

#include "schema/samples/advance.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000000)

static const struct advance_rule thousand = { .wrap_range = 1000,
					      .unit_per_raw = 1,
					      .max_power_w = 100,
					      .update_interval_ns = 1000000 };

static void a_counter_that_passes_its_range_once_is_continued(void **state)
{
	(void)state;
	struct advance step = advance_between(995, 10, SECOND, &thousand);
	assert_int_equal(step.kind, ADVANCE_WRAPPED);
	assert_int_equal(step.raw, 15); /* E0 = M - 5, E1 = 10 */
	assert_int_equal(step.low, 15);
	assert_int_equal(step.high, 15);
	assert_int_equal(step.wraps, 1);
}

static void a_rise_without_wrap_is_the_difference(void **state)
{
	(void)state;
	struct advance step = advance_between(10, 60, SECOND, &thousand);
	assert_int_equal(step.kind, ADVANCE_OK);
	assert_int_equal(step.raw, 50);
	assert_int_equal(step.wraps, 0);
}

static void a_counter_that_may_have_passed_its_range_twice_is_ambiguous(void **state)
{
	(void)state;
	/* In 25 s up to 2501 J: 50, 1050 and 2050 fit. */
	struct advance step = advance_between(10, 60, 25 * SECOND, &thousand);
	assert_int_equal(step.kind, ADVANCE_AMBIGUOUS);
	assert_int_equal(step.raw, 50);
	assert_int_equal(step.low, 50);
	assert_int_equal(step.high, 2050);
}

static void a_gap_just_too_short_for_another_wrap_is_not_ambiguous(void **state)
{
	(void)state;
	/* 1050 J are needed; 10.4 s allow 1041.2, 10.5 s 1051.2. */
	assert_int_equal(advance_between(10, 60, 10400000000, &thousand).kind, ADVANCE_OK);
	assert_int_equal(advance_between(10, 60, 10500000000, &thousand).kind,
			 ADVANCE_AMBIGUOUS);
}

static void a_jump_back_is_implausible_and_bounded_by_the_power(void **state)
{
	(void)state;
	/* A wrap would mean 995 J in one second, at 100 W. */
	struct advance step = advance_between(500, 495, SECOND, &thousand);
	assert_int_equal(step.kind, ADVANCE_IMPLAUSIBLE);
	assert_int_equal(step.raw, 0);
	assert_int_equal(step.low, 0);
	assert_int_equal(step.high, 101); /* 100 W * 1.002 s + 1 = 101.2 */
	assert_int_equal(step.wraps, 0);
}

static void a_rise_above_the_power_is_implausible(void **state)
{
	(void)state;
	assert_int_equal(advance_between(0, 102, SECOND, &thousand).kind,
			 ADVANCE_IMPLAUSIBLE);
}

static void two_quick_readings_may_show_a_whole_update(void **state)
{
	(void)state;
	/* 10 us apart, steps of 1 mJ: 1 uJ * 1000 of dt, but one update of 100 mJ. */
	struct advance_rule fine = thousand;
	fine.unit_per_raw = 1e-3;
	fine.wrap_range = 1000000;
	assert_int_equal(advance_between(0, 100, 10000, &fine).kind, ADVANCE_OK);
	assert_int_equal(advance_between(0, 300, 10000, &fine).kind, ADVANCE_IMPLAUSIBLE);
}

static void a_reading_outside_the_range_is_implausible(void **state)
{
	(void)state;
	assert_int_equal(advance_between(999, 1000, SECOND, &thousand).kind,
			 ADVANCE_IMPLAUSIBLE);
	assert_int_equal(advance_between(1000, 5, SECOND, &thousand).kind,
			 ADVANCE_IMPLAUSIBLE);
}

static void a_counter_without_range_may_only_rise(void **state)
{
	(void)state;
	struct advance_rule endless = { .unit_per_raw = 1 };
	struct advance rise = advance_between(5, UINT64_C(1) << 50, 1, &endless);
	assert_int_equal(rise.kind, ADVANCE_OK);
	assert_int_equal(rise.raw, (UINT64_C(1) << 50) - 5);

	struct advance fall = advance_between(6, 5, SECOND, &endless);
	assert_int_equal(fall.kind, ADVANCE_IMPLAUSIBLE);
	assert_int_equal(fall.raw, 0);
	assert_int_equal(fall.high, 0);
}

static void an_unknown_power_is_held_to_the_physical_ceiling(void **state)
{
	(void)state;
	/* RAPL: 262 143 328 850 uJ and one step. A reset to zero at 200 kJ looks like a wrap
	 * of 62 kJ in 0.1 s; a true wrap of 10 J does not. */
	struct advance_rule rapl = { .wrap_range = UINT64_C(262143328911),
				     .unit_per_raw = 1e-6,
				     .update_interval_ns = 1000000 };
	assert_int_equal(
	    advance_between(UINT64_C(200000000000), 0, SECOND / 10, &rapl).kind,
	    ADVANCE_IMPLAUSIBLE);
	assert_int_equal(
	    advance_between(UINT64_C(262143328911) - 5000000, 5000000, SECOND / 10, &rapl)
		.raw,
	    10000000);
	assert_int_equal(advance_between(0, 1, 131 * SECOND, &rapl).kind, ADVANCE_OK);
	assert_int_equal(advance_between(0, 1, 132 * SECOND, &rapl).kind,
			 ADVANCE_AMBIGUOUS);
}

static void a_negative_interval_is_read_as_none(void **state)
{
	(void)state;
	assert_int_equal(advance_between(10, 11, -SECOND, &thousand).kind, ADVANCE_OK);
	assert_int_equal(advance_between(10, 60, -SECOND, &thousand).kind,
			 ADVANCE_IMPLAUSIBLE);
}

/* xorshift64: the same numbers on each machine. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Any range, any power below the limit, readings so near that at most one wrap fits. */
static void check_one_history(uint64_t *seed)
{
	struct advance_rule rule = { .wrap_range = 1000 + next_random(seed) % 1000000000,
				     .unit_per_raw = 1e-6,
				     .update_interval_ns = 1000 };
	rule.max_power_w = (double)rule.wrap_range * 1e-6 * 0.4; /* 0.4 ranges a second */
	uint64_t truth = next_random(seed) % rule.wrap_range, sum = 0, start = truth;
	for (int i = 0; i < 50; i++) {
		uint64_t before = truth;
		truth += next_random(seed) % (rule.wrap_range * 2 / 5 + 1);
		struct advance step = advance_between(
		    before % rule.wrap_range, truth % rule.wrap_range, SECOND, &rule);
		assert_true(step.kind == ADVANCE_OK || step.kind == ADVANCE_WRAPPED);
		sum += step.raw;
	}
	assert_int_equal(sum, truth - start);
}

static void random_increments_sum_to_the_truth(void **state)
{
	(void)state;
	uint64_t seed = 20241122;
	for (int i = 0; i < 500; i++)
		check_one_history(&seed);
}

/* Gaps that may hide several wraps: the bounds hold the truth, and meet it modulo range. */
static void ambiguous_bounds_hold_the_truth(void **state)
{
	(void)state;
	uint64_t seed = 7;
	for (int i = 0; i < 2000; i++) {
		uint64_t before = next_random(&seed) % 1000;
		int64_t dt_ns = (int64_t)(next_random(&seed) % 60) * SECOND;
		uint64_t rise = next_random(&seed) % (100 * (uint64_t)(dt_ns / SECOND) + 1);
		struct advance step = advance_between(before, (before + rise) % 1000, dt_ns,
						      &thousand);
		assert_int_not_equal(step.kind, ADVANCE_IMPLAUSIBLE);
		assert_in_range(rise, step.low, step.high);
		assert_int_equal((rise - step.low) % 1000, 0);
	}
}

/* At most 100 W, updated each 100 ms, in steps of 1 J. */
static const struct advance_rule board = { .unit_per_raw = 1,
					   .max_power_w = 100,
					   .update_interval_ns = 100000000 };

/* Steps of 10 ms, each within the 21 J that one may show, and 400 W together. */
static void steps_too_fast_together_are_implausible_and_taken_back(void **state)
{
	(void)state;
	struct advance_pace pace = { 0 };
	uint64_t sum = 0, raw = 0, high = 0;
	for (int i = 0; i < 100; i++, raw += 4) {
		struct advance step = advance_next(&pace, raw, raw + 4, SECOND / 100,
						   &board);
		sum += step.raw - step.back;
		high += step.high;
	}
	assert_int_equal(sum, 0);
	assert_in_range(high, 90,
			100 + 20 + 100); /* 1 s and two intervals, in whole steps */
}

static void a_counter_goes_on_after_steps_that_were_too_fast(void **state)
{
	(void)state;
	struct advance_pace pace = { 0 };
	uint64_t raw = 0, sum = 0;
	for (int i = 0; i < 50; i++, raw += 4)
		advance_next(&pace, raw, raw + 4, SECOND / 100, &board);
	for (int i = 0; i < 100; i++) { /* 50 W, which it shows each 100 ms */
		uint64_t rise = i % 10 == 9 ? 5 : 0;
		sum += advance_next(&pace, raw, raw + rise, SECOND / 100, &board).raw;
		raw += rise;
	}
	assert_in_range(sum, 45, 50);
}

/* Whatever the ticks and the age of what it shows, at any power below its limit. */
static void a_counter_below_its_limit_is_never_too_fast(void **state)
{
	(void)state;
	uint64_t seed = 11;
	const struct advance_rule fine = { .unit_per_raw = 1e-3,
					   .max_power_w = 100,
					   .update_interval_ns = 100000000 };
	for (int round = 0; round < 500; round++) {
		struct advance_pace pace = { 0 };
		int64_t at_ns = SECOND, shown_ns = at_ns;
		double watts = (double)(next_random(&seed) % 100);
		uint64_t last = (uint64_t)(watts * (double)shown_ns * 1e-6);
		for (int i = 0; i < 200; i++) {
			int64_t dt_ns = (int64_t)(next_random(&seed) % 30000000);
			at_ns += dt_ns;
			int64_t age_ns = (int64_t)(next_random(&seed) % 100000000);
			if (at_ns - age_ns > shown_ns)
				shown_ns = at_ns - age_ns;
			uint64_t now = (uint64_t)(watts * (double)shown_ns * 1e-6);
			struct advance step = advance_next(&pace, last, now, dt_ns, &fine);
			assert_int_equal(step.kind, ADVANCE_OK);
			assert_int_equal(step.raw, now - last);
			last = now;
		}
	}
}

static void one_jump_takes_nothing_back(void **state)
{
	(void)state;
	struct advance_pace pace = { 0 };
	assert_int_equal(advance_next(&pace, 0, 3, SECOND / 100, &board).raw, 3);
	struct advance step = advance_next(&pace, 3, 1106805, SECOND / 100, &board);
	assert_int_equal(step.kind, ADVANCE_IMPLAUSIBLE);
	assert_int_equal(step.back, 0);
	assert_in_range(step.high, 1, 22);
	step = advance_next(&pace, 1106805, 1106806, SECOND / 100, &board);
	assert_int_equal(step.raw, 1);
}

static void a_counter_that_stood_may_show_all_that_it_drew(void **state)
{
	(void)state;
	struct advance_pace pace = { .has_moved = true };
	for (int i = 0; i < 300; i++)
		assert_int_equal(advance_next(&pace, 7, 7, SECOND / 100, &board).raw, 0);
	assert_int_equal(advance_next(&pace, 7, 307, SECOND / 100, &board).raw, 300);
	assert_int_equal(advance_next(&pace, 307, 607, SECOND / 100, &board).kind,
			 ADVANCE_IMPLAUSIBLE);
}

static void each_domain_has_a_ceiling(void **state)
{
	(void)state;
	static const char *const domains[] = { "package", "core", "uncore", "psys",
					       "dram",    "gpu",  "machine" };
	for (size_t i = 0; i < sizeof(domains) / sizeof(*domains); i++) {
		double ceiling_w = advance_ceiling_w(domains[i]);
		assert_true(ceiling_w >= 1000 && ceiling_w <= 20000);
		assert_true(advance_limit_w(0, domains[i]) == ceiling_w);
		assert_true(advance_limit_w(12, domains[i]) == 12);
		assert_true(advance_limit_w(4294967.295, domains[i]) == ceiling_w);
	}
	assert_true(advance_ceiling_w(NULL) == 20000);
}

static void a_power_is_held_against_its_limit_and_against_zero(void **state)
{
	(void)state;
	struct advance_rule rule = { .unit_per_raw = 1e-6, .max_power_w = 660 };
	assert_true(advance_can_draw(660000000, &rule));
	assert_false(advance_can_draw(660000001, &rule));
	assert_false(advance_can_draw(UINT64_MAX, &rule));
	assert_true(advance_can_draw(0, &rule));
	rule.is_never_zero = true;
	assert_false(advance_can_draw(0, &rule));
	assert_true(advance_is_never_zero("machine") && advance_is_never_zero("gpu"));
	assert_false(advance_is_never_zero("dram") || advance_is_never_zero(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_that_passes_its_range_once_is_continued),
		cmocka_unit_test(a_rise_without_wrap_is_the_difference),
		cmocka_unit_test(
		    a_counter_that_may_have_passed_its_range_twice_is_ambiguous),
		cmocka_unit_test(a_gap_just_too_short_for_another_wrap_is_not_ambiguous),
		cmocka_unit_test(a_jump_back_is_implausible_and_bounded_by_the_power),
		cmocka_unit_test(a_rise_above_the_power_is_implausible),
		cmocka_unit_test(two_quick_readings_may_show_a_whole_update),
		cmocka_unit_test(a_reading_outside_the_range_is_implausible),
		cmocka_unit_test(a_counter_without_range_may_only_rise),
		cmocka_unit_test(an_unknown_power_is_held_to_the_physical_ceiling),
		cmocka_unit_test(a_negative_interval_is_read_as_none),
		cmocka_unit_test(random_increments_sum_to_the_truth),
		cmocka_unit_test(ambiguous_bounds_hold_the_truth),
		cmocka_unit_test(steps_too_fast_together_are_implausible_and_taken_back),
		cmocka_unit_test(a_counter_goes_on_after_steps_that_were_too_fast),
		cmocka_unit_test(a_counter_below_its_limit_is_never_too_fast),
		cmocka_unit_test(one_jump_takes_nothing_back),
		cmocka_unit_test(a_counter_that_stood_may_show_all_that_it_drew),
		cmocka_unit_test(each_domain_has_a_ceiling),
		cmocka_unit_test(a_power_is_held_against_its_limit_and_against_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
