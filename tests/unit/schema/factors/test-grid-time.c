/* Times of grid files: each form that a publisher writes, and what is no time. */
#include <config.h>

#include "schema/factors/grid-time.h"
#include "tests/unit/cmocka.h"

#include <stddef.h>

static void times_are_read_in_each_form(void **state)
{
	(void)state;
	enum { MAY = 1714521600 };
	static const struct {
		const char *text;
		int64_t seconds;
	} times[] = {
		{ "2024-05-01 00:00:00", MAY },
		{ "2024-05-01T00:00Z", MAY },
		{ "2024-05-01T00:00:00.123Z", MAY },
		{ "2024-05-01T02:00:00+02:00", MAY },
		{ "2024-04-30T19:30:00-0430", MAY },
		{ "2024-02-29T00:00Z", 1709164800 },
		{ "1970-01-01T00:00:00+00:00", 0 },
		{ "2000-03-01 00:00:00 UTC", 951868800 },
	};
	int64_t utc_ns;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_equal(grid_time(times[i].text, 1, &utc_ns), 0);
		assert_int_equal(utc_ns, times[i].seconds * 1000000000);
	}
	static const char *const wrong[] = { "",
					     "2024-13-01T00:00Z",
					     "yesterday",
					     "2024-05-01",
					     "2024-05-01T25:00Z",
					     "2024-05-01T00:00:00 CEST",
					     "2024-02-30T00:00Z",
					     "2023-02-29T00:00Z",
					     "2100-02-29T00:00Z",
					     "2024-04-31T00:00Z",
					     "2024-00-10T00:00Z",
					     "2024-01-00T00:00Z",
					     "9999-12-31T00:00Z",
					     "1969-12-31T00:00Z",
					     "2024-01-01T00:60Z" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(grid_time(wrong[i], 1, &utc_ns), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_in_each_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
