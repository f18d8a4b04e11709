/* Augmented queries: whole characters, the same meaning, one change each. */
#include <config.h>

#include "models/data/augment.h"
#include "models/data/data.h"
#include "tests/unit/cmocka.h"

#include <jansson.h>
#include <string.h>

static gsl_rng *rng;

static int make_rng(void **state)
{
	(void)state;
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	return rng ? 0 : -1;
}

static int free_rng(void **state)
{
	(void)state;
	gsl_rng_free(rng);
	return 0;
}

static struct query query_of(const char *text)
{
	struct query query = { .label = 5 };
	strncpy(query.text, text, sizeof(query.text) - 1);
	return query;
}

/* A change that only one result can come of. */
static void check(enum augmentation how, const char *before, const char *after)
{
	struct query query = query_of(before);
	augment(&query, how, rng);
	assert_string_equal(query.text, after);
}

static void two_words_are_swapped_whole(void **state)
{
	(void)state;
	check(AUGMENT_SWAP, "need toner", "toner need");
	check(AUGMENT_SWAP, "美白", "白美");
	check(AUGMENT_SWAP, "买toner", "toner买");
}

static void the_first_of_two_words_is_dropped_with_its_space(void **state)
{
	(void)state;
	check(AUGMENT_DROP, "need toner", "toner");
	check(AUGMENT_DROP, "美白", "白");
}

static void a_typing_error_keeps_the_letters(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct query query = query_of("the serum");
		augment(&query, AUGMENT_TYPO, rng);
		assert_int_equal(strncmp(query.text, "the ", 4), 0);
		assert_string_not_equal(query.text, "the serum");
		for (const char *letter = "serm"; *letter; letter++)
			assert_non_null(strchr(query.text + 4, *letter));
	}
}

static void a_synonym_names_the_same_category(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct query query = query_of("show me 爽肤水");
		size_t found = 0;
		augment(&query, AUGMENT_SYNONYM, rng);
		for (size_t j = 0; j < (size_t)N_LANGUAGES * N_SYNONYMS; j++)
			found +=
			    strcmp(query.text + strlen("show me "),
				   grammar_categories[1][j / N_SYNONYMS][j % N_SYNONYMS]) ==
			    0;
		assert_int_equal(found, 1);
	}
}

static void a_name_within_another_word_is_left_alone(void **state)
{
	(void)state;
	check(AUGMENT_SYNONYM, "a masking tape", "a masking tape");
}

static void one_word_alone_is_left_as_it_is(void **state)
{
	(void)state;
	for (enum augmentation how = 0; how < N_AUGMENTATIONS; how++)
		check(how, "serum", "serum");
}

/* jansson refuses what is no UTF-8. */
static void every_change_leaves_whole_utf8_and_the_label(void **state)
{
	(void)state;
	struct dataset data;
	size_t changed[N_AUGMENTATIONS] = { 0 };
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 2000), 0);
	for (size_t i = 0; i < data.n; i++) {
		enum augmentation how = (enum augmentation)(i % N_AUGMENTATIONS);
		struct query query = data.queries[i];
		augment(&query, how, rng);
		json_t *text = json_string(query.text);
		assert_non_null(text);
		json_decref(text);
		assert_int_equal(query.label, data.queries[i].label);
		changed[how] += strcmp(query.text, data.queries[i].text) != 0;
	}
	for (size_t how = 0; how < N_AUGMENTATIONS; how++)
		assert_true(changed[how] > data.n / N_AUGMENTATIONS / 3);
	dataset_free(&data);
}

static void a_text_without_room_stays_as_it_is(void **state)
{
	(void)state;
	struct query query = query_of("");
	memset(query.text, 'a', QUERY_SIZE - 1);
	memcpy(query.text, "SPF cream ", strlen("SPF cream "));
	for (int i = 0; i < 50; i++)
		augment(&query, AUGMENT_SYNONYM, rng);
	assert_true(strlen(query.text) < QUERY_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_words_are_swapped_whole),
		cmocka_unit_test(the_first_of_two_words_is_dropped_with_its_space),
		cmocka_unit_test(a_typing_error_keeps_the_letters),
		cmocka_unit_test(a_synonym_names_the_same_category),
		cmocka_unit_test(a_name_within_another_word_is_left_alone),
		cmocka_unit_test(one_word_alone_is_left_as_it_is),
		cmocka_unit_test(every_change_leaves_whole_utf8_and_the_label),
		cmocka_unit_test(a_text_without_room_stays_as_it_is),
	};
	return cmocka_run_group_tests(tests, make_rng, free_rng);
}
