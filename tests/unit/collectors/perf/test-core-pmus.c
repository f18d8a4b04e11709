/* Each kind of core is found, and what runs now here and now there is counted once and whole. */
#include <config.h>

#include "collectors/perf/core-pmus.h"
#include "collectors/perf/perf-event.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char folder[] = "/tmp/test-core-pmus-XXXXXX";

static void write_file(const char *pmu, const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s/%s", folder, pmu, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	fclose(file);
}

/* A PMU as the kernel shows it; cpus NULL: without that file. */
static void given(const char *pmu, const char *type, const char *cpus)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, pmu);
	mkdir(path, 0700);
	write_file(pmu, "type", type);
	if (cpus)
		write_file(pmu, "cpus", cpus);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-core-pmus-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	char command[64];
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static void p_and_e_cores_are_two(void **state)
{
	(void)state;
	struct core_pmus found;
	given("cpu_core", "4", "0-15");
	given("cpu_atom", "10", "16-23");
	given("uncore_imc_0", "21", NULL);
	given("software", "1", NULL);
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.pmus[0].name, "cpu_atom");
	assert_int_equal(found.pmus[0].type, 10);
	assert_string_equal(found.pmus[1].name, "cpu_core");
	assert_int_equal(found.pmus[1].type, 4);
}

static void big_and_little_cores_are_two(void **state)
{
	(void)state;
	struct core_pmus found;
	given("armv8_cortex_a53", "9", "0-3");
	given("armv8_cortex_a72", "8", "4-5");
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.pmus[1].name, "armv8_cortex_a72");
}

static void one_kind_of_core_is_not_split(void **state)
{
	(void)state;
	struct core_pmus found;
	const struct perf_event_attr cycles = { .type = PERF_TYPE_HARDWARE };
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 0);
	given("cpu", "4", NULL);
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 0);
	given("armv8_pmuv3_0", "8", "0-63");
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 1);
	assert_false(core_pmus_split(&found, &cycles));
}

static void cores_that_are_all_off_are_no_kind(void **state)
{
	(void)state;
	struct core_pmus found;
	given("cpu_core", "4", "0-15");
	given("cpu_atom", "10", "");
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 1);
	given("cpu_atom", "x", "16-23"); /* no such type can be opened */
	core_pmus_find(folder, &found);
	assert_int_equal(found.n, 1);
}

static void a_kind_of_core_has_its_own_name_for_an_event(void **state)
{
	(void)state;
	const struct core_pmu pmu = { "armv8_cortex_a53", 9 };
	const struct perf_event_attr cycles = { .type = PERF_TYPE_HARDWARE,
						.config = PERF_COUNT_HW_CPU_CYCLES },
				     misses = { .type = PERF_TYPE_HARDWARE,
						.config = PERF_COUNT_HW_CACHE_MISSES },
				     loads = { .type = PERF_TYPE_HW_CACHE };
	struct perf_event_attr own;
	char path[128];
	given("armv8_cortex_a53", "9", "2-3");
	snprintf(path, sizeof(path), "%s/armv8_cortex_a53/events", folder);
	mkdir(path, 0700);
	write_file("armv8_cortex_a53", "events/cpu_cycles", "event=0x0011");
	assert_int_equal(core_pmu_own_attr(folder, &cycles, &pmu, &own), 0);
	assert_int_equal(own.type, 9);
	assert_int_equal(own.config, 0x11);
	assert_int_equal(core_pmu_own_attr(folder, &misses, &pmu, &own), ENOENT);
	assert_int_equal(core_pmu_own_attr(folder, &loads, &pmu, &own), ENOENT);
}

static void generic_events_alone_are_split(void **state)
{
	(void)state;
	const struct core_pmus two = { .pmus = { { "cpu_atom", 10 }, { "cpu_core", 4 } },
				       .n = 2 };
	const struct perf_event_attr misses = { .type = PERF_TYPE_HARDWARE,
						.config = PERF_COUNT_HW_CACHE_MISSES },
				     loads = { .type = PERF_TYPE_HW_CACHE,
					       .config = PERF_COUNT_HW_CACHE_LL },
				     faults = { .type = PERF_TYPE_SOFTWARE,
						.config = PERF_COUNT_SW_PAGE_FAULTS },
				     raw = { .type = 10, .config = 0x3c };
	assert_true(core_pmus_split(&two, &misses));
	assert_true(core_pmus_split(&two, &loads));
	assert_false(core_pmus_split(&two, &faults));
	assert_false(core_pmus_split(&two, &raw));
	const struct perf_event_attr atom = core_pmu_attr(&misses, &two.pmus[0]);
	assert_int_equal(atom.type, PERF_TYPE_HARDWARE);
	assert_true(atom.config == UINT64_C(0xa00000003));
	assert_false(core_pmus_split(&two, &atom)); /* it has its PMU already */
}

static uint64_t scaled(struct perf_total *total, const struct perf_count *count)
{
	assert_int_equal(perf_total_add(total, count), 0);
	return total->value;
}

/* Each alone would be taken for a counter that was shared, and 30000 made of 10000. */
static void waiting_for_the_other_kind_scales_nothing(void **state)
{
	(void)state;
	struct perf_total core = { 0 }, atom = { 0 };
	struct perf_count counts[] = { { 10000, 3000, 1000 }, { 500, 3000, 2000 } };
	core_pmus_join(counts, 2);
	assert_int_equal(scaled(&core, &counts[0]), 10000);
	assert_int_equal(scaled(&atom, &counts[1]), 500);
}

static void a_kind_that_was_never_used_counted_nothing(void **state)
{
	(void)state;
	struct perf_total atom = { 0 };
	struct perf_count counts[] = { { 10000, 3000, 3000 }, { 0, 3000, 0 } };
	core_pmus_join(counts, 2);
	assert_int_equal(scaled(&atom, &counts[1]), 0);
}

static void a_counter_that_was_shared_is_scaled_still(void **state)
{
	(void)state;
	struct perf_total core = { 0 }, atom = { 0 };
	struct perf_count counts[] = { { 1000, 3000, 500 }, { 70, 3000, 1000 } };
	core_pmus_join(counts, 2);
	assert_int_equal(scaled(&core, &counts[0]), 2000);
	assert_int_equal(scaled(&atom, &counts[1]), 140);
}

/* The second is read 40 ns later, in which the task ran on its kind. */
static void time_between_two_reads_is_not_shared_time(void **state)
{
	(void)state;
	struct perf_total atom = { 0 };
	struct perf_count counts[] = { { 1000, 3000, 1000 }, { 70, 3040, 2040 } };
	core_pmus_join(counts, 2);
	assert_int_equal(counts[1].running_ns, 3000);
	assert_int_equal(scaled(&atom, &counts[1]), 70);
}

int main(void)
{
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(p_and_e_cores_are_two),
		WITH_FOLDER(big_and_little_cores_are_two),
		WITH_FOLDER(one_kind_of_core_is_not_split),
		WITH_FOLDER(cores_that_are_all_off_are_no_kind),
		WITH_FOLDER(a_kind_of_core_has_its_own_name_for_an_event),
		cmocka_unit_test(generic_events_alone_are_split),
		cmocka_unit_test(waiting_for_the_other_kind_scales_nothing),
		cmocka_unit_test(a_kind_that_was_never_used_counted_nothing),
		cmocka_unit_test(a_counter_that_was_shared_is_scaled_still),
		cmocka_unit_test(time_between_two_reads_is_not_shared_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
