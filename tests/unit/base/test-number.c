/* Numbers are read as people write them, exactly, and what is no number is refused. */
#include <config.h>

#include "base/number.h"
#include "tests/unit/cmocka.h"

static void assert_reads(const char *text, double expected)
{
	double value = -1;
	if (!number_read(text, &value))
		fail_msg("'%s' was refused", text);
	if (value < expected || value > expected) /* exactly */
		fail_msg("'%s' was read as %.17g", text, value);
}

static void numbers_are_read_with_their_suffix(void **state)
{
	(void)state;
	assert_reads("0", 0);
	assert_reads("500", 500);
	assert_reads("-0.5", -0.5);
	assert_reads("1e2", 100);
	assert_reads("20k", 20000);
	assert_reads("1.2M", 1200000);
	assert_reads("3G", 3e9);
	assert_reads("2T", 2e12);
	assert_reads("1e50", 1e50);
	assert_reads("-1e-50", -1e-50);
	assert_reads("0e-400", 0);
}

static void a_suffix_rounds_no_more_than_the_number_written_out(void **state)
{
	(void)state;
	assert_reads("1.001k", 1001); /* 1.001 * 1000 is 1000.9999999999999 */
	assert_reads("2.3M", 2300000);
	assert_reads("0.1k", 100);
	assert_reads("4.35k", 4350);
}

static void anything_else_is_refused(void **state)
{
	(void)state;
	const char *const bad[] = {
		"",       " ",     "x",
		"1x",     "k",     "1kk",
		"1K2",    "0x10",  "inf",
		"nan",    "1e3k",  "1e999",
		"1e51",   "1e-51", "1e-320", /* a program divides by what it is given */
		"-1e300", "2e49T", "1 k",
		"1,2",    "1.2.3", "--1",
		"1m",     "1e",    "1111111111111111111111111111111111111111111111111111"
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double value = 7;
		if (number_read(bad[i], &value))
			fail_msg("'%s' was read as %g", bad[i], value);
		assert_true(value >= 7 && value <= 7);
	}
}

static void a_share_may_be_a_percentage(void **state)
{
	(void)state;
	double share;
	assert_true(share_read("2%", &share) && share >= 0.02 && share <= 0.02);
	assert_true(share_read("0.02", &share) && share >= 0.02 && share <= 0.02);
	assert_false(share_read("%", &share));
	assert_false(share_read("2%%", &share));
	assert_false(share_read("2k%", &share));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_with_their_suffix),
		cmocka_unit_test(a_suffix_rounds_no_more_than_the_number_written_out),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_share_may_be_a_percentage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
