/* Events are counted for the whole tree from its exec on; what cannot be counted says why. */
#include <config.h>

#include "base/problem.h"
#include "collectors/perf/event-names.h"
#include "collectors/perf/perf-event.h"
#include "collectors/registry.h"
#include "tests/unit/collectors/tree.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>

/* Opens hwevents on a tree, runs it to its end, and reads. False where perf is refused. */
static bool count(const char *script, const char *events, struct reading *readings,
		  size_t *n)
{
	const struct collector *hwevents = collector_find("hwevents");
	struct tree tree = tree_fork(script);
	const struct scope scope = { .root_pid = tree.root, .events = events };
	struct channel_list list;
	struct problem why;
	void *opened;
	bool is_open = hwevents->open(&scope, &opened, &list, &why) == 0;
	tree_start(&tree);
	tree_reap();
	*n = 0;
	if (!is_open) {
		/* Containers and paranoid settings refuse perf: then it is said, with the way out. */
		assert_non_null(strstr(why.why, "permission denied"));
		assert_non_null(strstr(why.todo, "perf_event_paranoid"));
		return false;
	}
	*n = list.n;
	assert_int_equal(hwevents->read(opened, readings), 0);
	hwevents->close(opened);
	return true;
}

static void counts_hold_daemons_and_are_complete_after_the_end(void **state)
{
	(void)state;
	struct reading one[1], four[1];
	size_t n;
	if (!count(TREE_WORK, "task-clock", one, &n))
		return;
	count("(setsid sh -c '" TREE_WORK "' &); sh -c '" TREE_WORK "'; sh -c '" TREE_WORK
	      "'; " TREE_WORK,
	      "task-clock", four, &n);
	assert_in_range(four[0].raw, 2 * one[0].raw, 8 * one[0].raw);
}

/* One group for the first, a group of its own for each other: all of one tree of processes,
 * with daemons, that has ended. */
static void events_that_are_read_in_one_call_count_what_each_counts_alone(void **state)
{
	(void)state;
	static const char *const names[] = { "page-faults", "minor-faults", "task-clock" };
	enum { N = sizeof(names) / sizeof(*names) };
	const struct collector *hwevents = collector_find("hwevents");
	struct tree tree = tree_fork("(setsid sh -c '" TREE_WORK "' &); sh -c '" TREE_WORK
				     "'; " TREE_WORK);
	struct channel_list list;
	struct problem why;
	struct reading together[N], alone;
	void *group, *single[N];
	const struct scope all = { .root_pid = tree.root,
				   .events = "page-faults,minor-faults,task-clock" };
	bool is_open = hwevents->open(&all, &group, &list, &why) == 0;
	for (size_t i = 0; i < N && is_open; i++) {
		const struct scope one = { .root_pid = tree.root, .events = names[i] };
		assert_int_equal(hwevents->open(&one, &single[i], &list, &why), 0);
	}
	tree_start(&tree);
	tree_reap();
	if (!is_open)
		return;
	assert_int_equal(hwevents->read(group, together), 0);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(hwevents->read(single[i], &alone), 0);
		assert_true(alone.raw > 0);
		/* Clocks stop one after the other; occurrences are in both or in neither. */
		assert_in_range(together[i].raw * 1000, alone.raw * (i == 2 ? 990 : 1000),
				alone.raw * (i == 2 ? 1010 : 1000));
		hwevents->close(single[i]);
	}
	hwevents->close(group);
}

static void each_page_that_is_touched_is_a_fault(void **state)
{
	(void)state;
	struct reading few[1], many[1];
	size_t n;
	if (!count("exec true", "page-faults", few, &n))
		return;
	/* 16 MiB of zeros, touched: 4096 pages where pages are 4 KiB and not huge. */
	count("exec head -c 16777216 /dev/zero | tail -c 16777216 >/dev/null",
	      "page-faults", many, &n);
	assert_true(many[0].raw > few[0].raw);
}

static void an_unknown_name_is_an_absence_beside_the_known(void **state)
{
	(void)state;
	const struct collector *hwevents = collector_find("hwevents");
	const struct scope scope = { .root_pid = getpid(), .events = "task-clock,,bogus" };
	struct channel_list list;
	struct problem why;
	void *opened;
	if (hwevents->open(&scope, &opened, &list, &why) != 0)
		return;
	assert_int_equal(list.n, 1);
	assert_int_equal(list.n_absent, 1);
	assert_string_equal(list.absences[0].name, "bogus");
	assert_true(strlen(list.absences[0].why) > 0);
	hwevents->close(opened);
}

static void nothing_but_unknown_names_fails_with_the_first_reason(void **state)
{
	(void)state;
	const struct scope scope = { .root_pid = getpid(), .events = "bogus,worse" };
	struct channel_list list;
	struct problem why;
	void *opened;
	assert_int_equal(collector_find("hwevents")->open(&scope, &opened, &list, &why),
			 -1);
	assert_non_null(strstr(why.why, "'bogus'"));
}

static void a_name_given_twice_is_counted_once(void **state)
{
	(void)state;
	struct reading readings[4];
	size_t n;
	if (count("exec true", "task-clock,page-faults,task-clock", readings, &n))
		assert_int_equal(n, 2);
}

static void software_names_need_no_pmu(void **state)
{
	(void)state;
	struct event_code code;
	char why[128];
	assert_int_equal(event_encode("Task-Clock", false, &code, why, sizeof(why)), 0);
	assert_int_equal(code.attr.type, PERF_TYPE_SOFTWARE);
	assert_int_equal(code.attr.config, PERF_COUNT_SW_TASK_CLOCK);
	assert_true(code.is_time);
	assert_false(code.is_hardware);
}

static void what_the_kernel_alone_does_is_not_counted_in_user_space(void **state)
{
	(void)state;
	struct event_code code;
	char why[128];
	assert_int_equal(event_encode("context-switches", false, &code, why, sizeof(why)),
			 0);
	assert_true(code.needs_kernel);
}

static void hardware_names_without_a_pmu_say_so(void **state)
{
	(void)state;
	struct event_code code;
	char why[128];
	assert_int_equal(event_encode("cycles", false, &code, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "no core PMU"));
}

static void other_names_are_encoded_by_libpfm4(void **state)
{
	(void)state;
	struct event_code code;
	char why[128];
	assert_int_equal(event_encode("perf::LLC-LOADS", true, &code, why, sizeof(why)), 0);
	assert_int_equal(code.attr.type, PERF_TYPE_HW_CACHE);
	assert_true(code.is_hardware);
	assert_int_equal(event_encode("bogus", true, &code, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "libpfm4"));
}

static void a_count_that_shared_nothing_is_exact(void **state)
{
	(void)state;
	struct perf_total total = { 0 };
	assert_int_equal(perf_total_add(&total, &(struct perf_count){ 0, 0, 0 }), 0);
	perf_total_add(&total, &(struct perf_count){ 1000003, 700, 700 });
	assert_int_equal(perf_total_add(&total, &(struct perf_count){ 2000009, 900, 900 }),
			 0);
	assert_int_equal(total.value, 2000009);
	/* All tasks have exited: nothing moves any more. */
	assert_int_equal(perf_total_add(&total, &(struct perf_count){ 2000009, 900, 900 }),
			 0);
	assert_int_equal(total.value, 2000009);
}

static void a_count_that_waited_half_its_time_is_doubled(void **state)
{
	(void)state;
	struct perf_total total = { 0 };
	perf_total_add(&total, &(struct perf_count){ 100, 1000, 500 });
	assert_int_equal(total.value, 200);
	perf_total_add(&total,
		       &(struct perf_count){ 200, 2000, 1500 }); /* ran all the time */
	assert_int_equal(total.value, 300);
	perf_total_add(&total,
		       &(struct perf_count){ 200, 3000, 1500 }); /* waited all the time */
	assert_int_equal(total.value, 300);
	perf_total_add(&total,
		       &(struct perf_count){ 300, 4000, 2500 }); /* 100 in half of 2000 */
	assert_int_equal(total.value, 500);
}

static void a_count_that_never_ran_is_unknown_and_not_zero(void **state)
{
	(void)state;
	struct perf_total total = { 0 };
	assert_int_equal(perf_total_add(&total, &(struct perf_count){ 0, 1000, 0 }),
			 ENODATA);
}

static void large_counts_do_not_overflow_when_scaled(void **state)
{
	(void)state;
	struct perf_total total = { 0 };
	const uint64_t hour_ns = 3600 * UINT64_C(1000000000);
	perf_total_add(&total,
		       &(struct perf_count){ UINT64_C(1) << 50, hour_ns, hour_ns / 4 });
	assert_true(total.value == UINT64_C(1) << 52);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_hold_daemons_and_are_complete_after_the_end),
		cmocka_unit_test(
		    events_that_are_read_in_one_call_count_what_each_counts_alone),
		cmocka_unit_test(each_page_that_is_touched_is_a_fault),
		cmocka_unit_test(an_unknown_name_is_an_absence_beside_the_known),
		cmocka_unit_test(nothing_but_unknown_names_fails_with_the_first_reason),
		cmocka_unit_test(a_name_given_twice_is_counted_once),
		cmocka_unit_test(software_names_need_no_pmu),
		cmocka_unit_test(what_the_kernel_alone_does_is_not_counted_in_user_space),
		cmocka_unit_test(hardware_names_without_a_pmu_say_so),
		cmocka_unit_test(other_names_are_encoded_by_libpfm4),
		cmocka_unit_test(a_count_that_shared_nothing_is_exact),
		cmocka_unit_test(a_count_that_waited_half_its_time_is_doubled),
		cmocka_unit_test(a_count_that_never_ran_is_unknown_and_not_zero),
		cmocka_unit_test(large_counts_do_not_overflow_when_scaled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
