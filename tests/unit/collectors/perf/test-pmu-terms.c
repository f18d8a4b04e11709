/* What a PMU describes is put where it says, and what it does not describe is refused. */
#include <config.h>

#include "collectors/perf/event-list.h"
#include "collectors/perf/pmu-terms.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char folder[] = "/tmp/test-pmu-terms-XXXXXX";

static void given(const char *path, const char *text)
{
	char whole[128];
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

/* As recorded of a server's memory controllers, and of its cores. */
static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-pmu-terms-XXXXXX");
	assert_non_null(mkdtemp(folder));
	given("uncore_imc_0/type", "14");
	given("uncore_imc_0/cpumask", "0,28");
	given("uncore_imc_0/format/event", "config:0-7");
	given("uncore_imc_0/format/umask", "config:8-15");
	given("uncore_imc_0/format/edge", "config:18");
	given("uncore_imc_0/events/cas_count_read", "event=0x04,umask=0x03");
	given("uncore_imc_0/events/cas_count_read.scale", "6.103515625e-5");
	given("uncore_imc_0/events/cas_count_read.unit", "MiB");
	given("uncore_imc_0/events/clockticks", "event=0x0");
	given("uncore_imc_0/events/itself", "itself");
	given("uncore_imc_1/type", "15");
	given("uncore_imc_1/cpumask", "0,28");
	given("cpu/type", "4");
	given("cpu/format/event", "config:0-7");
	given("cpu/format/ldlat", "config1:0-15");
	return 0;
}

static int tear_down(void **state)
{
	char command[64];
	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static int find(const char *name, struct pmu_terms *found)
{
	char why[160];
	return pmu_terms_find(folder, name, found, why, sizeof(why));
}

static void all_controllers_of_a_name_are_one_event(void **state)
{
	(void)state;
	struct pmu_terms found;
	assert_int_equal(find("uncore_imc/cas_count_read/", &found), 0);
	assert_true(found.is_machine);
	assert_int_equal(found.attr.config, 0x304);
	assert_true(found.scale == 6.103515625e-5);
	assert_string_equal(found.unit, "MiB");
	assert_int_equal(found.n_places, 4);
	assert_int_equal(found.places[1].type, 14);
	assert_int_equal(found.places[1].cpu, 28);
	assert_int_equal(found.places[2].type, 15);
}

static void one_controller_is_itself(void **state)
{
	(void)state;
	struct pmu_terms found;
	assert_int_equal(find("uncore_imc_0/clockticks/", &found), 0);
	assert_int_equal(found.n_places, 2);
	assert_int_equal(found.attr.config, 0);
	assert_true(found.scale == 1);
	assert_string_equal(found.unit, "");
}

static void terms_may_be_given_themselves(void **state)
{
	(void)state;
	struct pmu_terms found;
	assert_int_equal(find("cpu/event=0xcd,ldlat=30/", &found), 0);
	assert_false(found.is_machine);
	assert_int_equal(found.n_places, 1);
	assert_int_equal(found.attr.type, 4);
	assert_int_equal(found.attr.config, 0xcd);
	assert_int_equal(found.attr.config1, 30);
	assert_int_equal(find("uncore_imc_0/clockticks,edge/", &found), 0);
	assert_int_equal(found.attr.config, 1 << 18);
}

static void what_is_not_described_is_refused(void **state)
{
	(void)state;
	static const char *const names[] = {
		"uncore_cha/clockticks/",
		"uncore_imc/nothing/",
		"cpu/event=0x100/",
		"cpu/event=-1/",
		"cpu/event=0x3c,x=1/",
		"cpu/event=?/",
		"cpu/../cpu/type/",
		"uncore_imc_0/itself/",
		"uncore_*/clockticks/",
		"cpu/event=/",
		"uncore_imc_0/cas_count_read.unit/",
	};
	struct pmu_terms found;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (find(names[i], &found) != -1)
			fail_msg("'%s' was taken", names[i]);
}

static void a_value_goes_to_the_bits_that_are_named(void **state)
{
	(void)state;
	struct perf_event_attr attr = { 0 };
	assert_int_equal(pmu_format_apply("config:0-7,32-35", 0xabc, &attr), 0);
	assert_true(attr.config == UINT64_C(0xa000000bc));
	assert_int_equal(pmu_format_apply("config2:0-63", UINT64_MAX, &attr), 0);
	assert_true(attr.config2 == UINT64_MAX);
	assert_int_equal(pmu_format_apply("config:0-7,32-35", 0x1000, &attr), ERANGE);
	static const char *const wrong[] = {
		"",          "config", "config:",    "config:64", "config:5-3",
		"config:1,", "conf:1", "config11:1", "config:1 ", "config:0-7,7"
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(pmu_format_apply(wrong[i], 1, &attr), EBADMSG);
}

static void a_comma_between_slashes_ends_no_name(void **state)
{
	(void)state;
	assert_int_equal(event_name_length("cycles,instructions"), 6);
	assert_int_equal(event_name_length("cpu/event=1,umask=2/,cycles"), 20);
	assert_int_equal(event_name_length(""), 0);
	assert_true(is_pmu_event("cpu/event=1,umask=2/"));
	static const char *const others[] = { "cycles", "cpu//", "/x/", "cpu/x", "a/b/c/" };
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(is_pmu_event(others[i]));
}

int main(void)
{
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(all_controllers_of_a_name_are_one_event),
		WITH_FOLDER(one_controller_is_itself),
		WITH_FOLDER(terms_may_be_given_themselves),
		WITH_FOLDER(what_is_not_described_is_refused),
		cmocka_unit_test(a_value_goes_to_the_bits_that_are_named),
		cmocka_unit_test(a_comma_between_slashes_ends_no_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
