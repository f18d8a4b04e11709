/* A policy learns what is worth most, hopes as far as it is told to, and forgets as fast. */
#include <config.h>

#include "models/train/bandit.h"
#include "models/train/tastes.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static void the_bound_is_the_ridge_mean_and_so_many_deviations(void **state)
{
	(void)state;
	const double x = 1;
	for (int hopes = 0; hopes < 2; hopes++) {
		struct bandit *bandit = bandit_new(&(struct bandit_settings){
		    .arms = 2, .width = 1, .ridge = 1, .optimism = hopes, .memory = 1 });
		for (int i = 0; i < 10; i++)
			bandit_learn(bandit, 0, &x, i < 6);
		bandit_learn(bandit, 1, &x, 1);
		/* 6 / 11 is above 1 / 2; with a deviation, 0.545 + 0.302 is below 0.5 + 0.707 */
		assert_int_equal(bandit_choose(bandit, &x), hopes);
		bandit_free(bandit);
	}
}

/* Two contexts that share a number: what is right in one is wrong in the other. */
static void each_context_has_its_own_best(void **state)
{
	(void)state;
	const double contexts[2][3] = { { 1, 0, 1 }, { 0, 1, 1 } };
	struct bandit *bandit = bandit_new(&(struct bandit_settings){
	    .arms = 2, .width = 3, .ridge = 1, .optimism = 0.5, .memory = 1 });
	for (size_t i = 0; i < 400; i++) {
		const double *x = contexts[i % 2];
		size_t arm = bandit_choose(bandit, x);
		bandit_learn(bandit, arm, x, arm == i % 2);
	}
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(bandit_choose(bandit, contexts[i]), i);
	bandit_reset(bandit);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(bandit_choose(bandit, contexts[i]), 0);
	bandit_free(bandit);
}

/* After the best arm has changed. */
static size_t right_after_change(double memory)
{
	const double x = 1;
	size_t right = 0;
	struct bandit *bandit = bandit_new(&(struct bandit_settings){
	    .arms = 2, .width = 1, .ridge = 1, .optimism = 0.3, .memory = memory });
	for (size_t i = 0; i < 1000; i++) {
		size_t best = i >= 500, arm = bandit_choose(bandit, &x);
		bandit_learn(bandit, arm, &x, arm == best);
		right += i >= 500 && arm == best;
	}
	bandit_free(bandit);
	return right;
}

static void who_forgets_finds_the_new_best_sooner(void **state)
{
	(void)state;
	assert_true(right_after_change(0.98) > right_after_change(1));
}

static void tastes_are_the_seeds_and_drift_as_often_as_they_are_told(void **state)
{
	(void)state;
	struct tastes one, same, still;
	size_t changes = 0;
	assert_int_equal(tastes_open(&one, 5, 0.1), 0);
	assert_int_equal(tastes_open(&same, 5, 0.1), 0);
	assert_int_equal(tastes_open(&still, 5, 0), 0);
	for (size_t i = 0; i < 1000; i++) {
		double before[N_SKINS][N_BUDGETS][N_INGREDIENTS];
		memcpy(before, one.p, sizeof(before));
		double chance = tastes_next(&one);
		assert_float_equal(chance, tastes_next(&same), 0);
		assert_true(chance >= 0 && chance < 1);
		changes += memcmp(before, one.p, sizeof(before)) != 0;
		memcpy(before, still.p, sizeof(before));
		tastes_next(&still);
		assert_memory_equal(before, still.p, sizeof(before));
	}
	assert_memory_equal(one.p, same.p, sizeof(one.p));
	assert_in_range(changes, 60, 140); /* of 100 +- 9.5 */
	tastes_close(&one);
	tastes_close(&same);
	tastes_close(&still);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bound_is_the_ridge_mean_and_so_many_deviations),
		cmocka_unit_test(each_context_has_its_own_best),
		cmocka_unit_test(who_forgets_finds_the_new_best_sooner),
		cmocka_unit_test(tastes_are_the_seeds_and_drift_as_often_as_they_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
