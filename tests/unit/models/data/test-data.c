/* The generated queries: repeatable, disjoint, and labelled as the grammar says. */
#include <config.h>

#include "models/data/data.h"
#include "models/data/features.h"
#include "tests/unit/cmocka.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { N = 4000 };

static void the_same_seed_makes_the_same_queries(void **state)
{
	(void)state;
	struct dataset first, second, other;
	assert_int_equal(dataset_make(&first, 3, SPLIT_TEST, 500), 0);
	assert_int_equal(dataset_make(&second, 3, SPLIT_TEST, 500), 0);
	assert_int_equal(dataset_make(&other, 4, SPLIT_TEST, 500), 0);
	assert_int_equal(dataset_crc32(&first), dataset_crc32(&second));
	assert_int_not_equal(dataset_crc32(&first), dataset_crc32(&other));
	dataset_free(&first);
	dataset_free(&second);
	dataset_free(&other);
}

static void a_shorter_set_is_the_beginning_of_a_longer_one(void **state)
{
	(void)state;
	struct dataset shorter, longer;
	assert_int_equal(dataset_make(&shorter, 3, SPLIT_TRAIN, 100), 0);
	assert_int_equal(dataset_make(&longer, 3, SPLIT_TRAIN, 200), 0);
	for (size_t i = 0; i < 100; i++)
		assert_string_equal(shorter.queries[i].text, longer.queries[i].text);
	dataset_free(&shorter);
	dataset_free(&longer);
}

static void no_template_or_shopper_is_in_two_splits(void **state)
{
	(void)state;
	static unsigned char templates[N_TEMPLATES], shoppers[N_SHOPPERS];
	for (enum split split = 0; split < N_SPLITS; split++) {
		struct dataset data;
		assert_int_equal(dataset_make(&data, 1, split, N), 0);
		for (size_t i = 0; i < data.n; i++) {
			templates[data.queries[i].template_id] |= (unsigned char)(1
										  << split);
			shoppers[data.queries[i].shopper.id] |= (unsigned char)(1 << split);
		}
		dataset_free(&data);
	}
	for (size_t i = 0; i < N_TEMPLATES; i++)
		assert_true((templates[i] & (templates[i] - 1)) == 0);
	for (size_t i = 0; i < N_SHOPPERS; i++)
		assert_true((shoppers[i] & (shoppers[i] - 1)) == 0);
}

static void only_training_labels_are_noisy(void **state)
{
	(void)state;
	for (enum split split = 0; split < N_SPLITS; split++) {
		struct dataset data;
		size_t wrong = 0;
		assert_int_equal(dataset_make(&data, 1, split, N), 0);
		for (size_t i = 0; i < data.n; i++)
			wrong += data.queries[i].taught != data.queries[i].label;
		if (split == SPLIT_TRAIN)
			assert_in_range(wrong, N * 12 / 100, N * 18 / 100);
		else
			assert_int_equal(wrong, 0);
		dataset_free(&data);
	}
}

static void every_class_is_tested_and_cold_ones_are_rarely_trained(void **state)
{
	(void)state;
	size_t n_cold = 0;
	for (enum split split = 0; split < N_SPLITS; split++) {
		struct dataset data;
		size_t counts[N_CLASSES] = { 0 }, cold = 0;
		assert_int_equal(dataset_make(&data, 1, split, N), 0);
		for (size_t i = 0; i < data.n; i++) {
			counts[data.queries[i].label]++;
			cold += data.queries[i].cold;
		}
		for (unsigned label = 0; split == SPLIT_TEST && label < N_CLASSES;
		     label++) {
			assert_true(counts[label] > 0);
			n_cold += class_is_cold(1, label);
		}
		if (split == SPLIT_TRAIN)
			assert_true(cold < N / 100);
		else
			assert_true(cold > N * 5 / 100);
		dataset_free(&data);
	}
	assert_int_equal(n_cold, N_COLD);
}

static bool is_utf8(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at;) {
		int more = *at < 0x80 ? 0 : *at >= 0xe0 && *at < 0xf0 ? 2 : -1;
		if (more < 0)
			return false;
		for (at++; more > 0; more--, at++)
			if ((*at & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static void every_text_is_whole_utf8_without_an_empty_slot(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, N), 0);
	for (size_t i = 0; i < data.n; i++) {
		const char *text = data.queries[i].text;
		if (!is_utf8(text) || strpbrk(text, "{}") || strlen(text) < 4)
			fail_msg("query %zu: '%s'", i, text);
	}
	dataset_free(&data);
}

static void no_two_product_lines_share_a_name(void **state)
{
	(void)state;
	char names[N_CATEGORIES * N_BRANDS][32];
	for (unsigned i = 0; i < N_CATEGORIES * N_BRANDS; i++) {
		grammar_brand(i / N_BRANDS, i % N_BRANDS, names[i], sizeof(names[i]));
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
}

static struct query query_of(const char *text)
{
	struct query query = { .shopper = { .skin = 1 } };
	strncpy(query.text, text, sizeof(query.text) - 1);
	return query;
}

static void a_position_is_a_word_or_a_chinese_character(void **state)
{
	(void)state;
	struct features features;
	struct query query = query_of("SPF 50+, 防晒");
	features_of(&query, 8192, &features);
	assert_int_equal(features.n_positions, 4);
	assert_int_equal(features.n_ids[0], 1 + 3); /* spf; <sp spf pf> */
	assert_int_equal(features.n_ids[2], 2);     /* the character, the bigram */
	assert_int_equal(features.n_ids[3], 1);
}

static void case_does_not_change_a_words_features(void **state)
{
	(void)state;
	struct features lower, upper;
	struct query one = query_of("serum"), two = query_of("SERUM");
	features_of(&one, 8192, &lower);
	features_of(&two, 8192, &upper);
	assert_memory_equal(&lower, &upper, sizeof(lower));
}

static void every_feature_is_a_row_of_the_table(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TEST, 500), 0);
	for (size_t q = 0; q < data.n; q++) {
		struct features features;
		features_of(&data.queries[q], 100, &features);
		for (size_t at = 0; at < features.n_positions; at++)
			for (size_t i = 0; i < features.n_ids[at]; i++)
				assert_true(features.ids[at][i] < 100);
	}
	dataset_free(&data);
}

static void broken_utf8_and_long_texts_are_cut_not_overrun(void **state)
{
	(void)state;
	struct features features;
	struct query query = query_of("\xe9\x98");
	features_of(&query, 8192, &features);
	assert_int_equal(features.n_positions, 2);
	memset(query.text, 'a', sizeof(query.text) - 1);
	features_of(&query, 8192, &features);
	assert_int_equal(features.n_positions, 1);
	for (size_t i = 1; i < sizeof(query.text) - 1; i += 2)
		query.text[i] = ' ';
	features_of(&query, 8192, &features);
	assert_int_equal(features.n_positions, FEATURE_LENGTH);
}

static void the_profile_is_one_hot_in_each_field(void **state)
{
	(void)state;
	struct features features;
	struct query query = query_of("x");
	float sum = 0.0f;
	features_of(&query, 8192, &features);
	for (size_t i = 0; i < FEATURE_PROFILE; i++)
		sum += features.profile[i];
	assert_float_equal(sum, 7.0, 0.0);
	assert_float_equal(features.profile[1], 1.0, 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_makes_the_same_queries),
		cmocka_unit_test(a_shorter_set_is_the_beginning_of_a_longer_one),
		cmocka_unit_test(no_template_or_shopper_is_in_two_splits),
		cmocka_unit_test(only_training_labels_are_noisy),
		cmocka_unit_test(every_class_is_tested_and_cold_ones_are_rarely_trained),
		cmocka_unit_test(every_text_is_whole_utf8_without_an_empty_slot),
		cmocka_unit_test(no_two_product_lines_share_a_name),
		cmocka_unit_test(a_position_is_a_word_or_a_chinese_character),
		cmocka_unit_test(case_does_not_change_a_words_features),
		cmocka_unit_test(every_feature_is_a_row_of_the_table),
		cmocka_unit_test(broken_utf8_and_long_texts_are_cut_not_overrun),
		cmocka_unit_test(the_profile_is_one_hot_in_each_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
