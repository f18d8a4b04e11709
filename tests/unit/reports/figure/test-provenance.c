/* The weakest-part rule, at and about its 5 %. */
#include <config.h>

#include "reports/figure/provenance.h"
#include "tests/unit/cmocka.h"

static void a_large_weak_part_weakens_the_total(void **state)
{
	(void)state;
	const struct part parts[] = { { 94, PROVENANCE_MEASURED },
				      { 6, PROVENANCE_MODELLED } };
	assert_int_equal(provenance_of_total(parts, 2), PROVENANCE_MODELLED);
}

static void a_part_of_just_five_per_cent_does_not(void **state)
{
	(void)state;
	const struct part parts[] = { { 95, PROVENANCE_MEASURED },
				      { 5, PROVENANCE_ESTIMATED } };
	assert_int_equal(provenance_of_total(parts, 2), PROVENANCE_MEASURED);
}

static void many_small_parts_take_the_weakest_of_all(void **state)
{
	(void)state;
	struct part parts[40];
	for (int i = 0; i < 40; i++)
		parts[i] = (struct part){ 1, i == 7 ? PROVENANCE_MODELLED
						    : PROVENANCE_MEASURED };
	assert_int_equal(provenance_of_total(parts, 40), PROVENANCE_MODELLED);
}

static void a_total_of_nothing_is_assumed(void **state)
{
	(void)state;
	assert_int_equal(provenance_of_total(NULL, 0), PROVENANCE_ASSUMED);
}

static void words_go_there_and_back(void **state)
{
	(void)state;
	for (enum figure_provenance p = PROVENANCE_MEASURED; p <= PROVENANCE_ASSUMED; p++)
		assert_int_equal(provenance_of_word(provenance_word(p)), p);
	assert_int_equal(provenance_of_word("guessed"), PROVENANCE_ASSUMED);
	assert_int_equal(provenance_of_word(NULL), PROVENANCE_ASSUMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_weak_part_weakens_the_total),
		cmocka_unit_test(a_part_of_just_five_per_cent_does_not),
		cmocka_unit_test(many_small_parts_take_the_weakest_of_all),
		cmocka_unit_test(a_total_of_nothing_is_assumed),
		cmocka_unit_test(words_go_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
