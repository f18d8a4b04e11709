/* A shopper's sessions: the mix that was asked for, exactly, and what is no mix. */
#include <config.h>

#include "models/data/sessions.h"
#include "tests/unit/cmocka.h"

static struct session_mix mix_of(const char *text)
{
	struct session_mix mix;
	assert_true(session_mix_read(text, &mix));
	return mix;
}

static void a_round_has_the_mix_exactly(void **state)
{
	(void)state;
	struct session_mix mix = mix_of("3:25,4:30,5:25,6:12,7:8");
	struct session_round round = session_round_of(&mix, 6000);
	assert_int_equal(round.sessions, 1300); /* 13 times 100 sessions of 448 calls */
	assert_int_equal(round.calls, 5824);
	assert_true(session_mix_calls(&mix) == 4.48);
	assert_true((double)round.calls / (double)round.sessions == 4.48);
}

static void a_mix_is_kept_in_lowest_terms(void **state)
{
	(void)state;
	struct session_mix mix = mix_of("3:50,7:50");
	assert_int_equal(mix.parts[3], 1);
	assert_int_equal(mix.parts[7], 1);
	assert_int_equal(session_round_of(&mix, 10).calls, 10);
	assert_int_equal(session_round_of(&mix, 9).calls, 10); /* asks one again */
	assert_int_equal(session_round_of(&mix, 29).sessions, 4);
}

static void the_steps_of_a_visit_are_its_calls(void **state)
{
	(void)state;
	for (unsigned calls = SESSION_LEAST_CALLS; calls <= SESSION_MOST_CALLS; calls++) {
		struct session_calls of = session_calls_of(calls);
		assert_int_equal(of.searches + of.refinements + of.comparisons + of.answers,
				 calls);
		assert_int_equal(of.searches, 1);
		assert_int_equal(of.answers, 1);
		assert_true(of.comparisons >= 1);
	}
}

static void what_is_no_mix_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "",        "3",       "2:10",    "8:1",
					     "3:0",     "3:101",   "3:1,",    "3:1,3:2",
					     "3:1;4:1", "x:1",     "3:-1",    ",3:1",
					     "3:1 4:1", "3:99999", "03000:1", "3:1,4:1\n" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct session_mix mix = { { 0 } };
		assert_false(session_mix_read(wrong[i], &mix));
		assert_int_equal(mix.parts[3], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_round_has_the_mix_exactly),
		cmocka_unit_test(a_mix_is_kept_in_lowest_terms),
		cmocka_unit_test(the_steps_of_a_visit_are_its_calls),
		cmocka_unit_test(what_is_no_mix_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
