/* tests/unit/profiler/sample/test-marker-folder.c - the folder of the socket for marks, and what is left of it. */
#include <config.h>

#include "profiler/sample/marker-folder.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The user's own, so that nothing else is cleared. */
static char runtime[] = "/tmp/joulecart-test-XXXXXX";

static bool is_there(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0;
}

static void in_runtime(const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", runtime, name);
}

static void make_file(const char *folder, const char *name, mode_t mode)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

/* What a process leaves that is killed. */
static void leave_one(char path[80])
{
	int ends[2], status;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct marker_folder folder;
		bool is_made = marker_folder_make(&folder) == 0;
		_exit(!is_made || write(ends[1], folder.path, 80) != 80);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], path, 80), 80);
	close(ends[0]);
	close(ends[1]);
	assert_true(is_there(path));
}

static void what_is_left_is_cleared_and_what_lives_stays(void **state)
{
	struct marker_folder own;
	char left[80], more[80];
	(void)state;
	assert_int_equal(marker_folder_make(&own), 0);
	assert_int_equal(strncmp(own.path, runtime, strlen(runtime)), 0);
	leave_one(left);
	leave_one(more);
	make_file(more, "marks", 0600);
	marker_folder_clear_left();
	assert_false(is_there(left));
	assert_false(is_there(more));
	assert_true(is_there(own.path));
	make_file(own.path, "marks", 0644);
	assert_int_equal(marker_folder_share_socket(&own), 0);
	char path[80];
	memcpy(path, own.path, sizeof(path));
	marker_folder_remove(&own);
	assert_false(is_there(path));
	marker_folder_remove(&own); /* once more does nothing */
}

/* Names and folders that look like it. */
static void what_is_not_joulecarts_stays(void **state)
{
	static const char *const names[] = { "joulecart-marks-open",
					     "joulecart-marks-empty", "joulecart-marks-dir",
					     "mine" };
	enum { N = sizeof(names) / sizeof(*names) };
	char paths[N][80], link[80], fifo[80], inner[120];
	(void)state;
	for (size_t i = 0; i < N; i++) {
		in_runtime(names[i], paths[i], sizeof(paths[i]));
		assert_int_equal(mkdir(paths[i], 0700), 0);
	}
	assert_int_equal(chmod(paths[0], 0750), 0);
	make_file(paths[0], "marks-lost", 0600);
	snprintf(inner, sizeof(inner), "%s/marks-lost", paths[2]);
	assert_int_equal(mkdir(inner, 0700), 0);
	make_file(paths[3], "marks-lost", 0600);
	in_runtime("joulecart-marks-link", link, sizeof(link));
	assert_int_equal(symlink(paths[3], link), 0);
	in_runtime("joulecart-marks-fifo", fifo, sizeof(fifo));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	marker_folder_clear_left();
	for (size_t i = 0; i < N; i++)
		assert_true(is_there(paths[i]));
	assert_true(is_there(link) && is_there(fifo) && is_there(inner));
	snprintf(inner, sizeof(inner), "%s/marks-lost", paths[3]);
	assert_true(is_there(inner));
	snprintf(inner, sizeof(inner), "%s/marks-lost", paths[0]);
	assert_true(is_there(inner));
}

static int begin_runtime(void **state)
{
	(void)state;
	return mkdtemp(runtime) && setenv("XDG_RUNTIME_DIR", runtime, 1) == 0 ? 0 : -1;
}

static int end_runtime(void **state)
{
	char command[80];
	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", runtime);
	return system(command); /* NOLINT(cert-env33-c) */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_is_cleared_and_what_lives_stays),
		cmocka_unit_test(what_is_not_joulecarts_stays),
	};
	return cmocka_run_group_tests(tests, begin_runtime, end_runtime);
}
