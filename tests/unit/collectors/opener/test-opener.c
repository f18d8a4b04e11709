/* tests/unit/collectors/opener/test-opener.c - what the privileged part opens, and what it refuses. */
#include <config.h>

#include "collectors/opener/opener-list.h"
#include "collectors/opener/opener.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The errno that it answers, of a caller that is this process. */
static int ask(const void *message, size_t size)
{
	struct opener_answer answer = { 0 };
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_int_equal(send(ends[0], message, size, 0), size);
	assert_true(opener_step(getpid(), ends[1]));
	assert_int_equal(recv(ends[0], &answer, sizeof(answer), 0), sizeof(answer));
	close(ends[0]);
	assert_false(opener_step(getpid(), ends[1]));
	close(ends[1]);
	return answer.err;
}

static int ask_event(uint32_t type, uint64_t config, int32_t pid, int32_t cpu)
{
	const struct opener_request request = { .kind = OPENER_EVENT,
						.pid = pid,
						.cpu = cpu,
						.event = { .type = type,
							   .config = config } };
	return ask(&request, sizeof(request));
}

static void paths_are_made_of_the_list_and_numbers(void **state)
{
	static const struct {
		uint32_t numbers[3];
		const char *path;
	} known[] = {
		{ { 0, 1, 9 }, "/sys/class/powercap/intel-rapl:1/energy_uj" },
		{ { 1, 1, 2 }, "/sys/class/powercap/intel-rapl:1:2/energy_uj" },
		{ { 6, 3, 1 }, "/sys/class/hwmon/hwmon3/energy1_input" },
		{ { 8, UINT32_MAX, UINT32_MAX },
		  "/sys/class/hwmon/hwmon4294967295/power4294967295_average" },
	};
	char path[96];
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		assert_true(opener_path(known[i].numbers, path, sizeof(path)));
		assert_string_equal(path, known[i].path);
	}
	assert_false(opener_path((const uint32_t[3]){ 11 }, path, sizeof(path)));
	assert_false(opener_path((const uint32_t[3]){ UINT32_MAX }, path, sizeof(path)));
	assert_false(opener_path((const uint32_t[3]){ 1 }, path, 20));
}

static void events_that_trace_or_take_addresses_are_refused(void **state)
{
	(void)state;
	assert_int_equal(ask_event(PERF_TYPE_TRACEPOINT, 1, -1, 0), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_BREAKPOINT, 0, -1, 0), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_BPF_OUTPUT, -1, 0),
			 EACCES);
	assert_int_equal(ask_event(INT32_MAX, 0, -1, 0), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_HARDWARE, UINT64_C(1) << 62, -1, 0), EACCES);
}

/* The list has no bit of it, in a request's form. */
static void what_makes_an_event_sample_is_cleared(void **state)
{
	const struct perf_event_attr *listed = &listed_event;
	(void)state;
	assert_int_equal(listed->sample_period, 0);
	assert_int_equal(listed->sample_type, 0);
	assert_int_equal(listed->mmap | listed->mmap2 | listed->comm | listed->task, 0);
	assert_int_equal(listed->pinned | listed->exclusive | listed->ksymbol, 0);
	assert_int_equal(listed->bp_type | listed->wakeup_events, 0);
	assert_int_equal(listed->branch_sample_type | listed->aux_watermark, 0);
	/* so a clock that asks for more is answered like one that does not */
	struct opener_request request = { .kind = OPENER_EVENT,
					  .pid = getpid(),
					  .cpu = -1,
					  .event = { .type = PERF_TYPE_SOFTWARE } };
	request.event.config = PERF_COUNT_SW_TASK_CLOCK;
	int plain = ask(&request, sizeof(request));
	memset(&request.event.sample_period, 0xff, sizeof(uint64_t));
	request.event.sample_type = UINT64_MAX;
	request.event.precise_ip = 3;
	request.event.sigtrap = 1;
	request.event.clockid = 77;
	assert_int_equal(ask(&request, sizeof(request)), plain);
}

static void processes_of_others_are_refused(void **state)
{
	(void)state;
	assert_int_equal(ask_event(PERF_TYPE_SOFTWARE, 0, 1, -1), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_SOFTWARE, 0, 0, -1), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_SOFTWARE, 0, getppid(), -1), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_SOFTWARE, 0, -1, -1), EACCES);
	assert_int_equal(ask_event(PERF_TYPE_SOFTWARE, 0, INT_MIN, -1), EACCES);
	assert_int_not_equal(
	    ask_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, getpid(), -1), EINVAL);
}

/* A child that waits until the other end is closed. */
static pid_t begin_child(bool is_other_program, uid_t uid, int *end)
{
	int ends[2], ready;
	char byte, cat[] = "cat";
	char *const argv[] = { cat, NULL };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (setresuid(uid, uid, uid) != 0 || dup2(ends[1], STDIN_FILENO) < 0 ||
		    dup2(ends[1], STDOUT_FILENO) < 0)
			_exit(1);
		close(ends[0]);
		if (is_other_program)
			execvp(cat, argv);
		while (read(STDIN_FILENO, &byte, 1) == 1)
			ready = write(STDOUT_FILENO, &byte, 1) == 1;
		_exit(0);
	}
	close(ends[1]);
	ready = write(ends[0], "x", 1) == 1 && read(ends[0], &byte, 1) == 1;
	assert_true(ready);
	*end = ends[0];
	return pid;
}

/* On a processor that there is not, so that the kernel's own answer is another. */
static int ask_stacks(bool is_other_program, uid_t uid)
{
	int end, status;
	struct opener_request request = { .kind = OPENER_STACKS,
					  .numbers = { 0, 99, 0 },
					  .cpu = INT_MAX };
	request.pid = begin_child(is_other_program, uid, &end);
	int err = ask(&request, sizeof(request));
	close(end);
	assert_int_equal(waitpid(request.pid, &status, 0), request.pid);
	return err;
}

static void only_a_copy_of_the_caller_is_sampled(void **state)
{
	(void)state;
	/* EACCES: where the kernel lets nobody sample */
	int own = ask_stacks(false, getuid());
	assert_true(own == EINVAL || own == ENODEV || own == EACCES || own == EPERM);
	assert_int_equal(ask_stacks(true, getuid()), EACCES);
	if (getuid() == 0)
		assert_int_equal(ask_stacks(false, 65534), EACCES);
}

static void priorities_of_others_are_refused(void **state)
{
	const int32_t others[] = { 0, 1, -1, INT_MIN, getppid() };
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct opener_request request = { .kind = OPENER_PRIORITY,
							.pid = others[i] };
		assert_int_equal(ask(&request, sizeof(request)), EACCES);
	}
}

static void what_is_no_request_is_an_error(void **state)
{
	struct opener_request request = { .kind = OPENER_FILE };
	const uint32_t kinds[] = { 0, OPENER_STACKS + 1, UINT32_MAX };
	char large[2 * sizeof(request)] = { 0 };
	(void)state;
	for (size_t size = 1; size < sizeof(request); size++)
		assert_int_equal(ask(&request, size), EBADMSG);
	assert_int_equal(ask(large, sizeof(large)), EBADMSG);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		request.kind = kinds[i];
		assert_int_equal(ask(&request, sizeof(request)), EINVAL);
	}
	request = (struct opener_request){ .kind = OPENER_FILE, .numbers = { 99 } };
	assert_int_equal(ask(&request, sizeof(request)), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_made_of_the_list_and_numbers),
		cmocka_unit_test(events_that_trace_or_take_addresses_are_refused),
		cmocka_unit_test(what_makes_an_event_sample_is_cleared),
		cmocka_unit_test(processes_of_others_are_refused),
		cmocka_unit_test(only_a_copy_of_the_caller_is_sampled),
		cmocka_unit_test(priorities_of_others_are_refused),
		cmocka_unit_test(what_is_no_request_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
