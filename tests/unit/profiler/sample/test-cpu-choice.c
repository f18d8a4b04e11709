/* Which processors the sampler may wake on, of machines that are made of files. */
#include <config.h>

#include "profiler/sample/cpu-choice.h"
#include "tests/unit/cmocka.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 128, TICKS_A_LOOK = 20 };
static const int64_t look_ns = 200 * 1000 * 1000;

/* A machine whose processors have worked so long, in ticks. */
struct machine {
	char folder[64], stat[96];
	struct cpu_files files;
	int n;
	long busy[MOST], idle[MOST];
	struct cpu_choice *choice;
	int64_t now_ns;
	struct cpu_own own;
};

static void write_stat(const struct machine *machine)
{
	FILE *file = fopen(machine->stat, "w");
	assert_non_null(file);
	fputs("cpu  1 2 3 4 5 6 7 8 9 10\n", file);
	for (int i = 0; i < machine->n; i++)
		fprintf(file, "cpu%d %ld 0 0 %ld 0 0 0 0 0 0\n", i, machine->busy[i],
			machine->idle[i]);
	fputs("intr 12345 1 2 3\nctxt 1\n", file);
	fclose(file);
}

static void write_device(const struct machine *machine, const char *name, const char *text)
{
	char path[160];
	snprintf(path, sizeof(path), "%s/%s", machine->folder, name);
	for (char *slash = path + strlen(machine->folder) + 1; (slash = strchr(slash, '/'));
	     *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0700);
	}
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	fclose(file);
}

static void open_machine(struct machine *machine, int n, int n_allowed)
{
	char text[32];
	cpu_set_t allowed;
	*machine = (struct machine){ .folder = "/tmp/cpu-choice-XXXXXX", .n = n };
	assert_non_null(mkdtemp(machine->folder));
	snprintf(machine->stat, sizeof(machine->stat), "%s/stat", machine->folder);
	machine->files = (struct cpu_files){ machine->stat, machine->folder };
	snprintf(text, sizeof(text), "0-%d", n - 1);
	write_device(machine, "possible", text);
	write_stat(machine);
	CPU_ZERO(&allowed);
	for (int i = 0; i < n_allowed; i++)
		CPU_SET((size_t)i, &allowed);
	machine->choice = cpu_choice_new(&machine->files, &allowed);
}

static int remove_one(const char *path, const struct stat *status, int kind,
		      struct FTW *walk)
{
	(void)status, (void)kind, (void)walk;
	return remove(path);
}

static void close_machine(struct machine *machine)
{
	cpu_choice_free(machine->choice);
	nftw(machine->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static bool look(struct machine *machine)
{
	machine->now_ns += look_ns;
	return cpu_choice_look(machine->choice, machine->now_ns, &machine->own);
}

/* A fifth of a second in which these processors work and the others do not. */
static bool pass(struct machine *machine, const char *working)
{
	for (int i = 0; i < machine->n; i++) {
		bool works = strchr(working, 'A' + i % 26) != NULL;
		machine->busy[i] += works ? TICKS_A_LOOK : 0;
		machine->idle[i] += works ? 0 : TICKS_A_LOOK;
	}
	write_stat(machine);
	return look(machine);
}

/* "AC": the first and the third. */
static void expect(const struct machine *machine, const char *processors)
{
	char text[MOST + 1] = "";
	size_t n = 0;
	for (int i = 0; i < machine->n; i++)
		if (CPU_ISSET((size_t)i, cpu_choice_set(machine->choice)))
			text[n++] = (char)('A' + i % 26);
	text[n] = '\0';
	assert_string_equal(text, processors);
}

static void it_keeps_off_what_works(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 4, 4);
	assert_false(look(&machine));
	expect(&machine, "ABCD");
	assert_true(pass(&machine, "B"));
	expect(&machine, "ACD");
	assert_false(pass(&machine, "B"));
	assert_true(pass(&machine, "AD")); /* it has moved */
	expect(&machine, "BC");
	close_machine(&machine);
}

static void where_all_work_any_will_do(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 2, 2);
	look(&machine);
	pass(&machine, "A");
	expect(&machine, "B");
	assert_true(pass(&machine, "AB"));
	expect(&machine, "AB");
	const struct cpu_looks looks = cpu_choice_looks(machine.choice);
	assert_int_equal(looks.n, 2);
	assert_int_equal(looks.n_busy, 1);
	close_machine(&machine);
}

/* Who marks is interrupted by none of them, as long as there is another; though it works for a moment at a time. */
static void it_keeps_off_who_marks(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 3, 3);
	look(&machine);
	cpu_choice_keep_off(machine.choice, 1);
	assert_true(pass(&machine, ""));
	expect(&machine, "AC");
	assert_true(cpu_choice_is_apart(machine.choice));
	assert_true(pass(&machine, "AC")); /* that one is idle, and the others are not */
	expect(&machine, "B");
	assert_false(cpu_choice_is_apart(machine.choice));
	pass(&machine, "ABC");
	expect(&machine, "AC");
	assert_false(cpu_choice_is_apart(machine.choice));
	cpu_choice_keep_off(machine.choice, -1);
	pass(&machine, "");
	expect(&machine, "ABC");
	assert_true(cpu_choice_is_apart(machine.choice));
	close_machine(&machine);
}

static void it_keeps_off_the_core_of_who_marks(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 4, 4);
	write_device(&machine, "smt/active", "1");
	write_device(&machine, "cpu0/topology/thread_siblings_list", "0,2");
	write_device(&machine, "cpu2/topology/thread_siblings_list", "0,2");
	write_device(&machine, "cpu1/topology/thread_siblings_list", "1,3");
	write_device(&machine, "cpu3/topology/thread_siblings_list", "1,3");
	look(&machine);
	cpu_choice_keep_off(machine.choice, 0);
	pass(&machine, "");
	expect(&machine, "BD");
	pass(&machine, "BD"); /* beside it is better than upon it */
	expect(&machine, "C");
	close_machine(&machine);
}

static void where_a_thread_ran_is_told(void **state)
{
	(void)state;
	cpu_set_t before, one;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &before))
			continue;
		CPU_ZERO(&one);
		CPU_SET((size_t)cpu, &one);
		assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
		assert_int_equal(cpu_of_thread(getpid(), -7), cpu);
		assert_int_equal(cpu_of_thread(getpid(), gettid()), cpu);
	}
	sched_setaffinity(0, sizeof(before), &before);
	assert_int_equal(cpu_of_thread(0, 0), -1);
	assert_int_equal(cpu_of_thread(INT32_MAX, 0), -1);
}

static void another_core_stands_before_a_sibling(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 4, 4);
	write_device(&machine, "smt/active", "1");
	write_device(&machine, "cpu0/topology/thread_siblings_list", "0,2");
	write_device(&machine, "cpu2/topology/thread_siblings_list", "0,2");
	write_device(&machine, "cpu1/topology/thread_siblings_list", "1,3");
	write_device(&machine, "cpu3/topology/thread_siblings_list", "1,3");
	look(&machine);
	pass(&machine, "A");
	expect(&machine, "BD");
	pass(&machine, "AB"); /* each core works: beside one is better than upon one */
	expect(&machine, "CD");
	close_machine(&machine);
}

static void a_sibling_counts_that_is_not_allowed(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 4, 2);
	write_device(&machine, "smt/active", "1");
	write_device(&machine, "cpu0/topology/thread_siblings_list", "0,2");
	write_device(&machine, "cpu2/topology/thread_siblings_list", "0,2");
	look(&machine);
	pass(&machine, "C");
	expect(&machine, "B");
	close_machine(&machine);
}

static void its_own_work_makes_none_busy(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 2, 2);
	look(&machine);
	machine.own = (struct cpu_own){ .cpu = 1, .cpu_ns = look_ns };
	assert_true(pass(&machine, "AB"));
	expect(&machine, "B");
	close_machine(&machine);
}

static void a_little_work_is_left_as_it_was(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 2, 2);
	look(&machine);
	for (int round = 0; round < 2; round++) {
		machine.busy[0] += 15; /* 15 % */
		machine.idle[0] += 85;
		machine.idle[1] += 100;
		write_stat(&machine);
		look(&machine);
		expect(&machine, round ? "B" : "AB");
		if (round == 0)
			pass(&machine, "A");
	}
	close_machine(&machine);
}

static void of_one_it_tells_whether_it_works(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 4, 1);
	look(&machine);
	assert_false(pass(&machine, "A"));
	assert_false(pass(&machine, "B"));
	expect(&machine, "A");
	const struct cpu_looks looks = cpu_choice_looks(machine.choice);
	assert_int_equal(looks.n, 2);
	assert_int_equal(looks.n_busy, 1);
	close_machine(&machine);
}

static void without_files_all_are_allowed(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 4, 4);
	unlink(machine.stat);
	assert_false(look(&machine));
	assert_false(look(&machine));
	expect(&machine, "ABCD");
	assert_int_equal(cpu_choice_looks(machine.choice).n, 0);
	close_machine(&machine);
}

static void one_that_is_taken_away_is_not_chosen(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 3, 3);
	look(&machine);
	machine.n = 2;
	pass(&machine, "A");
	machine.n = 3;
	expect(&machine, "B");
	close_machine(&machine);
}

/* What was seen too soon says too little. */
static void looks_keep_their_distance(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, 2, 2);
	look(&machine);
	machine.now_ns -= look_ns - look_ns / 20;
	assert_false(pass(&machine, "A"));
	assert_int_equal(cpu_choice_looks(machine.choice).n, 0);
	assert_true(pass(&machine, "A"));
	assert_int_equal(cpu_choice_looks(machine.choice).n, 1);
	close_machine(&machine);
}

static void many_processors_all_have_their_line(void **state)
{
	(void)state;
	struct machine machine;
	open_machine(&machine, MOST, MOST);
	for (int i = 0; i < MOST; i++) {
		machine.busy[i] = 4000000000000000L; /* the longest lines */
		machine.idle[i] = 4000000000000000L;
	}
	write_stat(&machine);
	look(&machine);
	for (int i = 0; i < MOST; i++) {
		machine.busy[i] += i < MOST - 1 ? TICKS_A_LOOK : 0;
		machine.idle[i] += i < MOST - 1 ? 0 : TICKS_A_LOOK;
	}
	write_stat(&machine);
	assert_true(look(&machine));
	assert_int_equal(CPU_COUNT(cpu_choice_set(machine.choice)), 1);
	assert_true(CPU_ISSET(MOST - 1, cpu_choice_set(machine.choice)));
	close_machine(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_keeps_off_what_works),
		cmocka_unit_test(where_all_work_any_will_do),
		cmocka_unit_test(it_keeps_off_who_marks),
		cmocka_unit_test(it_keeps_off_the_core_of_who_marks),
		cmocka_unit_test(where_a_thread_ran_is_told),
		cmocka_unit_test(another_core_stands_before_a_sibling),
		cmocka_unit_test(a_sibling_counts_that_is_not_allowed),
		cmocka_unit_test(its_own_work_makes_none_busy),
		cmocka_unit_test(a_little_work_is_left_as_it_was),
		cmocka_unit_test(of_one_it_tells_whether_it_works),
		cmocka_unit_test(without_files_all_are_allowed),
		cmocka_unit_test(one_that_is_taken_away_is_not_chosen),
		cmocka_unit_test(looks_keep_their_distance),
		cmocka_unit_test(many_processors_all_have_their_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
