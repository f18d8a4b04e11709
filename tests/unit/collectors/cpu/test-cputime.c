/* CPU time of a process tree is whole: children, daemons, and those that are gone. */
#include <config.h>

#include "base/problem.h"
#include "collectors/cpu/machine-cpu.h"
#include "collectors/cpu/proc-tree.h"
#include "collectors/registry.h"
#include "tests/unit/collectors/tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static void a_name_with_blanks_and_parentheses_does_not_shift_the_fields(void **state)
{
	(void)state;
	uint64_t own, reaped;
	assert_int_equal(proc_stat_ticks("12 (a) R 7 (b) S 1 12 12 0 -1 4194560 9 8 7 6 "
					 "100 20 3 4 20 0 1 0 5\n",
					 &own, &reaped),
			 0);
	assert_int_equal(own, 120);
	assert_int_equal(reaped, 7);
}

static void a_cut_line_is_an_error(void **state)
{
	(void)state;
	uint64_t own, reaped;
	assert_int_equal(proc_stat_ticks("12 (sh", &own, &reaped), EBADMSG);
	assert_int_equal(proc_stat_ticks("12 (sh) S 1 12", &own, &reaped), EBADMSG);
}

static void guests_are_not_added_to_the_time_that_holds_them(void **state)
{
	(void)state;
	struct machine_cpu cpu;
	assert_int_equal(machine_cpu_parse("cpu  100 20 3 1000 50 4 5 6 90 9", &cpu), 0);
	assert_int_equal(cpu.busy_ticks, 132);
	assert_int_equal(cpu.steal_ticks, 6);
}

static void another_first_line_is_an_error(void **state)
{
	(void)state;
	struct machine_cpu cpu;
	assert_int_equal(machine_cpu_parse("cpu0 1 2 3 4 5 6 7 8 9 10", &cpu), EBADMSG);
	assert_int_equal(machine_cpu_parse("cpu  1 2 3", &cpu), EBADMSG);
}

static double reaped_s(void)
{
	struct rusage usage;
	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* A daemon (its parent exits at once), a child that its parent reaps, and one of its own. */
static const char family[] = "(setsid sh -c '" TREE_WORK "' &) ; "
			     "sh -c '" TREE_WORK "'; " TREE_WORK;

static void the_tree_is_complete_after_all_were_reaped(void **state)
{
	(void)state;
	const struct collector *cputime = collector_find("cputime");
	struct tree tree = tree_fork(family);
	const struct scope scope = { .root_pid = tree.root };
	struct channel_list list;
	struct reading readings[3];
	struct problem why;
	void *opened;
	assert_int_equal(cputime->open(&scope, &opened, &list, &why), 0);
	assert_int_equal(list.n, 3);
	double before_s = reaped_s();
	tree_start(&tree);
	tree_reap();
	assert_int_equal(cputime->read(opened, readings), 0);
	double tree_s = (double)readings[0].raw * list.channels[0].unit_per_raw;
	double truth_s = reaped_s() - before_s;
	cputime->close(opened);
	/* The two clocks of the kernel differ in what they charge to exec and exit. */
	assert_true(tree_s > 0.9 * truth_s - 0.02);
	assert_true(tree_s < 1.1 * truth_s + 0.02);
}

static void without_perf_the_tree_is_complete_too(void **state)
{
	(void)state;
	struct proc_tree *proc;
	uint64_t ns, last_ns = 0;
	struct tree tree = tree_fork(family);
	assert_int_equal(proc_tree_open(&proc, tree.root), 0);
	double before_s = reaped_s();
	tree_start(&tree);
	while (waitpid(-1, NULL, WNOHANG) >= 0) {
		assert_int_equal(proc_tree_read(proc, &ns), 0);
		assert_true(ns >= last_ns);
		last_ns = ns;
		usleep(5000);
	}
	assert_int_equal(proc_tree_read(proc, &ns), 0);
	double truth_s = reaped_s() - before_s;
	proc_tree_close(proc);
	assert_true((double)ns / 1e9 > truth_s - 1e-6);
	/* A living process is charged whole ticks, and a clamp keeps the largest sum seen. */
	assert_true((double)ns / 1e9 < truth_s + 0.05);
}

static void without_perf_living_descendants_count_before_they_are_reaped(void **state)
{
	(void)state;
	struct proc_tree *proc;
	uint64_t ns = 0;
	struct tree tree = tree_fork("sh -c '(while :; do :; done); :'; :");
	assert_int_equal(proc_tree_open(&proc, tree.root), 0);
	tree_start(&tree);
	for (int i = 0; i < 500 && ns < 50000000; i++) {
		usleep(10000);
		assert_int_equal(proc_tree_read(proc, &ns), 0);
	}
	assert_true(ns >= 50000000);
	kill(-tree.root, SIGKILL);
	tree_reap();
	proc_tree_close(proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_name_with_blanks_and_parentheses_does_not_shift_the_fields),
		cmocka_unit_test(a_cut_line_is_an_error),
		cmocka_unit_test(guests_are_not_added_to_the_time_that_holds_them),
		cmocka_unit_test(another_first_line_is_an_error),
		cmocka_unit_test(the_tree_is_complete_after_all_were_reaped),
		cmocka_unit_test(without_perf_the_tree_is_complete_too),
		cmocka_unit_test(
		    without_perf_living_descendants_count_before_they_are_reaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
