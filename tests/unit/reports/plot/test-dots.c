/* Dots in characters: where each lies, and what a line covers. */
#include <config.h>

#include "reports/plot/dots.h"
#include "tests/unit/cmocka.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* The rows of the picture, a line each; to be freed. */
static char *printed(const struct dots *dots)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	for (size_t row = 0; row < dots->rows; row++) {
		dots_print(dots, row, out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static void expect_printed(const struct dots *dots, const char *locale,
			   const char *expected)
{
	if (!setlocale(LC_ALL, locale))
		fail_msg("no locale %s", locale);
	char *text = printed(dots);
	assert_string_equal(text, expected);
	free(text);
}

static void each_dot_has_its_bit(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct dots dots = dots_new(2, 2, arena);
	dots_set(&dots, 0, 0); /* bottom left */
	dots_set(&dots, 3, 7); /* top right */
	expect_printed(&dots, "C.UTF-8", " \u2808\n\u2840\n");
	expect_printed(&dots, "C", " '\n.\n");
	arena_free(arena);
}

static void outside_is_nothing(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct dots dots = dots_new(2, 2, arena);
	dots_set(&dots, 4, 0);
	dots_set(&dots, 0, 8);
	dots_set(&dots, (size_t)-1, (size_t)-1);
	expect_printed(&dots, "C", "\n\n");
	arena_free(arena);
}

static void a_line_has_no_hole(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct dots dots = dots_new(5, 1, arena);
	dots_line(&dots, 0, 1, 1, 1);
	expect_printed(&dots, "C.UTF-8", "\u2809\u2809\u2809\u2809\u2809\n");
	struct dots slope = dots_new(2, 1, arena);
	dots_line(&slope, 0, 0, 1, 1);
	expect_printed(&slope, "C.UTF-8", "\u2860\u280a\n");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_dot_has_its_bit),
		cmocka_unit_test(outside_is_nothing),
		cmocka_unit_test(a_line_has_no_hole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
