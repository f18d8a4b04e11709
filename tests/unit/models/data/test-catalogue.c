/* The catalogue's products, how they are ranked, and what a ranking is worth. */
#include <config.h>

#include "models/data/catalogue.h"
#include "models/data/task.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static void every_product_has_attributes_that_exist(void **state)
{
	(void)state;
	static const unsigned sizes[N_WANTS] = { N_PRICES, N_SKINS, N_INGREDIENTS,
						 N_FINISHES };
	bool seen[N_WANTS][N_INGREDIENTS] = { { false } };
	for (unsigned label = 0; label < N_CLASSES; label++)
		for (unsigned brand = 0; brand < CLASS_PRODUCTS; brand++) {
			struct product product = catalogue_product(label, brand);
			assert_true(product.tier < N_TIERS);
			assert_int_equal(
			    product.concern,
			    grammar_ingredient_concern[product.wants[WANT_INGREDIENT]]);
			for (size_t want = 0; want < N_WANTS; want++) {
				assert_true(product.wants[want] < sizes[want]);
				seen[want][product.wants[want]] = true;
			}
		}
	for (size_t want = 0; want < N_WANTS; want++)
		for (unsigned value = 0; value < sizes[want]; value++)
			assert_true(seen[want][value]);
}

static void the_groups_fill_the_outputs_without_overlap(void **state)
{
	(void)state;
	size_t next = 0;
	for (size_t i = 0; i < N_GROUPS; i++) {
		assert_int_equal(catalogue_groups[i].first, next);
		next += catalogue_groups[i].n;
	}
	assert_int_equal(next, N_OUTPUTS);
}

/* The sum of logits that a product's rank comes from, computed apart. */
static float score_of(const float *logits, unsigned label, unsigned brand)
{
	struct product product = catalogue_product(label, brand);
	float score = 0.0f;
	for (size_t want = 0; want < N_WANTS; want++)
		score += logits[catalogue_groups[want + 1].first + product.wants[want]];
	return score;
}

static void a_ranking_is_the_best_ten_in_order(void **state)
{
	(void)state;
	for (unsigned label = 0; label < N_CLASSES; label += 7) {
		float logits[N_OUTPUTS];
		uint8_t brands[RANKED];
		size_t better = 0;
		fill(logits, N_OUTPUTS, 3.0f, label);
		catalogue_rank(logits, label, brands);
		for (size_t i = 1; i < RANKED; i++)
			assert_true(score_of(logits, label, brands[i - 1]) >=
				    score_of(logits, label, brands[i]));
		for (unsigned brand = 0; brand < CLASS_PRODUCTS; brand++)
			better += score_of(logits, label, brand) >
				  score_of(logits, label, brands[RANKED - 1]);
		assert_true(better < RANKED);
	}
}

/* Logits of one who knows the shopper's mind. */
static void certain(float logits[N_OUTPUTS], unsigned label, const uint8_t *wants)
{
	memset(logits, 0, N_OUTPUTS * sizeof(float));
	logits[label] = 9.0f;
	for (size_t want = 0; want < N_WANTS; want++)
		logits[catalogue_groups[want + 1].first + wants[want]] = 9.0f;
}

static void knowing_all_wants_earns_the_whole_gain(void **state)
{
	(void)state;
	for (unsigned label = 0; label < N_CLASSES; label++) {
		const uint8_t wants[N_WANTS] = { (uint8_t)(label % N_PRICES),
						 (uint8_t)(label % N_SKINS),
						 (uint8_t)(label % N_INGREDIENTS),
						 (uint8_t)(label % N_FINISHES) };
		float logits[N_OUTPUTS];
		uint8_t brands[RANKED];
		certain(logits, label, wants);
		assert_int_equal(task_best_class(TASK_AGENT, logits), label);
		catalogue_rank(logits, label, brands);
		assert_float_equal(catalogue_ndcg(label, brands, label, wants), 1.0, 1e-9);
	}
}

static void another_class_earns_nothing(void **state)
{
	(void)state;
	const uint8_t wants[N_WANTS] = { 0 },
		      brands[RANKED] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	assert_float_equal(catalogue_ndcg(3, brands, 4, wants), 0.0, 0.0);
}

/* The definition, with log2 and the gains of all products sorted. */
static double by_definition(const uint8_t *brands, unsigned label, const uint8_t *wants)
{
	double gains[CLASS_PRODUCTS], gain = 0.0, ideal = 0.0;
	for (unsigned brand = 0; brand < CLASS_PRODUCTS; brand++) {
		struct product product = catalogue_product(label, brand);
		int relevance = 1;
		for (size_t want = 0; want < N_WANTS; want++)
			relevance += product.wants[want] == wants[want];
		gains[brand] = pow(2.0, relevance) - 1.0;
	}
	for (size_t i = 0; i < RANKED; i++)
		gain += gains[brands[i]] / log2((double)i + 2.0);
	for (size_t i = 0; i < RANKED; i++) {
		size_t best = 0;
		for (size_t brand = 1; brand < CLASS_PRODUCTS; brand++)
			if (gains[brand] > gains[best])
				best = brand;
		ideal += gains[best] / log2((double)i + 2.0);
		gains[best] = 0.0;
	}
	return gain / ideal;
}

static void ndcg_is_what_its_definition_says(void **state)
{
	(void)state;
	for (unsigned label = 0; label < N_CLASSES; label += 5) {
		const uint8_t wants[N_WANTS] = { 1, 2, (uint8_t)(label % N_INGREDIENTS),
						 3 };
		float logits[N_OUTPUTS];
		uint8_t brands[RANKED];
		fill(logits, N_OUTPUTS, 1.0f, label + 1);
		catalogue_rank(logits, label, brands);
		double found = catalogue_ndcg(label, brands, label, wants);
		assert_float_equal(found, by_definition(brands, label, wants), 1e-6);
		assert_true(found > 0.0 && found < 1.0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_product_has_attributes_that_exist),
		cmocka_unit_test(the_groups_fill_the_outputs_without_overlap),
		cmocka_unit_test(a_ranking_is_the_best_ten_in_order),
		cmocka_unit_test(knowing_all_wants_earns_the_whole_gain),
		cmocka_unit_test(another_class_earns_nothing),
		cmocka_unit_test(ndcg_is_what_its_definition_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
