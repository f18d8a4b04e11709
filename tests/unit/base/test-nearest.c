/* A mistyped name leads to the one that was meant, and to none when it was none of them. */
#include <config.h>

#include "base/nearest.h"
#include "tests/unit/cmocka.h"

static const char *const names[] = {
	"run", "bench", "models", "report", "samples", "doctor"
};
enum { N = sizeof(names) / sizeof(names[0]) };

static void distance_counts_single_changes(void **state)
{
	(void)state;
	assert_int_equal(edit_distance("compare", "compare"), 0);
	assert_int_equal(edit_distance("comapre", "compare"), 1); /* neighbours swapped */
	assert_int_equal(edit_distance("UK", "GB"), 2);
	assert_int_equal(edit_distance("", "abc"), 3);
	assert_int_equal(edit_distance("gb", "GB"), 0);
	assert_int_equal(edit_distance("kitten", "sitting"), 3);
}

static void the_nearest_name_is_found(void **state)
{
	(void)state;
	assert_string_equal(nearest_name("reprot", names, N), "report");
	assert_string_equal(nearest_name("benhc", names, N), "bench");
	assert_string_equal(nearest_name("RUN", names, N), "run");
}

static void a_far_name_suggests_nothing(void **state)
{
	(void)state;
	assert_null(nearest_name("xyzzyplugh", names, N));
}

static void overlong_names_are_never_near(void **state)
{
	(void)state;
	char name[200];
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i + 1 < sizeof(name) ? 'r' : '\0';
	assert_null(nearest_name(name, names, N));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distance_counts_single_changes),
		cmocka_unit_test(the_nearest_name_is_found),
		cmocka_unit_test(a_far_name_suggests_nothing),
		cmocka_unit_test(overlong_names_are_never_near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
