/* A shell reads back what was quoted, and runs nothing of it. */
#include <config.h>

#include "reports/figure/arena.h"
#include "reports/figure/shell-word.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static void a_shell_reads_the_word_back(void **state)
{
	static const char *const words[] = {
		"plain-1.db",  "",           "two words", "it's",       "'; echo ran; '",
		"$(echo ran)", "`echo ran`", "a\\b",      "*",          "\n",
		"-x",          "~",          "#",         "caf\303\251"
	};
	struct arena *arena = arena_new();
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char read[128] = "";
		FILE *shell = popen(
		    arena_format(arena, "printf %%s %s", shell_word(arena, words[i])), "r");
		assert_non_null(shell);
		size_t size = fread(read, 1, sizeof(read) - 1, shell);
		assert_int_equal(pclose(shell), 0);
		assert_int_equal(size, strlen(words[i]));
		assert_string_equal(read, words[i]);
	}
	arena_free(arena);
}

static void what_is_plain_stays_and_no_file_is_an_option(void **state)
{
	struct arena *arena = arena_new();
	(void)state;
	assert_string_equal(shell_word(arena, "run"), "run");
	assert_string_equal(shell_path(arena, "a.db"), "a.db");
	assert_string_equal(shell_path(arena, "-o"), "./-o");
	assert_string_equal(shell_path(arena, "-o x"), "'./-o x'");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shell_reads_the_word_back),
		cmocka_unit_test(what_is_plain_stays_and_no_file_is_an_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
