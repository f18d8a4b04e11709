/* words_of: sentences of the database, whole and around what varies, in another language. */
#include <config.h>

#include "reports/figure/arena.h"
#include "reports/html/words-list.h"
#include "reports/html/words.h"

#include <libintl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *text, const char *expected)
{
	struct arena *arena = arena_new();
	assert_string_equal(words_of(arena, text), expected);
	arena_free(arena);
}

static void what_is_not_known_stays_as_it_is(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	assert_null(words_of(arena, NULL));
	arena_free(arena);
	expect("", "");
	expect("a sentence of nobody", "a sentence of nobody");
	expect("efficiency ", "efficiency "); /* a hole holds something */
	expect("PAPI has no such component of its own",
	       "PAPI has no such component of its own");
	expect("a %s of somebody else's", "a %s of somebody else's");
}

static void parameters_are_called_by_words(void **state)
{
	(void)state;
	expect("te", "total embodied carbon");
	expect("offsite", "water of generation");
	expect("uncertainty_k2", "expanded uncertainty (k = 2), relative");
}

/* In English a sentence comes out as it went in, whatever is in its holes. */
static void holes_give_back_what_was_in_them(void **state)
{
	(void)state;
	expect("battery: unavailable in all 12 trials: no battery under "
	       "/sys/class/power_supply",
	       "battery: unavailable in all 12 trials: no battery under "
	       "/sys/class/power_supply");
	expect("x, trials 1, 2: up to 1.0 CPUs busy with other work",
	       "x, trials 1, 2: up to 1.0 CPUs busy with other work");
	expect("spread over %s%n queries (training_queries)",
	       "spread over %s%n queries (training_queries)");
}

/* Each hole of a pattern is there in its translation too, or text is lost. */
static size_t holes_of(const char *pattern)
{
	size_t n = 0;
	while ((pattern = strstr(pattern, "%s"))) {
		n++;
		pattern += 2;
	}
	return n;
}

static void no_pattern_has_more_holes_than_are_kept(void **state)
{
	(void)state;
	for (size_t i = 0; words_around[i]; i++)
		assert_in_range(holes_of(words_around[i]), 0, WORDS_MAX_HOLES);
	for (size_t i = 0; words_whole[i]; i++)
		assert_int_equal(holes_of(words_whole[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_stays_as_it_is),
		cmocka_unit_test(parameters_are_called_by_words),
		cmocka_unit_test(holes_give_back_what_was_in_them),
		cmocka_unit_test(no_pattern_has_more_holes_than_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
