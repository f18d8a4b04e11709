/* Figures of quality from answers that are counted by hand. The same figures of 6000 answers are held against
 * NumPy's in tests/slow/quality.bats. */
#include <config.h>

#include "models/infer/quality.h"
#include "reports/statistics/slices.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <string.h>

/* One answer: of class `answered` with the probability p, where `label` was right. */
static void answer(struct model_quality *quality, unsigned label, unsigned answered,
		   double p, bool is_cold, const char *text)
{
	struct query query = { .label = (uint8_t)label, .cold = is_cold };
	float logits[N_OUTPUTS] = { 0 };
	strcpy(query.text, text);
	/* All others share what is left. */
	logits[answered] = (float)log(p * (N_CLASSES - 1) / (1 - p));
	quality_add(quality, &query, logits);
}

/* Class 0: asked 3 times, answered 3 times, 2 right. Class 1: asked once, answered twice, 1 right. Class 2: asked
 * once, never answered. */
static struct model_quality five_answers(void)
{
	struct model_quality quality = { 0 };
	answer(&quality, 0, 0, 0.95, false, "serum");
	answer(&quality, 0, 0, 0.95, false, "serum");
	answer(&quality, 0, 1, 0.55, false, "\xe7\xb2\xbe\xe5\x8d\x8e");
	answer(&quality, 1, 1, 0.55, true, "serum");
	answer(&quality, 2, 0, 0.95, true, "serum \xe7\xb2\xbe");
	return quality;
}

static void expect(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-5))
		fail_msg("%.10g, not %.10g", value, expected);
}

static void each_class_counts_alike(void **state)
{
	(void)state;
	struct model_quality quality = five_answers();
	struct macro macro = quality_macro(&quality);
	expect(macro.precision, (2.0 / 3 + 1.0 / 2 + 0) / 3);
	expect(macro.recall, (2.0 / 3 + 1 + 0) / 3);
	expect(macro.f1, (4.0 / 6 + 2.0 / 3 + 0) / 3);
}

static void confidence_is_held_against_being_right(void **state)
{
	(void)state;
	struct model_quality quality = five_answers();
	/* three of 0.95, 2 right; two of 0.55, 1 right */
	expect(quality_calibration_error(&quality),
	       (3 * (0.95 - 2.0 / 3) + 2 * (0.55 - 0.5)) / 5);
}

static void warm_cold_and_languages_stand_apart(void **state)
{
	(void)state;
	struct model_quality quality = five_answers();
	expect(quality_slice(&quality, SLICE_WARM), 2.0 / 3);
	expect(quality_slice(&quality, SLICE_COLD), 1.0 / 2);
	expect(quality_slice(&quality, SLICE_ENGLISH), 1);
	expect(quality_slice(&quality, SLICE_CHINESE), 0);
	expect(quality_slice(&quality, SLICE_BOTH), 0);
	assert_string_equal(slice_name(SLICE_COLD).metric, "cold_top1");
	assert_string_equal(slice_name(SLICE_SKIN + 1).metric, "top1_skin_dry");
}

static double told_queries, told_share;

static void keep(const char *name, double value)
{
	if (strcmp(name, "top1_language_english") == 0)
		told_share = value;
	if (strcmp(name, "top1_language_english_queries") == 0)
		told_queries = value;
}

static void a_query_that_is_asked_again_is_one_query(void **state)
{
	(void)state;
	struct model_quality once = five_answers(), thrice = { 0 };
	quality_add_all(&thrice, &once, 3);
	quality_tell(&thrice, &once, keep);
	expect(told_share, 1);
	expect(told_queries, 3);
	expect(quality_macro(&thrice).f1, quality_macro(&once).f1);
	expect(quality_calibration_error(&thrice), quality_calibration_error(&once));
}

/* As of a training that diverged. */
static void what_is_no_number_is_not_right(void **state)
{
	(void)state;
	struct model_quality quality = { 0 };
	struct query query = { .label = 3 };
	float logits[N_OUTPUTS];
	for (size_t i = 0; i < N_OUTPUTS; i++)
		logits[i] = NAN;
	strcpy(query.text, "serum");
	quality_add(&quality, &query, logits);
	expect(quality_rate(quality.top1, quality.n), 0);
	expect(quality_rate(quality.top5, quality.n), 0);
	expect(quality_slice(&quality, SLICE_WARM), 0);
	expect(quality_calibration_error(&quality), 0);
}

static void nothing_is_known_without_answers(void **state)
{
	(void)state;
	struct model_quality none = { 0 };
	assert_true(isnan(quality_macro(&none).f1));
	assert_true(isnan(quality_calibration_error(&none)));
	assert_true(isnan(quality_slice(&none, SLICE_COLD)));
}

static void the_largest_gap_is_between_two_of_one_kind(void **state)
{
	(void)state;
	struct slice_gap gap;
	struct slice slices[] = {
		{ "skin", "dry", 0.80, 1000 },
		{ "language", "english", 0.60, 1000 },
		{ "skin", "oily", 0.90, 1000 },
		{ "skin", "dull", 0.85, 1000 },
		{ "language", "chinese", 0.65, 1000 },
	};
	assert_true(slice_gap_largest(slices, 5, &gap));
	assert_string_equal(gap.low->name, "dry");
	assert_string_equal(gap.high->name, "oily");
	expect(gap.points, 0.1);
	assert_true(gap.is_shown);
	struct slice apart[] = { { "skin", "dry", 0.80, 1000 },
				 { "language", "english", 0.60, 1000 } };
	assert_false(slice_gap_largest(apart, 2, &gap));
}

/* Newcombe's lower bound of 0.55 - 0.45 of 100 each at z = 1.96 is -0.037. */
static void a_gap_of_few_answers_may_be_chance(void **state)
{
	(void)state;
	struct slice_gap gap;
	struct slice few[] = { { "skin", "dry", 0.45, 100 },
			       { "skin", "oily", 0.55, 100 } };
	struct slice unknown[] = { { "skin", "dry", 0.1, 0 },
				   { "skin", "oily", 0.9, 100 } };
	assert_true(slice_gap_largest(few, 2, &gap));
	assert_false(gap.is_shown);
	assert_true(slice_gap_largest(unknown, 2, &gap));
	assert_false(gap.is_shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_class_counts_alike),
		cmocka_unit_test(confidence_is_held_against_being_right),
		cmocka_unit_test(warm_cold_and_languages_stand_apart),
		cmocka_unit_test(a_query_that_is_asked_again_is_one_query),
		cmocka_unit_test(what_is_no_number_is_not_right),
		cmocka_unit_test(nothing_is_known_without_answers),
		cmocka_unit_test(the_largest_gap_is_between_two_of_one_kind),
		cmocka_unit_test(a_gap_of_few_answers_may_be_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
