/* profiler/profile/symbols-program.c - see symbols-program.h. */
#include <config.h>

#include "profiler/profile/symbols-program.h"

#include "base/problem.h"
#include "profiler/launch/program-path.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

FILE *symbols_program_start(const char *word, int requests, pid_t *pid)
{
	char path[4096], name[] = "joulecart-symbols";
	char *const argv[] = { name, (char *)(uintptr_t)word, NULL };
	struct problem ignored;
	int ends[2];
	posix_spawn_file_actions_t actions;
	if (lseek(requests, 0, SEEK_SET) != 0 ||
	    program_path(name, path, sizeof(path), &ignored) != 0 ||
	    pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, requests, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	int err = posix_spawn(pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	FILE *answers = err ? NULL : fdopen(ends[0], "r");
	if (!answers)
		close(ends[0]);
	return answers;
}

double symbols_program_end(FILE *answers, pid_t pid)
{
	struct rusage usage = { 0 };
	int status;
	if (answers)
		fclose(answers);
	while (answers && wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		continue;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}
