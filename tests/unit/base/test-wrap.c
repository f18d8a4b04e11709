/* Text breaks between words, and never inside a number. */
#include <config.h>

#include "base/wrap.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>

static char *wrapped(const char *text, size_t first, size_t indent)
{
	char *memory = NULL;
	size_t size;
	FILE *out = open_memstream(&memory, &size);
	wrap_print(text, first, indent, out);
	fclose(out);
	return memory;
}

static void assert_wraps(const char *text, size_t first, size_t indent,
			 const char *expected)
{
	char *memory = wrapped(text, first, indent);
	assert_string_equal(memory, expected);
	free(memory);
}

static void a_line_ends_before_the_word_that_does_not_fit(void **state)
{
	(void)state;
	assert_wraps("a b", 0, 0, "a b\n");
	assert_wraps("aaaa bbbb", 72, 4, "aaaa\n    bbbb\n");
	assert_wraps("aaaa bbb", 72, 4, "aaaa bbb\n");
}

static void a_number_stays_with_its_unit(void **state)
{
	(void)state;
	assert_wraps("30.5 k (30.5 k to 31.5 k)", 57, 57,
		     "30.5 k (30.5 k to\n"
		     "                                                         31.5 k)\n");
	assert_wraps("about 15 % or more", 71, 2, "about\n  15 % or more\n");
	assert_wraps("block 7 says so", 72, 2, "block 7\n  says so\n");
}

static void a_file_is_80_columns_wide(void **state)
{
	(void)state;
	FILE *out = tmpfile();
	assert_int_equal(wrap_screen(out), WRAP_COLUMNS);
	fclose(out);
}

static void a_page_in_a_file_stays_as_it_was_written(void **state)
{
	(void)state;
	const char *page =
	    "Usage: joulecart x\nOne line\nand its end.\n\n  joulecart x y\n";
	char *memory = NULL;
	size_t size;
	FILE *out = open_memstream(&memory, &size);
	wrap_page(page, out);
	fclose(out);
	assert_string_equal(memory, page);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_ends_before_the_word_that_does_not_fit),
		cmocka_unit_test(a_number_stays_with_its_unit),
		cmocka_unit_test(a_file_is_80_columns_wide),
		cmocka_unit_test(a_page_in_a_file_stays_as_it_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
