/* Records that wait in a stack sampler because nobody takes them yet: they stay, and cost no more memory each time
 * that the rings are emptied. */
#include <config.h>

#include "base/problem.h"
#include "collectors/perf/stack-sampler.h"
#include "tests/unit/cmocka.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that works for a moment once it is told to by a byte. */
static pid_t start_worker(int *told)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char byte;
		close(ends[1]);
		if (read(ends[0], &byte, 1) == 1)
			execl("/bin/sh", "sh", "-c",
			      "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done",
			      (char *)NULL);
		_exit(1);
	}
	close(ends[0]);
	*told = ends[1];
	return pid;
}

static void what_nobody_takes_is_kept_in_one_place(void **state)
{
	(void)state;
	int told, status;
	struct problem why;
	struct stack_record record;
	size_t n_samples = 0;
	pid_t pid = start_worker(&told);
	struct stack_sampler *sampler = stack_sampler_open(pid, 997, 0, &why);
	assert_int_equal(write(told, "x", 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(told);
	if (!sampler) {
		print_message("# this machine lets nobody sample stacks: %s\n", why.why);
		return;
	}
	stack_sampler_read(sampler);
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	for (int i = 0; i < 50; i++)
		stack_sampler_read(sampler);
	assert_int_equal(mallinfo2().uordblks + mallinfo2().hblkhd, before);
	while (stack_sampler_next(sampler, INT64_MAX, &record))
		n_samples += record.kind == STACK_SAMPLE;
	assert_in_range(n_samples, 10, 100000);
	stack_sampler_close(sampler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_takes_is_kept_in_one_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
