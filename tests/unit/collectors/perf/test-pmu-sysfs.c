/* A PMU's description is taken as the kernel writes it, and refused where it is something else. */
#include <config.h>

#include "collectors/perf/pmu-sysfs.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void an_event_is_its_code(void **state)
{
	(void)state;
	uint64_t config;
	assert_int_equal(pmu_config_parse("event=0x02", &config), 0);
	assert_int_equal(config, 2);
	assert_int_equal(pmu_config_parse("event=0x1F", &config), 0);
	assert_int_equal(config, 31);
}

static void terms_whose_bits_are_not_known_are_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",           "event=",     "event=0x",  "event=2", "event=0x2,umask=0x1",
		"event=0x-2", "config=0x2", "event=0x 2"
	};
	uint64_t config;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(pmu_config_parse(texts[i], &config), EBADMSG);
	assert_int_equal(pmu_config_parse("event=0x1ffffffffffffffff", &config), ERANGE);
}

static void cpus_are_numbers_and_ranges(void **state)
{
	(void)state;
	unsigned cpus[8];
	size_t n;
	assert_int_equal(pmu_cpus_parse("0", cpus, 8, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(pmu_cpus_parse("0,18,36-38", cpus, 8, &n), 0);
	assert_int_equal(n, 5);
	assert_int_equal(cpus[1], 18);
	assert_int_equal(cpus[4], 38);
}

static void what_is_no_list_of_cpus_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", ",", "0,", "3-1", "a", "1-", "1;2", "-1" };
	unsigned cpus[8];
	size_t n;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(pmu_cpus_parse(texts[i], cpus, 8, &n), EBADMSG);
	assert_int_equal(pmu_cpus_parse("0-8", cpus, 8, &n), ERANGE);
	assert_int_equal(pmu_cpus_parse("0-7,8", cpus, 8, &n), ERANGE);
	assert_int_equal(pmu_cpus_parse("0-99999999999", cpus, 8, &n), ERANGE);
}

static void the_scale_is_joules_of_one_step(void **state)
{
	(void)state;
	double scale;
	assert_int_equal(pmu_scale_parse("2.3283064365386962890625e-10", &scale), 0);
	assert_true(scale == ldexp(1, -32));
	static const char *const texts[] = { "", "0", "-1", "nan", "inf", "1 J" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(pmu_scale_parse(texts[i], &scale), EBADMSG);
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/events/%s", folder, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void an_event_is_read_with_its_scale_and_unit(void **state)
{
	(void)state;
	char folder[] = "/tmp/test-pmu-XXXXXX", path[128];
	struct pmu_event event;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(pmu_event_read(folder, "energy-pkg", &event), ENOENT);
	snprintf(path, sizeof(path), "%s/events", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(folder, "energy-pkg", "event=0x02\n");
	write_file(folder, "energy-pkg.scale", "2.3283064365386962890625e-10\n");
	assert_int_equal(pmu_event_read(folder, "energy-pkg", &event), ENOENT);
	write_file(folder, "energy-pkg.unit", "Joules\n");
	assert_int_equal(pmu_event_read(folder, "energy-pkg", &event), 0);
	assert_int_equal(event.config, 2);
	assert_string_equal(event.unit, "Joules");
	snprintf(path, sizeof(path), "rm -r %s", folder);
	assert_int_equal(system(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_its_code),
		cmocka_unit_test(terms_whose_bits_are_not_known_are_refused),
		cmocka_unit_test(cpus_are_numbers_and_ranges),
		cmocka_unit_test(what_is_no_list_of_cpus_is_refused),
		cmocka_unit_test(the_scale_is_joules_of_one_step),
		cmocka_unit_test(an_event_is_read_with_its_scale_and_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
