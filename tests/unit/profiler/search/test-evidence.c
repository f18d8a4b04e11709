/* Candidates are placed by the blocks they share, and drift falls on the blocks. */
#include <config.h>

#include "profiler/search/evidence.h"
#include "profiler/search/verdict.h"
#include "tests/unit/cmocka.h"

#include <math.h>

static void add(struct evidence *evidence, size_t candidate, size_t block, double cost)
{
	const struct outcome outcome = { .cost = cost };
	assert_int_equal(evidence_add(evidence, candidate, block, &outcome), 0);
}

/* Hand-picked noise, in log cost. */
static const double noise[] = { 0.01, -0.02, 0.005, -0.01, 0.015, 0.002, -0.004, -0.001 };
enum { N_NOISE = sizeof(noise) / sizeof(noise[0]) };

/* The second costs half of the first, the third half of the second, and the machine gets ever hungrier; the
 * third never runs beside the first. */
static struct evidence *chain(size_t n_blocks, double drift)
{
	struct evidence *evidence = evidence_new();
	for (size_t b = 0; b < n_blocks; b++) {
		double level = exp(drift * (double)b);
		size_t dear = b < n_blocks / 2 ? 0 : 1;
		add(evidence, dear, b,
		    level * exp(noise[b % N_NOISE]) / (double)(dear + 1));
		add(evidence, dear + 1, b,
		    level * exp(noise[(b + 3) % N_NOISE]) / (double)(2 * dear + 2));
	}
	assert_int_equal(evidence_solve(evidence), 0);
	return evidence;
}

static void ratios_hold_through_drift(void **state)
{
	(void)state;
	struct evidence *evidence = chain(16, 0.1);
	struct placed ratio = evidence_ratio(evidence, 2, 0);
	assert_float_equal(ratio.mean, log(0.25), 0.02);
	assert_true(ratio.error < 0.03);
	assert_float_equal(evidence_ratio(evidence, 0, 2).mean, -ratio.mean, 1e-12);
	evidence_free(evidence);
}

static void drift_widens_what_a_candidate_costs(void **state)
{
	(void)state;
	struct evidence *still = chain(16, 0), *moving = chain(16, 0.1);
	assert_true(evidence_cost(moving, 1).error > 3 * evidence_cost(still, 1).error);
	assert_float_equal(evidence_cost(still, 1).mean, log(0.5), 0.02);
	evidence_free(still);
	evidence_free(moving);
}

static bool is_placed(const struct evidence *evidence, size_t candidate)
{
	return !isnan(evidence_cost(evidence, candidate).mean);
}

static bool is_unsure(const struct evidence *evidence, size_t candidate)
{
	return evidence_cost(evidence, candidate).error > 1e300;
}

static void what_shares_no_block_has_no_place(void **state)
{
	(void)state;
	struct evidence *evidence = chain(8, 0);
	add(evidence, 5, 8, 1);
	add(evidence, 6, 8, 1);
	assert_int_equal(evidence_solve(evidence), 0);
	assert_false(is_placed(evidence, 5));
	assert_false(is_placed(evidence, 4));
	assert_true(is_placed(evidence, 2));
	evidence_free(evidence);
}

static void a_trial_or_two_say_nothing_for_sure(void **state)
{
	(void)state;
	struct evidence *evidence = evidence_new();
	add(evidence, 0, 0, 1);
	assert_int_equal(evidence_solve(evidence), 0);
	assert_true(is_unsure(evidence, 0));
	add(evidence, 1, 0, 2);
	assert_int_equal(evidence_solve(evidence), 0);
	assert_true(is_unsure(evidence, 1));
	evidence_free(evidence);
}

static void equal_qualities_have_no_spread(void **state)
{
	(void)state;
	struct evidence *evidence = evidence_new();
	const struct outcome outcome = { .cost = 1, .has_quality = true, .quality = 0.1 };
	for (size_t b = 0; b < 7; b++)
		evidence_add(evidence, 0, b, &outcome);
	assert_true(evidence_tally(evidence, 0)->quality_sd == 0);
	assert_true(evidence_tally(evidence, 0)->quality == 0.1);
	evidence_free(evidence);
}

/* --- verdicts --------------------------------------------------------------------------- */

static void what_a_meter_leaves_open_no_number_of_trials_decides(void **state)
{
	(void)state;
	struct evidence *evidence = evidence_new();
	const struct outcome outcome = { .cost = 1,
					 .share_below = 0.5,
					 .share_above = 0.5 };
	for (size_t b = 0; b < 12; b++) {
		assert_int_equal(evidence_add(evidence, 0, b, &outcome), 0);
		assert_int_equal(evidence_add(evidence, 1, b, &outcome), 0);
	}
	assert_int_equal(evidence_solve(evidence), 0);
	struct bounds cost = verdict_cost(evidence, 1, 1);
	assert_true(fabs(cost.low - 0.5) < 1e-6 && fabs(cost.high - 1.5) < 1e-6);
	struct search_limits limits = { .budget = 1.4 };
	assert_int_equal(verdict_of(evidence, 1, 1, &limits, 1), VERDICT_UNDECIDED);
	assert_true(verdict_needs(evidence, 1, &limits).is_meter_open);
	assert_true(isinf(verdict_needs(evidence, 1, &limits).trials));
	limits.budget = 1.6;
	assert_int_equal(verdict_of(evidence, 1, 1, &limits, 1), VERDICT_FITS);
	evidence_free(evidence);
}

static void what_is_far_from_the_budget_is_decided_and_what_is_on_it_is_not(void **state)
{
	(void)state;
	struct evidence *evidence = chain(16, 0);
	struct search_limits limits = { .budget = 0.4 };
	assert_int_equal(verdict_of(evidence, 2, 2, &limits, 1), VERDICT_FITS);
	assert_int_equal(verdict_of(evidence, 1, 1, &limits, 1), VERDICT_COSTS_TOO_MUCH);
	limits.budget = 0.5;
	assert_int_equal(verdict_of(evidence, 1, 1, &limits, 1), VERDICT_UNDECIDED);
	assert_true(verdict_needs(evidence, 1, &limits).trials > 16);
	evidence_free(evidence);
}

static void a_share_is_as_sure_as_its_queries_are_many(void **state)
{
	(void)state;
	struct evidence *evidence = chain(16, 0);
	struct search_limits limits = { 1, true, 0.85 };
	struct outcome outcome = {
		.cost = 0.25, .has_quality = true, .quality = 0.86, .n_queries = 600
	};
	for (size_t i = 0; i < 2; i++)
		evidence_add(evidence, 2, 15, &outcome);
	assert_int_equal(evidence_solve(evidence), 0);
	assert_int_equal(verdict_of(evidence, 2, 2, &limits, 1), VERDICT_UNDECIDED);
	/* Wilson's interval of 516 of 600, by R's prop.test(516, 600, correct = FALSE) */
	assert_float_equal(verdict_quality(evidence, 2, 1).low, 0.8299, 1e-3);
	assert_true(verdict_needs(evidence, 2, &limits).queries > 2000);
	outcome.n_queries = 60000;
	evidence_add(evidence, 2, 15, &outcome);
	assert_int_equal(evidence_solve(evidence), 0);
	assert_int_equal(verdict_of(evidence, 2, 2, &limits, 1), VERDICT_FITS);
	limits.least_quality = 0.87;
	assert_int_equal(verdict_of(evidence, 2, 2, &limits, 1), VERDICT_TOO_BAD);
	evidence_free(evidence);
}

static void many_looks_together_err_no_more_than_one(void **state)
{
	(void)state;
	struct evidence *evidence = chain(16, 0);
	double single = verdict_cost(evidence, 2, 0).high;
	for (size_t look = 1; look < 20; look++)
		assert_true(verdict_cost(evidence, 2, look).high > single);
	for (size_t n = 1, look = 0; n < 100; n++)
		if (verdict_look(n) > 0)
			assert_true(verdict_look(n) == ++look);
	assert_int_equal(verdict_look(5), 0);
	assert_int_equal(verdict_look_after(5), verdict_look(6));
	evidence_free(evidence);
}

static void one_failure_may_be_chance(void **state)
{
	(void)state;
	struct evidence *evidence = chain(16, 0);
	struct search_limits limits = { .budget = 0.4 };
	const struct outcome failure = { .has_failed = true };
	evidence_add(evidence, 2, 15, &failure);
	assert_int_equal(verdict_of(evidence, 2, 2, &limits, 1), VERDICT_FITS);
	evidence_add(evidence, 3, 15, &failure);
	evidence_add(evidence, 3, 15, &failure);
	assert_int_equal(verdict_of(evidence, 3, 3, &limits, 1), VERDICT_FAILED);
	evidence_free(evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ratios_hold_through_drift),
		cmocka_unit_test(drift_widens_what_a_candidate_costs),
		cmocka_unit_test(what_shares_no_block_has_no_place),
		cmocka_unit_test(a_trial_or_two_say_nothing_for_sure),
		cmocka_unit_test(equal_qualities_have_no_spread),
		cmocka_unit_test(what_a_meter_leaves_open_no_number_of_trials_decides),
		cmocka_unit_test(
		    what_is_far_from_the_budget_is_decided_and_what_is_on_it_is_not),
		cmocka_unit_test(a_share_is_as_sure_as_its_queries_are_many),
		cmocka_unit_test(many_looks_together_err_no_more_than_one),
		cmocka_unit_test(one_failure_may_be_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
