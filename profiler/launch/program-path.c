/* profiler/launch/program-path.c - see program-path.h. */
#include <config.h>

#include "profiler/launch/program-path.h"

#include "base/problem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int program_path(const char *program, char *path, size_t size, struct problem *why)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(self, '/');
	if (slash) {
		*slash = '\0';
		snprintf(path, size, "%s/%s", self, program);
		if (access(path, X_OK) == 0)
			return 0;
	}
	snprintf(path, size, "%s/%s", PKGLIBEXECDIR, program);
	if (access(path, X_OK) == 0)
		return 0;
	int err = errno;
	problem_what(why, "cannot find '%s'", path);
	problem_errno(why, err);
	return problem_todo(why, "make install puts it there");
}

int program_become(const char *program, char *const argv[], struct problem *why)
{
	char path[4096];
	if (program_path(program, path, sizeof(path), why) != 0)
		return -1;
	execv(path, argv);
	int err = errno;
	problem_what(why, "cannot run '%s'", path);
	return problem_errno(why, err);
}
