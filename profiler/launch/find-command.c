/* profiler/launch/find-command.c - see find-command.h. */
#include <config.h>

#include "profiler/launch/find-command.h"

#include "base/problem.h"
#include "profiler/launch/exit-status.h"
#include "profiler/launch/privileges.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cannot_run(const char *name, int err, struct problem *why)
{
	problem_what(why, "cannot run '%s'", name);
	problem_errno(why, err);
	if (err != ENOENT) {
		problem_todo(why, "nothing was measured; is it executable?");
		return EXIT_NOT_EXECUTABLE;
	}
	if (name[0] == '-')
		problem_todo(
		    why,
		    "nothing was measured; options go before --, the command after it");
	else
		problem_todo(why, "nothing was measured; is the name right?");
	return EXIT_NOT_FOUND;
}

/* 0, or the errno that exec would give. */
static int try_path(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	return access(path, X_OK) == 0 ? 0 : errno;
}

/* In the folders of search, as execvp: a file that may not be run is reported only if no
 * other may. */
static int search_for(const char *name, const char *search)
{
	char path[4096];
	int err = ENOENT;
	for (const char *at = search; err != 0 && *at;) {
		size_t length = strcspn(at, ":");
		snprintf(path, sizeof(path), "%.*s/%s", length ? (int)length : 1,
			 length ? at : ".", name);
		int found = try_path(path);
		if (found == 0 || found == EACCES)
			err = found;
		at += length + (at[length] == ':');
	}
	return err;
}

int find_command(const char *name, struct problem *why)
{
	char fallback[256];
	const char *search = privileges_command_variable("PATH");
	int err = ENOENT;
	if (!search) { /* execvp then takes the system's own */
		confstr(_CS_PATH, fallback, sizeof(fallback));
		search = fallback;
	}
	if (*name)
		err = strchr(name, '/') ? try_path(name) : search_for(name, search);
	return err ? cannot_run(name, err, why) : 0;
}
