/* The search on candidates without noise worth the name: what it finds, and what it says where it finds
 * nothing. */
#include <config.h>

#include "profiler/search/search.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <string.h>

enum { LEVELS = 9 };

/* Two techniques: one bends early, one late; the third does nothing. */
struct rig {
	size_t n_trials, n_most, failing_level;
	size_t order[4096];
	bool is_useless_only, is_failing_at_first;
};

static double joules_of(const struct rig *rig, const struct search_point *point)
{
	double a = (double)point->level[0] / (LEVELS - 1);
	double b = (double)point->level[1] / (LEVELS - 1);
	return rig->is_useless_only ? 1 : exp(-a - b);
}

static double quality_of(const struct search_point *point)
{
	double a = (double)point->level[0] / (LEVELS - 1);
	double b = (double)point->level[1] / (LEVELS - 1);
	return 0.9 - 0.1 * a * a - 0.12 * b * b;
}

static int measure(void *state, const struct search_point *point, size_t block,
		   struct outcome *outcome)
{
	static const double noise[] = {
		0.004, -0.003, 0.001, -0.004, 0.002, -0.001, 0.003
	};
	struct rig *rig = state;
	(void)block;
	if (rig->n_most > 0 && rig->n_trials >= rig->n_most)
		return SEARCH_STOPPED;
	rig->order[rig->n_trials % 4096] = point->level[0] * LEVELS + point->level[1];
	double off = noise[rig->n_trials++ % (sizeof(noise) / sizeof(noise[0]))];
	if (rig->is_failing_at_first ||
	    (rig->failing_level > 0 && point->level[0] >= rig->failing_level)) {
		outcome->has_failed = true;
		return 0;
	}
	*outcome = (struct outcome){ .cost = joules_of(rig, point) * exp(off),
				     .has_quality = true,
				     .quality = quality_of(point) };
	return 0;
}

static void search(struct rig *rig, double budget, double least,
		   struct search_result *result)
{
	const struct search_options options = {
		.space = { 2, { LEVELS, LEVELS } },
		.limits = { budget, true, least },
		.trials_most = 30,
		.seed = 1,
	};
	const struct search_rig who = { measure, rig };
	bool is_out_of_memory;
	assert_int_equal(search_run(&options, &who, result, &is_out_of_memory), 0);
}

static struct search_result result;

static void the_best_combination_is_found(void **state)
{
	(void)state;
	struct rig rig = { 0 };
	double best = 0, budget = 0.45;
	search(&rig, budget, 0.8, &result);
	for (size_t a = 0; a < LEVELS; a++)
		for (size_t b = 0; b < LEVELS; b++) {
			struct search_point point = { { a, b } };
			if (joules_of(&rig, &point) <= budget)
				best = fmax(best, quality_of(&point));
		}
	const struct searched *chosen = &result.candidates[result.chosen];
	assert_true(result.is_found);
	assert_true(joules_of(&rig, &chosen->point) <= budget);
	assert_true(quality_of(&chosen->point) >= best - 0.003);
	assert_true(chosen->cost.high <= budget);
	assert_int_equal(chosen->verdict, VERDICT_FITS);
}

static void the_mildest_is_chosen_where_it_fits(void **state)
{
	(void)state;
	struct rig rig = { 0 };
	search(&rig, 1.5, 0.8, &result);
	assert_true(result.is_found);
	assert_int_equal(result.chosen, 0);
	assert_true(result.n <= 2);
}

static void nothing_fits_below_what_the_strongest_costs(void **state)
{
	(void)state;
	struct rig rig = { 0 };
	search(&rig, 0.12, 0, &result);
	assert_false(result.is_found);
	const struct search_point *nearest = &result.candidates[result.nearest].point;
	assert_int_equal(nearest->level[0], LEVELS - 1);
	assert_int_equal(nearest->level[1], LEVELS - 1);
}

static void nothing_fits_where_what_is_cheap_enough_is_too_bad(void **state)
{
	(void)state;
	struct rig rig = { 0 };
	search(&rig, 0.45, 0.89, &result);
	assert_false(result.is_found);
	assert_false(result.is_stopped);
}

/* What failed costs nothing that is known, which is not little. */
static void what_failed_is_not_the_nearest(void **state)
{
	(void)state;
	struct rig rig = { .failing_level = 1 };
	search(&rig, 0.12, 0, &result);
	assert_false(result.is_found);
	assert_true(result.has_nearest);
	assert_int_equal(result.candidates[result.nearest].point.level[0], 0);
	assert_int_not_equal(result.candidates[result.nearest].verdict, VERDICT_FAILED);
	rig = (struct rig){ .n_most = 6 };
	search(&rig, 0.12, 0, &result);
	assert_true(result.has_nearest);
	rig = (struct rig){ .n_most = 1, .is_failing_at_first = true };
	search(&rig, 0.12, 0, &result);
	assert_false(result.has_nearest);
}

/* Three that reach far, and one that does not, but for nothing. */
static double steps_of(const struct search_point *point, double *quality)
{
	double saved = 0.7 * (double)point->level[3];
	*quality = 0.9;
	for (size_t t = 0; t < 3; t++) {
		double share = (double)point->level[t] / (LEVELS - 1);
		saved += 1.6 * share;
		*quality -= (0.10 + 0.01 * (double)t) * share * share;
	}
	return exp(-saved);
}

static int measure_four(void *state, const struct search_point *point, size_t block,
			struct outcome *outcome)
{
	static const double noise[] = {
		0.004, -0.003, 0.001, -0.004, 0.002, -0.001, 0.003
	};
	size_t *n = state;
	double quality, joules = steps_of(point, &quality);
	(void)block;
	*outcome = (struct outcome){ .cost = joules * exp(noise[(*n)++ % 7]),
				     .has_quality = true,
				     .quality = quality };
	return 0;
}

static void search_four(double budget)
{
	size_t n = 0;
	const struct search_options options = {
		.space = { 4, { LEVELS, LEVELS, LEVELS, 2 } },
		.limits = { budget, true, 0.8 },
		.trials_most = 30,
		.seed = 1,
	};
	const struct search_rig rig = { measure_four, &n };
	bool is_out_of_memory;
	assert_int_equal(search_run(&options, &rig, &result, &is_out_of_memory), 0);
}

static void a_small_step_for_nothing_is_taken(void **state)
{
	(void)state;
	search_four(exp(-1.9));
	assert_true(result.is_found);
	assert_int_equal(result.candidates[result.chosen].point.level[3], 1);
}

/* What comes later may take long to make. */
static void two_techniques_are_combined_before_the_third_is_tried(void **state)
{
	(void)state;
	size_t both = 0, third = 0;
	search_four(exp(-1.9));
	while (both < result.n && (result.candidates[both].point.level[0] == 0 ||
				   result.candidates[both].point.level[1] == 0))
		both++;
	while (third < result.n && result.candidates[third].point.level[2] == 0)
		third++;
	assert_true(both < third);
}

static void what_answers_as_well_as_the_mildest_ends_the_search(void **state)
{
	(void)state;
	search_four(exp(-0.6));
	assert_true(result.is_found);
	assert_int_equal(result.candidates[result.chosen].point.level[3], 1);
	assert_int_equal(result.chosen, result.n - 1);
}

static void a_technique_that_saves_nothing_is_named(void **state)
{
	(void)state;
	struct rig rig = { .is_useless_only = true };
	search(&rig, 0.5, 0, &result);
	assert_false(result.is_found);
	assert_true(result.is_useless[0] && result.is_useless[1]);
	assert_true(result.n <= 3);
}

static void levels_that_fail_are_not_chosen(void **state)
{
	(void)state;
	struct rig rig = { .failing_level = 3 };
	search(&rig, 0.5, 0.7, &result);
	if (result.is_found)
		assert_true(result.candidates[result.chosen].point.level[0] < 3);
	for (size_t i = 0; i < result.n; i++)
		if (result.candidates[i].point.level[0] >= 3)
			assert_int_equal(result.candidates[i].verdict, VERDICT_FAILED);
}

static void the_same_seed_gives_the_same_search(void **state)
{
	(void)state;
	static struct rig one, other;
	search(&one, 0.45, 0.8, &result);
	search(&other, 0.45, 0.8, &result);
	assert_int_equal(one.n_trials, other.n_trials);
	assert_memory_equal(one.order, other.order, sizeof(one.order));
}

static void a_search_that_is_stopped_says_so(void **state)
{
	(void)state;
	struct rig rig = { .n_most = 5 };
	search(&rig, 0.45, 0.8, &result);
	assert_true(result.is_stopped);
	assert_int_equal(result.n_trials, 5);
	assert_false(result.is_found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_combination_is_found),
		cmocka_unit_test(the_mildest_is_chosen_where_it_fits),
		cmocka_unit_test(nothing_fits_below_what_the_strongest_costs),
		cmocka_unit_test(nothing_fits_where_what_is_cheap_enough_is_too_bad),
		cmocka_unit_test(what_failed_is_not_the_nearest),
		cmocka_unit_test(a_small_step_for_nothing_is_taken),
		cmocka_unit_test(two_techniques_are_combined_before_the_third_is_tried),
		cmocka_unit_test(what_answers_as_well_as_the_mildest_ends_the_search),
		cmocka_unit_test(a_technique_that_saves_nothing_is_named),
		cmocka_unit_test(levels_that_fail_are_not_chosen),
		cmocka_unit_test(the_same_seed_gives_the_same_search),
		cmocka_unit_test(a_search_that_is_stopped_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
