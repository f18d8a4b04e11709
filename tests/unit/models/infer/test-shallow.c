/* What the floors answer, and what a foreign file of theirs is refused for. */
#include <config.h>

#include "base/problem.h"
#include "models/data/task.h"
#include "models/infer/plan.h"
#include "models/infer/shallow.h"
#include "models/train/linear.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>

static const struct shopper who = { .skin = 1, .past_category = 3, .past_facet = 4 };

/* The class that rules of that knowledge answer a text with. */
static unsigned answer_to(const char *text, enum knowledge knowledge)
{
	struct problem why;
	struct query query = { .shopper = who };
	struct features features;
	struct weights *weights = shallow_rules(knowledge);
	struct plan *plan = plan_create(weights, 1, &why);
	snprintf(query.text, sizeof(query.text), "%s", text);
	features_of(&query, plan->shape.rows, &features);
	unsigned label = task_best_class(TASK_AGENT, plan_run(plan, &features, 1, &why));
	plan_free(plan);
	weights_free(weights);
	return label;
}

static unsigned class_of(unsigned category, unsigned facet)
{
	return category * N_FACETS + facet;
}

static void names_are_found_in_both_languages_the_longest_first(void **state)
{
	(void)state;
	char text[80], brand[32];
	assert_int_equal(answer_to("looking for night cream, brightening", KNOWS_NAMES),
			 class_of(3, 3));
	assert_int_equal(answer_to("想买睡眠面膜, 控油", KNOWS_NAMES), class_of(5, 0));
	/* 润唇膏 and 唇膏 are of one category, 护甲霜 and 日霜 are not */
	assert_int_equal(answer_to("护甲霜, 舒缓", KNOWS_NAMES), class_of(11, 2));
	snprintf(text, sizeof(text), "any good %s, cheap",
		 grammar_brand(7, 5, brand, sizeof(brand)));
	assert_int_equal(answer_to(text, KNOWS_NAMES), class_of(7, 5));
}

static void what_is_not_said_follows_from_the_profile(void **state)
{
	(void)state;
	assert_int_equal(answer_to("hello there", KNOWS_NAMES), class_of(3, 1));
	assert_int_equal(
	    answer_to("restock my usual, same effect as before", KNOWS_PROFILE),
	    class_of(3, 4));
}

static void what_is_not_wanted_is_taken_for_wanted_unless_negation_is_known(void **state)
{
	(void)state;
	const char *english = "not serum but mask, firming rather than cheap";
	const char *chinese = "精华换成面膜, 比便宜更紧致";
	assert_int_equal(answer_to(english, KNOWS_NAMES), class_of(2, 4));
	assert_int_equal(answer_to(english, KNOWS_NEGATION), class_of(5, 4));
	assert_int_equal(answer_to(chinese, KNOWS_NEGATION), class_of(5, 4));
}

static void a_lexicon_that_means_nothing_is_refused_with_its_entry(void **state)
{
	(void)state;
	const float wrong[] = { -1, N_MEANINGS, 1e30f, NAN };
	struct problem why;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct weights *weights = shallow_rules(KNOWS_NAMES);
		((float *)weights_find(weights, "lexicon.meaning")->data)[2] = wrong[i];
		assert_null(plan_create(weights, 1, &why));
		assert_string_equal(why.why, "entry 2 of the lexicon means nothing");
		weights_free(weights);
	}
	/* a category that there is not, and a key that no word has */
	for (size_t i = 0; i < 2; i++) {
		struct weights *weights = shallow_rules(KNOWS_NAMES);
		if (i == 0)
			((float *)weights_find(weights, "lexicon.meaning")->data)[1] = 12;
		else
			((float *)weights_find(weights, "lexicon.keys")->data)[0] = 65537;
		assert_null(plan_create(weights, 1, &why));
		assert_string_equal(why.why, "entry 1 of the lexicon means nothing");
		weights_free(weights);
	}
}

/* Of what it was taught, without noise, it finds far more than chance would, which is 1 in 72. */
static void a_linear_model_learns_names_and_answers_alike_in_any_batch(void **state)
{
	(void)state;
	enum { QUERIES = 640 };
	struct problem why;
	struct dataset data;
	float loss = 0, before = 0;
	size_t right = 0;
	struct training how = { .samples = QUERIES,
				.epochs = 1,
				.optimizer = {
				    .rate = 2e-2f, .embedding_rate = 1, .head_rate = 1 } };
	struct train_job job = { .how = &how, .data = &data, .seed = 1 };
	assert_int_equal(dataset_make(&data, 1, SPLIT_VALIDATION, QUERIES), 0);
	struct weights *weights = linear_init(1024, &why);
	assert_int_equal(linear_train(weights, &job, &before, &why), 0);
	how.epochs = 8;
	assert_int_equal(linear_train(weights, &job, &loss, &why), 0);
	assert_true(loss < before / 2);
	struct plan *one = plan_create(weights, 1, &why),
		    *many = plan_create(weights, 32, &why);
	for (size_t from = 0; from < QUERIES; from += 32) {
		struct features batch[32];
		for (size_t b = 0; b < 32; b++)
			features_of(&data.queries[from + b], 1024, &batch[b]);
		const float *logits = plan_run(many, batch, 32, &why);
		for (size_t b = 0; b < 32; b++) {
			assert_memory_equal(plan_run(one, &batch[b], 1, &why),
					    logits + b * N_OUTPUTS,
					    N_OUTPUTS * sizeof(float));
			right += task_best_class(TASK_AGENT, logits + b * N_OUTPUTS) ==
				 data.queries[from + b].label;
		}
	}
	assert_true(right > QUERIES / 2);
	plan_free(one);
	plan_free(many);
	weights_free(weights);
	dataset_free(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_in_both_languages_the_longest_first),
		cmocka_unit_test(what_is_not_said_follows_from_the_profile),
		cmocka_unit_test(
		    what_is_not_wanted_is_taken_for_wanted_unless_negation_is_known),
		cmocka_unit_test(a_lexicon_that_means_nothing_is_refused_with_its_entry),
		cmocka_unit_test(
		    a_linear_model_learns_names_and_answers_alike_in_any_batch),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
