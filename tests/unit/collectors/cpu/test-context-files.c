/* The processor's state is found where kernels show it, and what is no value is none. */
#include <config.h>

#include "collectors/cpu/context-files.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char folder[] = "/tmp/test-context-files-XXXXXX";
static struct context_files files;

static void given(const char *path, const char *text)
{
	char whole[256];
	snprintf(whole, sizeof(whole), "%s/%s", folder, path);
	for (char *slash = whole + strlen(folder); (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(whole, 0700);
		*slash = '/';
	}
	FILE *file = fopen(whole, "we");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	fclose(file);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-context-files-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[64];
	(void)state;
	context_close(&files);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static void a_machine_without_them_has_none(void **state)
{
	(void)state;
	assert_int_equal(context_find_frequency(folder, &files), ENOENT);
	assert_int_equal(context_find_temperature(folder, &files), ENOENT);
	assert_int_equal(context_find_throttling(folder, &files), ENOENT);
}

static void frequency_is_the_mean_of_the_policies_that_answer(void **state)
{
	(void)state;
	uint64_t khz;
	given("devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "3000000");
	given("devices/system/cpu/cpufreq/policy1/scaling_cur_freq", "2000000");
	given("devices/system/cpu/cpufreq/policy2/scaling_cur_freq", "<unknown>");
	assert_int_equal(context_find_frequency(folder, &files), 0);
	assert_int_equal(context_mean(&files, &khz), 0);
	assert_int_equal(khz, 2500000);
}

static void what_no_processor_can_be_is_no_frequency(void **state)
{
	(void)state;
	uint64_t khz;
	given("devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "3000000");
	given("devices/system/cpu/cpufreq/policy1/scaling_cur_freq", "0");
	given("devices/system/cpu/cpufreq/policy2/scaling_cur_freq", "4294967295");
	given("devices/system/cpu/cpufreq/policy3/scaling_cur_freq",
	      "18446744073709551615");
	given("devices/system/cpu/cpufreq/policy4/scaling_cur_freq", "-1");
	assert_int_equal(context_find_frequency(folder, &files), 0);
	assert_int_equal(context_mean(&files, &khz), 0);
	assert_int_equal(khz, 3000000);
}

static void of_many_policies_some_are_read_from_first_to_last(void **state)
{
	(void)state;
	uint64_t khz;
	char path[96];
	for (unsigned i = 0; i < 4 * CONTEXT_FILES_MAX; i++) {
		snprintf(path, sizeof(path),
			 "devices/system/cpu/cpufreq/policy%02u/scaling_cur_freq", i);
		given(path, i < 2 * CONTEXT_FILES_MAX ? "1000" : "3000");
	}
	assert_int_equal(context_find_frequency(folder, &files), 0);
	assert_int_equal(files.n, CONTEXT_FILES_MAX);
	assert_int_equal(context_mean(&files, &khz), 0);
	assert_int_equal(khz, 2000);
}

static void the_processors_own_sensors_come_before_zones(void **state)
{
	(void)state;
	uint64_t millicelsius;
	given("class/hwmon/hwmon0/name", "nvme");
	given("class/hwmon/hwmon0/temp1_input", "91000");
	given("class/thermal/thermal_zone0/temp", "27800");
	assert_int_equal(context_find_temperature(folder, &files), 0);
	assert_int_equal(context_hottest(&files, &millicelsius), 0);
	assert_int_equal(millicelsius, 27800);
	context_close(&files);
	given("class/hwmon/hwmon1/name", "coretemp");
	given("class/hwmon/hwmon1/temp1_input", "61000");
	given("class/hwmon/hwmon1/temp2_input", "63000");
	assert_int_equal(context_find_temperature(folder, &files), 0);
	assert_int_equal(context_hottest(&files, &millicelsius), 0);
	assert_int_equal(millicelsius, 63000);
}

static void what_no_processor_can_be_is_no_temperature(void **state)
{
	(void)state;
	uint64_t millicelsius;
	given("class/thermal/thermal_zone0/temp", "0");
	given("class/thermal/thermal_zone1/temp", "-274000");
	given("class/thermal/thermal_zone2/temp", "255000");
	assert_int_equal(context_find_temperature(folder, &files), 0);
	assert_int_not_equal(context_hottest(&files, &millicelsius), 0);
}

static void given_cpu(unsigned cpu, const char *package_cpus, const char *throttles)
{
	char path[96];
	snprintf(path, sizeof(path), "devices/system/cpu/cpu%u/topology/package_cpus_list",
		 cpu);
	given(path, package_cpus);
	snprintf(path, sizeof(path),
		 "devices/system/cpu/cpu%u/thermal_throttle/package_throttle_count", cpu);
	given(path, throttles);
}

static void a_package_is_counted_once_whatever_its_cpus(void **state)
{
	(void)state;
	uint64_t n;
	given_cpu(0, "0-1,4", "7");
	given_cpu(1, "0-1,4", "7");
	given_cpu(2, "2-3", "100");
	given_cpu(3, "2-3", "100");
	given_cpu(4, "0-1,4", "7");
	assert_int_equal(context_find_throttling(folder, &files), 0);
	assert_int_equal(files.n, 2);
	assert_int_equal(context_sum(&files, &n), 0);
	assert_int_equal(n, 107);
}

static void a_sum_without_one_of_its_parts_is_none(void **state)
{
	(void)state;
	uint64_t n;
	given_cpu(0, "0", "7");
	given_cpu(1, "1", "");
	assert_int_equal(context_find_throttling(folder, &files), 0);
	assert_int_equal(context_sum(&files, &n), EBADMSG);
	given_cpu(1, "1", "18446744073709551615");
	assert_int_equal(context_sum(&files, &n), ERANGE);
}

int main(void)
{
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_machine_without_them_has_none),
		WITH_FOLDER(frequency_is_the_mean_of_the_policies_that_answer),
		WITH_FOLDER(what_no_processor_can_be_is_no_frequency),
		WITH_FOLDER(of_many_policies_some_are_read_from_first_to_last),
		WITH_FOLDER(the_processors_own_sensors_come_before_zones),
		WITH_FOLDER(what_no_processor_can_be_is_no_temperature),
		WITH_FOLDER(a_package_is_counted_once_whatever_its_cpus),
		WITH_FOLDER(a_sum_without_one_of_its_parts_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
