/* Readings become rollups whose sums hold the truth, and whose bounds widen where the
 * readings do not decide. The channel here: 1 uJ steps, range 1000000 (1 J), at most 1 W, a
 * sensor that changes each millisecond. Ticks are 100 ms apart: at most 0.1 J each. */
#include <config.h>

#include "schema/samples/rollup.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdlib.h>

#define TICK_NS INT64_C(100000000)

static const struct rollup_channel joules = {
	.is_counter = true,
	.is_energy = true,
	.rule = { .wrap_range = 1000000,
		  .unit_per_raw = 1e-6,
		  .max_power_w = 1,
		  .update_interval_ns = 1000000 },
};

/* Adds readings one tick apart, the first at tick 'from'; -1 stands for a failed one. */
static void add(struct rollup_builder *builder, int from, const int64_t *raws, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sample sample = { .mono_ns = TICK_NS *
							  (from + (int64_t)i + 10),
					       .half_ns = 1000,
					       .raw = raws[i] < 0 ? 0 : (uint64_t)raws[i],
					       .err = raws[i] < 0 ? EIO : 0 };
		assert_true(rollup_add(builder, &sample));
	}
}

static struct rollup_row cut(struct rollup_builder *builder, bool at_edge,
			     struct finding_list *findings)
{
	struct rollup_row row;
	struct rollup_pack pack;
	/* Any edge that is not after the last reading. */
	rollup_cut(builder, at_edge ? 1 : 0, NULL, &row, &pack, findings);
	assert_true(pack.size > 0);
	return row;
}

#define ADD(builder, from, ...)                              \
	add(builder, from, (const int64_t[]){ __VA_ARGS__ }, \
	    sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

/* 0.18 J in 0.1 s are too many; but the second reading took 0.2 s, and may be half of it later. */
static void a_reading_that_took_long_is_no_jump(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	const struct sample samples[] = {
		{ .mono_ns = 10 * TICK_NS, .half_ns = 1000, .raw = 1000 },
		{ .mono_ns = 11 * TICK_NS, .half_ns = TICK_NS, .raw = 181000 },
		{ .mono_ns = 13 * TICK_NS, .half_ns = 1000, .raw = 631000 },
	};
	for (size_t i = 0; i < 2; i++)
		assert_true(rollup_add(builder, &samples[i]));
	struct rollup_row row = cut(builder, false, &findings);
	assert_int_equal(row.advance, 180000);
	assert_int_equal(findings.n, 0);
	assert_true(rollup_add(builder, &samples[2])); /* 0.45 J in 0.3 s still are */
	row = cut(builder, true, &findings);
	assert_int_equal(findings.n, 1);
	assert_int_equal(findings.items[0].kind, FINDING_IMPLAUSIBLE);
	rollup_free(builder);
}

static void the_advance_is_last_minus_first(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 500, 40500, 80500, 90500);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 90000);
	assert_int_equal(row.advance_low, 90000);
	assert_int_equal(row.advance_high, 90000);
	assert_int_equal(row.n, 4);
	assert_int_equal(row.first_raw, 500);
	assert_int_equal(row.last_raw, 90500);
	assert_int_equal(findings.n, 0);
	rollup_free(builder);
}

static void nothing_is_lost_between_two_rollups(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000);
	int64_t sum = cut(builder, false, &findings).advance;
	ADD(builder, 2, 80000, 120000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(sum + row.advance, 120000);
	assert_int_equal(row.begin_mono_ns, TICK_NS * 11); /* where the first one ended */
	rollup_free(builder);
}

static void a_wrap_is_counted_and_resolved(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 999995, 10);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 15);
	assert_int_equal(row.wraps, 1);
	rollup_free(builder);
}

static void failed_readings_lose_no_joule_when_the_counter_comes_back(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, -1, -1, 160000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 160000);
	assert_int_equal(row.advance_high, 160000);
	assert_int_equal(row.n_failed, 2);
	assert_int_equal(findings.n, 1);
	assert_int_equal(findings.items[0].kind, FINDING_READ_ERROR);
	assert_int_equal(findings.items[0].err, EIO);
	rollup_free(builder);
}

static void a_counter_that_stays_away_widens_the_upper_bound(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, -1, -1);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 40000);
	assert_int_equal(row.advance_low, 40000);
	assert_int_equal(row.advance_high, 40000 + 200000); /* two ticks at 1 W */
	rollup_free(builder);
}

static void an_edge_within_a_gap_widens_both_sides(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, -1);
	struct rollup_row before = cut(builder, true, &findings);
	ADD(builder, 3, -1, 150000);
	struct rollup_row after = cut(builder, true, &findings);
	/* 110000 were drawn from tick 1 to 4; between nothing and 100000 of it before tick 2. */
	assert_int_equal(before.advance_high, 40000 + 100000);
	assert_int_equal(after.advance, 110000);
	assert_int_equal(after.advance_low, 10000);
	assert_int_equal(after.advance_high, 110000);
	rollup_free(builder);
}

/* As of a zone that takes so long that it is read less often than phases begin. */
static void an_edge_without_a_reading_widens_both_sides(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_row before, after;
	struct rollup_pack pack;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000);
	rollup_cut(builder, TICK_NS * 13, NULL, &before, &pack, &findings);
	ADD(builder, 5, 190000);
	rollup_cut(builder, TICK_NS * 15, NULL, &after, &pack, &findings);
	assert_int_equal(before.advance_high, 40000 + 200000); /* two ticks at 1 W */
	assert_int_equal(after.advance, 150000);
	assert_int_equal(after.advance_low, 0); /* all of it may be from before the edge */
	assert_int_equal(after.advance_high, 150000);
	assert_int_equal(findings.n, 0);
	rollup_free(builder);
}

static void a_channel_that_was_not_read_yet_is_not_blind_since_the_boot(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_row row;
	struct rollup_pack pack;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	rollup_cut(builder, TICK_NS * 13, NULL, &row, &pack, &findings);
	assert_int_equal(row.advance_high, 0);
	rollup_free(builder);
}

static void a_cut_within_a_gap_but_no_edge_widens_nothing(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, -1);
	struct rollup_row before = cut(builder, false, &findings);
	ADD(builder, 3, -1, 150000);
	struct rollup_row after = cut(builder, true, &findings);
	assert_int_equal(before.advance_high + after.advance_high, 150000);
	assert_int_equal(before.advance_low + after.advance_low, 150000);
	rollup_free(builder);
}

static void a_counter_that_stands_still_is_stuck(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, 40000, 40000, 40000, 40000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 40000);
	/* Four ticks at 1 W, and the one before, in which it may have frozen. */
	assert_int_equal(row.advance_high, 40000 + 500000);
	assert_int_equal(findings.n, 1);
	assert_int_equal(findings.items[0].kind, FINDING_STUCK);
	rollup_free(builder);
}

static void a_short_pause_is_not_stuck(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, 40000, 40000, 80000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(findings.n, 0);
	assert_int_equal(row.advance_high, 80000);
	rollup_free(builder);
}

static void a_jump_back_is_no_wrap(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 500000, 540000, 300000, 340000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.wraps, 0);
	assert_int_equal(row.advance, 80000);
	/* What it drew during the jump is unknown, up to 1 W for a tick and two sensor steps. */
	assert_int_equal(row.advance_low, 80000);
	assert_in_range(row.advance_high, 180000, 183000);
	assert_int_equal(findings.items[0].kind, FINDING_IMPLAUSIBLE);
	rollup_free(builder);
}

static void an_edge_right_after_a_cut_still_settles_the_gap(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, -1, -1);
	assert_int_equal(cut(builder, false, &findings).advance_high, 40000);
	struct rollup_row row;
	struct rollup_pack pack;
	rollup_cut(builder, 1, NULL, &row, &pack, &findings);
	assert_int_equal(pack.size, 0);
	assert_int_equal(row.n + row.n_failed, 0);
	assert_int_equal(row.begin_mono_ns, row.end_mono_ns);
	assert_int_equal(row.advance_low, 0);
	assert_int_equal(row.advance_high, 200000); /* two ticks at 1 W */
	rollup_free(builder);
}

static void counts_may_fall_a_little(void **state)
{
	(void)state;
	const struct rollup_channel events = { .is_counter = true,
					       .rule = { .unit_per_raw = 1 } };
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&events, 16);
	ADD(builder, 0, 0, 1000, 990, 2000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 2000);
	assert_int_equal(findings.n, 0);
	rollup_free(builder);
}

/* Seconds of two processors, in ticks of 10 ms: each interval of 0.1 s has 20 at most, and as many again
 * that were booked late. */
static void processors_cannot_work_longer_than_there_was_time(void **state)
{
	(void)state;
	const struct rollup_channel busy = { .is_counter = true,
					     .is_time = true,
					     .rule = { .unit_per_raw = 0.01,
						       .max_power_w = 4,
						       .update_interval_ns = 10000000 } };
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&busy, 16);
	ADD(builder, 0, 1000, 1010, 1030, 901030, 901040, 40, 60);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 60); /* without the jump and the fall */
	assert_int_equal(row.advance_low, 60);
	assert_in_range(row.advance_high, 60 + 2 * 40, 60 + 2 * 50);
	assert_int_equal(findings.n, 2);
	assert_int_equal(findings.items[0].kind, FINDING_IMPLAUSIBLE);
	ADD(builder, 7, -1, -1); /* and at the edge nobody knows */
	row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 0);
	assert_in_range(row.advance_high, 80, 90);
	rollup_free(builder);
}

static void a_gauge_has_a_mean_and_no_advance(void **state)
{
	(void)state;
	const struct rollup_channel gauge = { .rule = { .unit_per_raw = 1 } };
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&gauge, 16);
	ADD(builder, 0, 10, 20, 60);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 0);
	assert_true(row.mean_raw > 29.99 && row.mean_raw < 30.01);
	assert_int_equal(row.min_raw, 10);
	assert_int_equal(row.max_raw, 60);
	rollup_free(builder);
}

static void a_late_counter_is_no_fault_and_its_age_is_kept(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	/* three ticks' joules at once: more than one tick may bring */
	ADD(builder, 0, 0, 0, 150000, 150000, 150000, 390000, 390000, 390000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 390000);
	assert_int_equal(findings.n, 0);
	assert_int_equal(row.still_ns, 4 * TICK_NS); /* seen for two, four at most */
	rollup_free(builder);
}

static void a_counter_that_begins_frozen_may_show_joules_from_before(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 0, 0, 90000, 130000, 170000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 170000);
	assert_int_equal(row.advance_low, 80000);
	rollup_free(builder);
}

static void a_counter_that_moves_at_each_reading_has_no_age(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 10000, 20000, 30000);
	assert_int_equal(cut(builder, true, &findings).still_ns, 0);
	rollup_free(builder);
}

static void a_slow_reading_at_an_edge_counts_as_age(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	const struct sample slow = { .mono_ns = TICK_NS * 9, .half_ns = 5000000 };
	assert_true(rollup_add(builder, &slow));
	ADD(builder, 0, 10000, 20000);
	assert_int_equal(cut(builder, true, &findings).still_ns, 11000000);
	rollup_free(builder);
}

static void a_counter_that_fails_and_comes_back_frozen_widens_the_bound(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, 0, 40000, -1, -1, 60000, 60000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 60000);
	assert_in_range(row.advance_high, 40000 + 400000, 60000 + 400000);
	rollup_free(builder);
}

/* 1 mW steps, at most 10 W. */
static const struct rollup_channel watts = {
	.is_power = true,
	.tick_interval_ns = TICK_NS,
	.rule = { .unit_per_raw = 1e-3, .max_power_w = 10 },
};

static void power_holds_for_the_interval_that_ends_at_its_reading(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&watts, 16);
	ADD(builder, 0, 1000, 2000, 2000, 500);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 450); /* 0.1 s * (2000 + 2000 + 500) mW */
	/* of the readings around each interval: 1000, 1000, 500 and 2000 each */
	assert_in_range(row.advance_low, 249, 250);
	assert_in_range(row.advance_high, 600, 603);
	rollup_free(builder);
}

static void small_powers_add_up_over_many_readings(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&watts, 128);
	for (int i = 0; i < 101; i++)
		ADD(builder, i, 3);
	struct rollup_row row = cut(builder, true, &findings);
	assert_in_range(row.advance, 29, 30); /* 10 s * 3 mW, though one tick has 0.3 mJ */
	rollup_free(builder);
}

static void power_that_could_not_be_read_is_bounded_by_nothing_and_the_most(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&watts, 16);
	ADD(builder, 0, 1000, 1000, -1, -1, 1000, -1);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 100 + 300);
	assert_int_equal(row.advance_low, 100);
	/* 0.3 s before and 0.1 s after the last good one at 10 W */
	assert_in_range(row.advance_high, 100 + 3000 + 1000, 100 + 3000 + 1000 + 2);
	assert_int_equal(findings.n, 2);
	assert_int_equal(findings.items[0].kind, FINDING_READ_ERROR);
	rollup_free(builder);
}

static void power_that_was_read_late_is_bounded_by_nothing_and_the_most(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&watts, 16);
	ADD(builder, 0, 1000, 1000, 1000); /* 0.2 s, regular */
	ADD(builder, 10, 1000);            /* 0.8 s later */
	ADD(builder, 11, 1000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 1100);
	assert_int_equal(row.advance_low, 300);
	assert_in_range(row.advance_high, 300 + 8000, 300 + 8000 + 4);
	rollup_free(builder);
}

static void a_slow_gauge_is_bounded_by_its_readings_at_whatever_pace(void **state)
{
	(void)state;
	struct rollup_channel slow = watts;
	struct finding_list findings;
	slow.rule.update_interval_ns = 10 * TICK_NS;
	struct rollup_builder *builder = rollup_new(&slow, 16);
	ADD(builder, 0, 1000, 1000);
	ADD(builder, 16, 1000); /* 1.5 s later: no two updates */
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 1600);
	assert_in_range(row.advance_low, 1599, 1600);
	assert_in_range(row.advance_high, 1600, 1603);
	rollup_free(builder);
}

static void a_rollup_without_a_good_reading_has_no_values(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 16);
	ADD(builder, 0, -1, -1, -1);
	struct rollup_row row = cut(builder, true, &findings);
	assert_false(row.has_raw);
	assert_int_equal(row.n, 0);
	assert_int_equal(row.advance_low, 0);
	assert_int_equal(row.advance_high,
			 200000); /* two ticks at 1 W: not silently zero */
	rollup_free(builder);
}

static void a_full_rollup_asks_to_be_cut(void **state)
{
	(void)state;
	struct finding_list findings;
	struct rollup_builder *builder = rollup_new(&joules, 2);
	const struct sample sample = { .mono_ns = TICK_NS * 99, .raw = 3 };
	ADD(builder, 0, 1, 2);
	assert_false(rollup_add(builder, &sample));
	cut(builder, false, &findings);
	assert_true(rollup_add(builder, &sample));
	rollup_free(builder);
}

static void any_cutting_of_random_readings_sums_to_the_truth(void **state)
{
	(void)state;
	srand(2);
	for (int round = 0; round < 200; round++) {
		struct rollup_builder *builder = rollup_new(&joules, 64);
		struct finding_list findings;
		int64_t truth = rand() % 1000000, begin = truth, sum = 0;
		for (int tick = 0; tick < 60; tick++) {
			ADD(builder, tick,
			    rand() % 5 || tick == 0 || tick == 59 ? truth % 1000000 : -1);
			if (tick < 59)
				truth += 1 + rand() % 90000;
			if (rand() % 7 == 0)
				sum += cut(builder, false, &findings).advance;
		}
		if (rollup_length(builder) > 0)
			sum += cut(builder, true, &findings).advance;
		assert_int_equal(sum, truth - begin);
		rollup_free(builder);
	}
}

static void a_power_that_cannot_be_is_a_gap_and_no_joule(void **state)
{
	(void)state;
	struct rollup_channel meter = watts;
	struct finding_list findings;
	meter.rule.is_never_zero = true;
	struct rollup_builder *builder = rollup_new(&meter, 16);
	ADD(builder, 0, 1000, 1000, 4294967295000, 0, 1000, 1000);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.n, 4);
	assert_int_equal(row.n_failed, 2);
	assert_int_equal(row.max_raw, 1000);
	assert_int_equal(row.min_raw, 1000);
	assert_int_equal(row.advance, 500); /* the next good one stands for the gap */
	assert_int_equal(row.advance_low, 200);
	assert_in_range(row.advance_high, 200 + 3000, 200 + 3000 + 4);
	assert_int_equal(findings.n, 1);
	assert_int_equal(findings.items[0].kind, FINDING_IMPLAUSIBLE);
	rollup_free(builder);
}

static void a_meter_that_only_says_zero_has_no_reading(void **state)
{
	(void)state;
	struct rollup_channel meter = watts;
	struct finding_list findings;
	meter.rule.is_never_zero = true;
	struct rollup_builder *builder = rollup_new(&meter, 16);
	ADD(builder, 0, 0, 0, 0, 0);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.n, 0);
	assert_true(row.advance_high > 0);
	rollup_free(builder);
}

/* 1 W at most: 1.5 W in steps of which each is within what two intervals of 100 ms allow. */
static void a_counter_that_is_too_fast_for_long_shows_no_joule(void **state)
{
	(void)state;
	struct rollup_channel board = joules;
	struct finding_list findings;
	board.rule.wrap_range = 0;
	board.rule.update_interval_ns = TICK_NS;
	struct rollup_builder *builder = rollup_new(&board, 32);
	for (int i = 0; i < 30; i++)
		ADD(builder, i, 150000 * (int64_t)i);
	struct rollup_row row = cut(builder, true, &findings);
	assert_int_equal(row.advance, 0);
	assert_int_equal(row.advance_low, 0);
	assert_in_range(row.advance_high, 2900000, 3300000);
	assert_int_equal(findings.items[0].kind, FINDING_IMPLAUSIBLE);
	rollup_free(builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reading_that_took_long_is_no_jump),
		cmocka_unit_test(the_advance_is_last_minus_first),
		cmocka_unit_test(nothing_is_lost_between_two_rollups),
		cmocka_unit_test(a_wrap_is_counted_and_resolved),
		cmocka_unit_test(failed_readings_lose_no_joule_when_the_counter_comes_back),
		cmocka_unit_test(a_counter_that_stays_away_widens_the_upper_bound),
		cmocka_unit_test(an_edge_within_a_gap_widens_both_sides),
		cmocka_unit_test(an_edge_without_a_reading_widens_both_sides),
		cmocka_unit_test(
		    a_channel_that_was_not_read_yet_is_not_blind_since_the_boot),
		cmocka_unit_test(a_cut_within_a_gap_but_no_edge_widens_nothing),
		cmocka_unit_test(a_counter_that_stands_still_is_stuck),
		cmocka_unit_test(a_short_pause_is_not_stuck),
		cmocka_unit_test(a_jump_back_is_no_wrap),
		cmocka_unit_test(an_edge_right_after_a_cut_still_settles_the_gap),
		cmocka_unit_test(counts_may_fall_a_little),
		cmocka_unit_test(processors_cannot_work_longer_than_there_was_time),
		cmocka_unit_test(a_gauge_has_a_mean_and_no_advance),
		cmocka_unit_test(a_late_counter_is_no_fault_and_its_age_is_kept),
		cmocka_unit_test(a_counter_that_begins_frozen_may_show_joules_from_before),
		cmocka_unit_test(a_counter_that_moves_at_each_reading_has_no_age),
		cmocka_unit_test(a_slow_reading_at_an_edge_counts_as_age),
		cmocka_unit_test(
		    a_counter_that_fails_and_comes_back_frozen_widens_the_bound),
		cmocka_unit_test(power_holds_for_the_interval_that_ends_at_its_reading),
		cmocka_unit_test(small_powers_add_up_over_many_readings),
		cmocka_unit_test(
		    power_that_could_not_be_read_is_bounded_by_nothing_and_the_most),
		cmocka_unit_test(
		    power_that_was_read_late_is_bounded_by_nothing_and_the_most),
		cmocka_unit_test(a_slow_gauge_is_bounded_by_its_readings_at_whatever_pace),
		cmocka_unit_test(a_rollup_without_a_good_reading_has_no_values),
		cmocka_unit_test(a_full_rollup_asks_to_be_cut),
		cmocka_unit_test(any_cutting_of_random_readings_sums_to_the_truth),
		cmocka_unit_test(a_power_that_cannot_be_is_a_gap_and_no_joule),
		cmocka_unit_test(a_meter_that_only_says_zero_has_no_reading),
		cmocka_unit_test(a_counter_that_is_too_fast_for_long_shows_no_joule),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
