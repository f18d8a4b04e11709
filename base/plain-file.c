/* base/plain-file.c - see plain-file.h. */
#include <config.h>

#include "base/plain-file.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *plain_file_open(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fdopen(fd, "r");
	if (fd >= 0) {
		close(fd);
		errno = EINVAL;
	}
	return NULL;
}

int folders_make(const char *path, struct problem *why)
{
	char part[PATH_MAX];
	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(part, 0777) < 0 && errno != EEXIST) {
			int err = errno;
			problem_what(why, "cannot make directory '%s'", part);
			return problem_errno(why, err);
		}
		if (!slash)
			return 0;
		*slash = '/';
	}
}
