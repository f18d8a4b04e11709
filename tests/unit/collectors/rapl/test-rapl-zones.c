/* Zones are called by what they say of themselves, and no joule is counted twice. */
#include <config.h>

#include "collectors/rapl/rapl-zones.h"
#include "tests/unit/cmocka.h"

#include <string.h>

enum { MAX_ZONES = 16 };

/* A zone as found: its directory and the text of its name file; "!" before it: unusable. */
struct found {
	const char *directory, *own_name;
};

/* And as described. */
struct expected {
	const char *name, *domain, *inside;
	bool counted;
};

static size_t describe(const struct found *found, struct rapl_zone *zones)
{
	size_t n = 0;
	for (; found[n].directory; n++) {
		bool usable = found[n].own_name[0] != '!';
		assert_true(rapl_zone_parse(found[n].directory, &zones[n]));
		zones[n].usable = usable;
		strcpy(zones[n].own_name, found[n].own_name + !usable);
	}
	rapl_zones_sort(zones, n);
	rapl_zones_describe(zones, n);
	return n;
}

static void expect(const struct found *found, const struct expected *expected)
{
	struct rapl_zone zones[MAX_ZONES];
	size_t n = describe(found, zones);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(zones[i].name, expected[i].name);
		if (expected[i].domain)
			assert_string_equal(zones[i].domain, expected[i].domain);
		else
			assert_null(zones[i].domain);
		if (expected[i].inside)
			assert_string_equal(zones[i].inside, expected[i].inside);
		else
			assert_null(zones[i].inside);
		assert_int_equal(zones[i].counted, expected[i].counted);
	}
	assert_null(expected[n].name);
}

static void a_client_has_package_core_uncore_dram_within_psys(void **state)
{
	(void)state;
	expect((const struct found[]){ { "intel-rapl:0", "package-0" },
				       { "intel-rapl:0:0", "core" },
				       { "intel-rapl:0:1", "uncore" },
				       { "intel-rapl:0:2", "dram" },
				       { "intel-rapl:1", "psys" },
				       { 0 } },
	       (const struct expected[]){ { "package-0", "package", "psys", true },
					  { "core-0", "core", "package-0", false },
					  { "uncore-0", "uncore", "package-0", false },
					  { "dram-0", "dram", "psys", true },
					  { "psys", "psys", NULL, false },
					  { 0 } });
}

static void two_sockets_are_told_apart_by_name_and_not_by_index(void **state)
{
	(void)state;
	expect((const struct found[]){ { "intel-rapl:0", "package-1" },
				       { "intel-rapl:0:0", "dram" },
				       { "intel-rapl:1", "package-0" },
				       { "intel-rapl:1:0", "dram" },
				       { 0 } },
	       (const struct expected[]){ { "package-1", "package", NULL, true },
					  { "dram-1", "dram", NULL, true },
					  { "package-0", "package", NULL, true },
					  { "dram-0", "dram", NULL, true },
					  { 0 } });
}

static void dies_of_one_package_count_each(void **state)
{
	(void)state;
	expect(
	    (const struct found[]){ { "intel-rapl:0", "package-0-die-0" },
				    { "intel-rapl:0:0", "core" },
				    { "intel-rapl:1", "package-0-die-1" },
				    { "intel-rapl:1:0", "core" },
				    { 0 } },
	    (const struct expected[]){ { "package-0-die-0", "package", NULL, true },
				       { "core-0-die-0", "core", "package-0-die-0", false },
				       { "package-0-die-1", "package", NULL, true },
				       { "core-0-die-1", "core", "package-0-die-1", false },
				       { 0 } });
}

static void the_mmio_view_of_a_package_is_not_counted_again(void **state)
{
	(void)state;
	expect((const struct found[]){ { "intel-rapl-mmio:0", "package-0" },
				       { "intel-rapl-mmio:0:0", "dram" },
				       { "intel-rapl:0", "package-0" },
				       { 0 } },
	       (const struct expected[]){
		   { "package-0", "package", NULL, true },
		   { "package-0-mmio", "package", "package-0", false },
		   { "dram-0", "dram", NULL, true }, /* which the first view lacks */
		   { 0 } });
}

static void the_mmio_view_counts_where_the_first_cannot_be_read(void **state)
{
	(void)state;
	expect((const struct found[]){ { "intel-rapl:0", "!package-0" },
				       { "intel-rapl:0:0", "core" },
				       { "intel-rapl-mmio:0", "package-0" },
				       { 0 } },
	       (const struct expected[]){ { "package-0", "package", NULL, true },
					  { "core-0", "core", NULL, false },
					  { "package-0-mmio", "package", NULL, true },
					  { 0 } });
}

static void sockets_with_psys_of_their_own_are_in_it(void **state)
{
	(void)state;
	expect((const struct found[]){ { "intel-rapl:0", "package-0" },
				       { "intel-rapl:1", "psys" },
				       { "intel-rapl:2", "package-1" },
				       { "intel-rapl:3", "psys-1" },
				       { 0 } },
	       (const struct expected[]){ { "package-0", "package", "psys", true },
					  { "psys", "psys", NULL, false },
					  { "package-1", "package", "psys-1", true },
					  { "psys-1", "psys", NULL, false },
					  { 0 } });
}

static void zones_of_one_name_stay_apart(void **state)
{
	(void)state;
	struct rapl_zone zones[MAX_ZONES];
	size_t n = describe((const struct found[]){ { "intel-rapl:0", "package-0" },
						    { "intel-rapl:1", "package-0" },
						    { "intel-rapl-mmio:0", "package-0" },
						    { "intel-rapl-mmio:1", "package-0" },
						    { 0 } },
			    zones);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(zones[i].name, zones[j].name);
}

static void a_zone_of_unknown_kind_is_read_and_not_counted(void **state)
{
	(void)state;
	expect((const struct found[]){ { "intel-rapl:0", "package-0" },
				       { "intel-rapl:0:0", "accelerator" },
				       { 0 } },
	       (const struct expected[]){ { "package-0", "package", NULL, true },
					  { "accelerator-0", NULL, "package-0", false },
					  { 0 } });
}

static void index_ten_comes_after_index_nine(void **state)
{
	(void)state;
	struct rapl_zone zones[MAX_ZONES];
	describe((const struct found[]){ { "intel-rapl:10", "package-10" },
					 { "intel-rapl:9", "package-9" },
					 { 0 } },
		 zones);
	assert_string_equal(zones[0].name, "package-9");
}

static void other_directories_are_no_rapl_zones(void **state)
{
	(void)state;
	static const char *const names[] = {
		"intel-rapl", "intel-rapl:",         "intel-rapl:x",
		"dtpm:0",     "intel-rapl:0:",       "intel-rapl:-1",
		".",          "intel-rapl:0:0:0:0:0"
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct rapl_zone zone;
		if (rapl_zone_parse(names[i], &zone))
			fail_msg("'%s' was taken for a zone", names[i]);
	}
}

static void the_modulus_is_one_hardware_step_above_the_largest_value(void **state)
{
	(void)state;
	/* 2^32 steps of 61.035 uJ and of 15.3 uJ, as the kernel prints their largest count. */
	assert_int_equal(rapl_modulus_uj(262143328850), 262143328850 + 61);
	assert_int_equal(rapl_modulus_uj(65712999613), 65712999613 + 15);
	/* Ranges below 2^32 uJ cannot have such steps. */
	assert_int_equal(rapl_modulus_uj(999999), 1000000);
	/* What is beyond 64 bits must not come round to a small range: it never wraps. */
	assert_int_equal(rapl_modulus_uj(UINT64_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_has_package_core_uncore_dram_within_psys),
		cmocka_unit_test(two_sockets_are_told_apart_by_name_and_not_by_index),
		cmocka_unit_test(dies_of_one_package_count_each),
		cmocka_unit_test(the_mmio_view_of_a_package_is_not_counted_again),
		cmocka_unit_test(the_mmio_view_counts_where_the_first_cannot_be_read),
		cmocka_unit_test(sockets_with_psys_of_their_own_are_in_it),
		cmocka_unit_test(zones_of_one_name_stay_apart),
		cmocka_unit_test(a_zone_of_unknown_kind_is_read_and_not_counted),
		cmocka_unit_test(index_ten_comes_after_index_nine),
		cmocka_unit_test(other_directories_are_no_rapl_zones),
		cmocka_unit_test(the_modulus_is_one_hardware_step_above_the_largest_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
