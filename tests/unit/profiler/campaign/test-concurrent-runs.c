/* Trials of other processes are seen whether they began before or after, and nothing else is. */
#include <config.h>

#include "profiler/campaign/concurrent-runs.h"
#include "tests/unit/cmocka.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/test-neighbours-XXXXXX";
static const char path[] = "trials";

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* A process with a trial that lasts until it is killed, or, ended, is over when this returns. */
static pid_t other(bool has_ended)
{
	struct concurrent_runs own;
	int pipe_fds[2];
	char byte = 0;
	assert_int_equal(pipe(pipe_fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		concurrent_runs_begin(&own, path);
		if (has_ended)
			concurrent_runs_end(&own);
		if (write(pipe_fds[1], &byte, 1) == 1 && !has_ended)
			pause();
		_exit(0);
	}
	assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	if (has_ended)
		waitpid(pid, NULL, 0);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void those_that_run_already_are_seen(void **state)
{
	(void)state;
	struct concurrent_runs own;
	pid_t a = other(false), b = other(false);
	concurrent_runs_begin(&own, path);
	assert_int_equal(own.n, 2);
	assert_int_equal(own.pids[0] + own.pids[1], a + b);
	end(a);
	end(b);
	concurrent_runs_end(&own);
	assert_int_equal(own.n, 2);
}

static void one_that_begins_later_is_seen_though_it_has_ended(void **state)
{
	(void)state;
	struct concurrent_runs own;
	concurrent_runs_begin(&own, path);
	assert_int_equal(own.n, 0);
	pid_t later = other(true);
	concurrent_runs_end(&own);
	assert_int_equal(own.n, 1);
	assert_int_equal(own.pids[0], later);
}

static void one_that_was_killed_before_is_not_seen(void **state)
{
	(void)state;
	struct concurrent_runs own;
	end(other(false));
	concurrent_runs_begin(&own, path);
	concurrent_runs_end(&own);
	assert_int_equal(own.n, 0);
}

/* One that has its turn until it is killed. */
static pid_t reader_of(const char *job)
{
	struct concurrent_runs own;
	int pipe_fds[2];
	char byte = 0;
	assert_int_equal(pipe(pipe_fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		concurrent_runs_begin(&own, path);
		byte = (char)concurrent_runs_take_turn(&own, job);
		if (write(pipe_fds[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return pid;
}

static void one_rank_of_a_job_reads_until_it_is_killed(void **state)
{
	struct concurrent_runs own;
	(void)state;
	pid_t reader = reader_of("a");
	concurrent_runs_begin(&own, path);
	assert_true(concurrent_runs_are_known(&own));
	assert_int_equal(own.n, 1); /* its turn makes no second neighbour of it */
	assert_int_equal(own.pids[0], reader);
	assert_false(concurrent_runs_take_turn(&own, "a"));
	assert_true(concurrent_runs_take_turn(&own, "b"));
	end(reader);
	assert_true(concurrent_runs_take_turn(&own, "a"));
	concurrent_runs_end(&own);
	assert_false(concurrent_runs_take_turn(&own, "a"));
}

static void a_process_is_not_its_own_neighbour(void **state)
{
	(void)state;
	struct concurrent_runs first, second;
	concurrent_runs_begin(&first, path);
	concurrent_runs_end(&first);
	concurrent_runs_begin(&second, path);
	concurrent_runs_end(&second);
	assert_int_equal(first.n + second.n, 0);
}

static void every_user_may_write_to_the_file(void **state)
{
	(void)state;
	struct concurrent_runs own;
	struct stat file;
	unlink(path);
	mode_t mask = umask(077);
	concurrent_runs_begin(&own, path);
	umask(mask);
	concurrent_runs_end(&own);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0666);
}

static void a_link_or_a_pipe_in_its_place_is_left_alone(void **state)
{
	(void)state;
	struct concurrent_runs own;
	unlink(path);
	assert_int_equal(symlink("elsewhere", path), 0);
	concurrent_runs_begin(&own, path);
	assert_int_equal(own.fd, -1);
	concurrent_runs_end(&own);
	assert_int_not_equal(access("elsewhere", F_OK), 0);
	unlink(path);
	assert_int_equal(mkfifo(path, 0666), 0);
	concurrent_runs_begin(&own, path);
	assert_int_equal(own.fd, -1);
	concurrent_runs_end(&own);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_that_run_already_are_seen),
		cmocka_unit_test(one_that_begins_later_is_seen_though_it_has_ended),
		cmocka_unit_test(one_that_was_killed_before_is_not_seen),
		cmocka_unit_test(one_rank_of_a_job_reads_until_it_is_killed),
		cmocka_unit_test(a_process_is_not_its_own_neighbour),
		cmocka_unit_test(every_user_may_write_to_the_file),
		cmocka_unit_test(a_link_or_a_pipe_in_its_place_is_left_alone),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
