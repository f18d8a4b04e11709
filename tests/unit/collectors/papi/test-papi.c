/* PAPI counts the calling process with all its threads, and says what it cannot count. */
#include <config.h>

#include "base/problem.h"
#include "collectors/registry.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int open_papi(const char *events, void **opened, struct channel_list *list,
		     struct problem *why)
{
	const struct scope scope = { .root_pid = getpid(), .events = events };
	return collector_find("papi")->open(&scope, opened, list, why);
}

static int64_t thread_ns(void)
{
	struct timespec used;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static void *work_50_ms(void *unused)
{
	(void)unused;
	for (int64_t begin = thread_ns(); thread_ns() - begin < 50000000;)
		;
	return NULL;
}

static void the_time_of_other_threads_is_counted(void **state)
{
	(void)state;
	const struct collector *papi = collector_find("papi");
	struct channel_list list;
	struct problem why;
	struct reading before, after;
	pthread_t thread;
	void *opened;
	assert_int_equal(open_papi("task-clock", &opened, &list, &why), 0);
	assert_int_equal(papi->read(opened, &before), 0);
	assert_int_equal(pthread_create(&thread, NULL, work_50_ms, NULL), 0);
	pthread_join(thread, NULL);
	assert_int_equal(papi->read(opened, &after), 0);
	assert_in_range(after.raw - before.raw, 50000000, 200000000);
	papi->close(opened);
}

static void touched_pages_are_minor_faults(void **state)
{
	(void)state;
	enum { SIZE = 4 << 20 };
	static volatile char pages[SIZE]; /* of zeros that no page of memory holds yet */
	const struct collector *papi = collector_find("papi");
	struct channel_list list;
	struct problem why;
	struct reading before, after;
	void *opened;
	assert_int_equal(open_papi("minor-faults", &opened, &list, &why), 0);
	papi->read(opened, &before);
	for (size_t i = 0; i < SIZE; i += 4096)
		pages[i]++;
	papi->read(opened, &after);
	assert_true(pages[0] == 1 && after.raw > before.raw);
	papi->close(opened);
}

static void a_comma_between_slashes_is_part_of_the_name(void **state)
{
	(void)state;
	struct channel_list list;
	struct problem why;
	void *opened;
	assert_int_equal(
	    open_papi("task-clock,cpu/event=0x3c,umask=0x1/", &opened, &list, &why), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.n_absent, 1);
	assert_string_equal(list.absences[0].name, "cpu/event=0x3c,umask=0x1/");
	collector_find("papi")->close(opened);
}

static void a_name_that_papi_lacks_is_an_absence_with_a_reason(void **state)
{
	(void)state;
	struct channel_list list;
	struct problem why;
	void *opened;
	assert_int_equal(open_papi("task-clock,PAPI_BOGUS", &opened, &list, &why), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.n_absent, 1);
	assert_string_equal(list.absences[0].name, "PAPI_BOGUS");
	assert_non_null(strstr(list.absences[0].why, "PAPI"));
	collector_find("papi")->close(opened);
}

static void nothing_to_count_is_a_failure_with_a_reason(void **state)
{
	(void)state;
	struct channel_list list;
	struct problem why;
	void *opened;
	assert_int_equal(open_papi("PAPI_BOGUS", &opened, &list, &why), -1);
	assert_non_null(strstr(why.why, "PAPI_BOGUS"));
	assert_int_equal(open_papi(",", &opened, &list, &why), -1);
	assert_non_null(strstr(why.why, "no event"));
}

static void a_second_open_before_close_fails_with_a_reason(void **state)
{
	(void)state;
	struct channel_list list;
	struct problem why;
	void *first, *second;
	assert_int_equal(open_papi("task-clock", &first, &list, &why), 0);
	assert_int_equal(open_papi("task-clock", &second, &list, &why), -1);
	assert_non_null(strstr(why.why, "PAPI"));
	collector_find("papi")->close(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_time_of_other_threads_is_counted),
		cmocka_unit_test(touched_pages_are_minor_faults),
		cmocka_unit_test(a_comma_between_slashes_is_part_of_the_name),
		cmocka_unit_test(a_name_that_papi_lacks_is_an_absence_with_a_reason),
		cmocka_unit_test(a_second_open_before_close_fails_with_a_reason),
		cmocka_unit_test(nothing_to_count_is_a_failure_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
