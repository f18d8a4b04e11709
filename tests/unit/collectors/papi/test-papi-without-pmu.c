/* Where PAPI offers events that do not start, the others count. The PAPI is
 * tests/fakes/libpapi-without-pmu.c, in the folder $PAPI_WITHOUT_PMU_FOLDER. */
#include <config.h>

#include "base/problem.h"
#include "collectors/registry.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct collector *papi;

static int open_papi(const char *events, void **opened, struct channel_list *list)
{
	const struct scope scope = { .root_pid = getpid(), .events = events };
	struct problem why;
	unsetenv("PAPI_WITHOUT_PMU");
	papi = collector_find("papi");
	return papi->open(&scope, opened, list, &why);
}

static void assert_not_started(const struct channel_list *list, size_t i, const char *name)
{
	assert_true(i < list->n_absent);
	assert_string_equal(list->absences[i].name, name);
	assert_non_null(
	    strstr(list->absences[i].why, "PAPI cannot start it (invalid argument)"));
}

static long long cpu_ns(void)
{
	struct timespec used;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (long long)used.tv_sec * 1000000000 + used.tv_nsec;
}

static void spend_20_ms(void)
{
	for (long long begin = cpu_ns(); cpu_ns() - begin < 20000000;)
		;
}

static void an_event_that_does_not_start_is_an_absence(void **state)
{
	(void)state;
	struct channel_list list;
	void *opened;
	assert_int_equal(open_papi("task-clock,PAPI_TOT_INS", &opened, &list), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.channels[0].name, "task-clock");
	assert_not_started(&list, 0, "PAPI_TOT_INS");
	papi->close(opened);
}

/* Before, between and after those that do not start. */
static void events_that_start_count_beside_those_that_do_not(void **state)
{
	(void)state;
	static const char list_of[] =
	    "PAPI_TOT_INS,perf::TASK-CLOCK,PAPI_TOT_CYC,task-clock,"
	    "PAPI_BOGUS,minor-faults,perf::INSTRUCTIONS";
	struct channel_list list;
	struct reading before[3], after[3];
	void *opened;
	assert_int_equal(open_papi(list_of, &opened, &list), 0);
	assert_int_equal(list.n, 3);
	assert_string_equal(list.channels[0].name, "perf::TASK-CLOCK");
	assert_string_equal(list.channels[1].name, "task-clock");
	assert_string_equal(list.channels[2].name, "minor-faults");
	assert_int_equal(list.n_absent, 4);
	assert_not_started(&list, 0, "PAPI_TOT_INS");
	assert_not_started(&list, 1, "PAPI_TOT_CYC");
	assert_string_equal(list.absences[2].name, "PAPI_BOGUS");
	assert_not_started(&list, 3, "perf::INSTRUCTIONS");
	assert_int_equal(papi->read(opened, before), 0);
	spend_20_ms();
	assert_int_equal(papi->read(opened, after), 0);
	assert_in_range(after[0].raw - before[0].raw, 20000000, 1000000000);
	assert_in_range(after[1].raw - before[1].raw, 20000000, 1000000000);
	papi->close(opened);
}

static void a_set_that_fails_at_last_leaves_the_other(void **state)
{
	(void)state;
	const struct scope scope = {
		.root_pid = getpid(),
		.events = "PAPI_TOT_INS,task-clock,PAPI_TOT_CYC,minor-faults",
	};
	struct channel_list list;
	struct reading readings[2];
	struct problem why;
	void *opened;
	setenv("PAPI_WITHOUT_PMU", "final", 1);
	assert_int_equal(papi->open(&scope, &opened, &list, &why), 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.channels[0].name, "task-clock");
	assert_string_equal(list.channels[1].name, "minor-faults");
	assert_not_started(&list, 0, "PAPI_TOT_INS");
	assert_not_started(&list, 1, "PAPI_TOT_CYC");
	assert_int_equal(papi->read(opened, readings), 0);
	assert_true(readings[0].raw > 0 && readings[0].raw <= (uint64_t)cpu_ns());
	papi->close(opened);
}

static void where_none_starts_the_reason_is_told(void **state)
{
	(void)state;
	const struct scope scope = { .root_pid = getpid(), .events = "PAPI_TOT_INS" };
	struct channel_list list;
	struct problem why;
	void *opened;
	unsetenv("PAPI_WITHOUT_PMU");
	assert_int_equal(papi->open(&scope, &opened, &list, &why), -1);
	assert_non_null(strstr(why.why, "'PAPI_TOT_INS': PAPI cannot start it (invalid "));
}

/* The library is found as the program starts. */
static void start_again(void)
{
	const char *folder = getenv("PAPI_WITHOUT_PMU_FOLDER");
	if (getenv("PAPI_WITHOUT_PMU_SEEN"))
		return;
	setenv("PAPI_WITHOUT_PMU_SEEN", "1", 1);
	setenv("LD_LIBRARY_PATH", folder ? folder : "tests/fakes/papi-without-pmu", 1);
	execl("/proc/self/exe", "test-papi-without-pmu", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_that_does_not_start_is_an_absence),
		cmocka_unit_test(events_that_start_count_beside_those_that_do_not),
		cmocka_unit_test(a_set_that_fails_at_last_leaves_the_other),
		cmocka_unit_test(where_none_starts_the_reason_is_told),
	};
	start_again();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
