/* Digits: of shares, and of a column. */
#include <config.h>

#include "reports/figure/format.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static void expect_share(double share, int decimals, const char *text)
{
	struct arena *arena = arena_new();
	assert_string_equal(format_share(share, decimals, arena), text);
	arena_free(arena);
}

static void what_is_a_part_is_neither_all_nor_nothing(void **state)
{
	(void)state;
	expect_share(0.8734, 1, "87.3");
	expect_share(0.9996, 1, "> 99.9");
	expect_share(0.9994, 1, "99.9");
	expect_share(0.00049, 1, "< 0.1");
	expect_share(0.00051, 1, "0.1");
	expect_share(9e-11, 1, "< 0.1");
	expect_share(0.004, 0, "< 1");
	expect_share(0.996, 0, "> 99");
}

static void all_and_nothing_are_said(void **state)
{
	(void)state;
	expect_share(1, 1, "100");
	expect_share(1 - 3e-16, 1, "100"); /* parts added up */
	expect_share(0, 1, "0.0");
}

/* 506 (239 to 774) bears no decimal, 13 (6 to 21) one: its column has one. */
static void a_column_has_the_digits_of_the_figure_that_bears_the_most(void **state)
{
	(void)state;
	const struct figure figures[] = {
		{ .is_known = true,
		  .has_interval = true,
		  .value = 506,
		  .low = 239,
		  .high = 774 },
		{ .is_known = true,
		  .has_interval = true,
		  .value = 1.3,
		  .low = 0.6,
		  .high = 2.1 },
		{ .reason = "unknown" },
	};
	assert_int_equal(scale_plain(figures, 1).decimals, 0);
	assert_int_equal(scale_plain(figures, 3).decimals, 1);
	assert_int_equal(scale_plain(&figures[2], 1).decimals, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_a_part_is_neither_all_nor_nothing),
		cmocka_unit_test(all_and_nothing_are_said),
		cmocka_unit_test(a_column_has_the_digits_of_the_figure_that_bears_the_most),
	};
	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
