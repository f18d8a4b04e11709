/* No joule is in the total twice, whichever collectors see the same hardware. */
#include <config.h>

#include "profiler/sample/overlap.h"
#include "tests/unit/cmocka.h"

static struct channel of(const char *name, const char *domain, const char *part)
{
	return (struct channel){ .name = name,
				 .domain = domain,
				 .part = part,
				 .counted = true,
				 .unit = UNIT_J };
}

static void the_first_of_two_views_of_a_part_is_counted(void **state)
{
	(void)state;
	struct channel first[] = { of("package-0", "package", "package-0") };
	struct channel second[] = { of("Esocket0", "package", "package-0"),
				    of("Esocket1", "package", "package-1") };
	struct channel_set sets[] = { { first, 1 }, { second, 2 } };
	settle_last(sets, 2);
	assert_true(first[0].counted);
	assert_false(second[0].counted);
	assert_string_equal(second[0].inside, "package-0");
	assert_true(second[1].counted);
}

static void two_channels_of_one_collector_and_part_are_not_both_counted(void **state)
{
	(void)state;
	struct channel gpu[] = { of("energy", "gpu", "gpu-0000:03:00.0"),
				 of("power", "gpu", "gpu-0000:03:00.0") };
	struct channel_set sets[] = { { gpu, 2 } };
	settle_last(sets, 1);
	assert_true(gpu[0].counted);
	assert_false(gpu[1].counted);
}

static void the_whole_machine_is_only_shown_where_packages_count(void **state)
{
	(void)state;
	struct channel package[] = { of("package-0", "package", "package-0") };
	struct channel machine[] = { of("dcmi", "machine", "machine") };
	struct channel_set sets[] = { { package, 1 }, { machine, 1 } };
	settle_last(sets, 2);
	assert_true(package[0].counted);
	assert_false(machine[0].counted);
}

static void the_whole_machine_contains_a_gpu_where_no_package_counts(void **state)
{
	(void)state;
	struct channel gpu[] = { of("gpu-0", "gpu", "gpu-0000:01:00.0") };
	struct channel machine[] = { of("dcmi", "machine", "machine") };
	struct channel other[] = { of("battery", "machine", "machine"),
				   of("gpu", "gpu", "gpu-0000:02:00.0") };
	struct channel_set sets[] = { { gpu, 1 }, { machine, 1 }, { other, 2 } };
	settle_last(sets, 1);
	settle_last(sets, 2);
	assert_false(gpu[0].counted);
	assert_string_equal(gpu[0].inside, "dcmi");
	assert_true(machine[0].counted);
	settle_last(sets, 3);
	assert_false(other[0].counted);
	assert_false(other[1].counted);
}

static void a_gpu_alone_leaves_the_processors_to_be_estimated(void **state)
{
	(void)state;
	struct channel gpu[] = { of("gpu-0", "gpu", "gpu-0000:01:00.0") };
	struct channel estimate[] = { of("machine", "machine", NULL) };
	struct channel_set sets[] = { { gpu, 1 }, { estimate, 1 } };
	estimate[0].provenance = PROV_ESTIMATED;
	settle_last(sets, 1);
	assert_false(settle_is_measured(sets, 1));
	settle_last(sets, 2);
	assert_true(gpu[0].counted && estimate[0].counted);
	assert_false(settle_is_measured(sets, 2));
}

static void a_package_or_the_machine_measures_the_processors(void **state)
{
	(void)state;
	struct channel package[] = { of("package-0", "package", "package-0") };
	struct channel machine[] = { of("dcmi", "machine", "machine") };
	struct channel_set one = { package, 1 }, other = { machine, 1 };
	assert_true(settle_is_measured(&one, 1));
	assert_true(settle_is_measured(&other, 1));
	package[0].counted = false;
	assert_false(settle_is_measured(&one, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_of_two_views_of_a_part_is_counted),
		cmocka_unit_test(
		    two_channels_of_one_collector_and_part_are_not_both_counted),
		cmocka_unit_test(the_whole_machine_is_only_shown_where_packages_count),
		cmocka_unit_test(the_whole_machine_contains_a_gpu_where_no_package_counts),
		cmocka_unit_test(a_gpu_alone_leaves_the_processors_to_be_estimated),
		cmocka_unit_test(a_package_or_the_machine_measures_the_processors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
