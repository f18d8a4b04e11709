/* tests/unit/profiler/markers/test-lost-marks.c - what a mark that is lost may do to the program that lost it. */
#include <config.h>

#include "profiler/markers/marker-message.h"
#include "profiler/markers/marker-socket.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* 0: it was told, 1: it was not, below: the signal that ended the program. */
static int lose_one(rlim_t file_most)
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit limit = { file_most, file_most };
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(2);
		_exit(marker_socket_tell_lost() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void a_program_whose_files_may_not_grow_goes_on(void **state)
{
	char folder[] = "/tmp/joulecart-lost-XXXXXX", path[64], lost[96];
	struct stat status;
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/marks", folder);
	snprintf(lost, sizeof(lost), "%s" MARKER_LOST_SUFFIX, path);
	assert_int_equal(close(open(lost, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	assert_int_equal(setenv(MARKER_SOCKET_VARIABLE, path, 1), 0);
	assert_int_equal(lose_one(0), 1);
	assert_int_equal(lose_one(2), 0);
	assert_int_equal(lose_one(2), 0);
	assert_int_equal(lose_one(2), 1);
	assert_int_equal(stat(lost, &status), 0);
	assert_int_equal(status.st_size, 2);
	unlink(lost);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_whose_files_may_not_grow_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
