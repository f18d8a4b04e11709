/* Two things by block, made into pairs. */
#include <config.h>

#include "reports/statistics/pairing.h"
#include "tests/unit/cmocka.h"

#include <math.h>

static void expect(double value, double expected)
{
	if (fabs(value - expected) > 1e-6 * fabs(expected))
		fail_msg("%.9g, not %.9g", value, expected);
}

/* A trial of that block that took so much, which the meter knows within that share of it. */
struct taken {
	int64_t block;
	double joules, step;
};

static struct block_list logs_of(const struct taken *taken, size_t n, struct arena *arena)
{
	struct block_value *values = arena_room(arena, n * sizeof(*values));
	for (size_t i = 0; i < n; i++)
		values[i] = (struct block_value){ .block = taken[i].block,
						  .value = log(taken[i].joules),
						  .step = taken[i].step };
	return blocks_merge(values, n);
}

static void a_ratio_pairs_the_trials_of_a_block(void **state)
{
	(void)state;
	/* Blocks 1 and 2 hold both: ratios 1/2 and 1/8, geometric mean 1/4. ln: +-0.693147
	 * about the mean, sd 0.980258; t(0.975, 1) = 12.706205; / sqrt(2): 8.807270. */
	const struct taken a[] = { { 2, 80, 0 }, { 1, 20, 0 } };
	const struct taken b[] = { { 1, 10, 0 }, { 2, 10, 0 }, { 3, 1, 0 } };
	struct arena *arena = arena_new();
	struct pairing pairs = pairing_of(logs_of(a, 2, arena), logs_of(b, 3, arena), true,
					  arena);
	assert_true(pairs.is_paired);
	assert_int_equal(pairs.t.n, 2);
	expect(exp(pairs.t.mean), 0.25);
	expect(pairs.t.ci95.high - pairs.t.mean, 8.807270);
	expect(pairs.t.mean - pairs.t.ci95.low, 8.807270);
	arena_free(arena);
}

static void a_block_counts_once_however_often_both_ran_in_it(void **state)
{
	(void)state;
	/* twice each in both blocks: two pairs of the geometric means, 1 and 4 */
	const struct taken a[] = { { 1, 20, 0 }, { 1, 20, 0 }, { 2, 10, 0 }, { 2, 10, 0 } };
	const struct taken b[] = { { 1, 10, 0 }, { 1, 40, 0 }, { 2, 20, 0 }, { 2, 80, 0 } };
	struct arena *arena = arena_new();
	struct pairing pairs = pairing_of(logs_of(a, 4, arena), logs_of(b, 4, arena), true,
					  arena);
	assert_int_equal(pairs.t.n, 2);
	expect(exp(pairs.t.mean), 2);
	arena_free(arena);
}

static void what_shares_no_block_or_no_campaign_is_two_groups(void **state)
{
	(void)state;
	const struct taken a[] = { { 1, 10, 0 }, { 2, 12, 0 } };
	const struct taken b[] = { { 3, 20, 0 }, { 4, 24, 0 } };
	struct arena *arena = arena_new();
	struct pairing apart = pairing_of(logs_of(a, 2, arena), logs_of(b, 2, arena), true,
					  arena);
	assert_false(apart.is_paired);
	expect(exp(apart.t.mean), 2);
	assert_true(apart.t.ci95.low < apart.t.mean);
	assert_false(
	    pairing_of(logs_of(a, 2, arena), logs_of(a, 2, arena), false, arena).is_paired);
	arena_free(arena);
}

/* Equal readings of a meter in steps of 1 %: the ratio is 1/2 within the two steps. */
static void equal_figures_are_as_sure_as_the_meter(void **state)
{
	(void)state;
	const struct taken a[] = { { 1, 20, 0.01 }, { 2, 20, 0.01 } };
	const struct taken b[] = { { 1, 10, 0.01 }, { 2, 10, 0.01 } };
	struct arena *arena = arena_new();
	struct pairing pairs = pairing_of(logs_of(a, 2, arena), logs_of(b, 2, arena), true,
					  arena);
	expect(exp(pairs.t.mean), 0.5);
	expect(pairs.t.mean - pairs.t.ci95.low, 0.02);
	expect(pairs.t.ci95.high - pairs.t.mean, 0.02);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ratio_pairs_the_trials_of_a_block),
		cmocka_unit_test(a_block_counts_once_however_often_both_ran_in_it),
		cmocka_unit_test(what_shares_no_block_or_no_campaign_is_two_groups),
		cmocka_unit_test(equal_figures_are_as_sure_as_the_meter),
	};
	return cmocka_run_group_tests_name("pairing", tests, NULL, NULL);
}
