/* profiler/metrics/meter-claim.c - see meter-claim.h. */
#include <config.h>

#include "profiler/metrics/meter-claim.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* As each version's file begins. */
static const char beginning[] = "{\"schema\":\"joulecart-meter-";

static int refuse(const char *path, const char *reason, struct problem *why)
{
	problem_what(why, "cannot keep the counts in '%s'", path);
	return problem_refuse(why, "name another file with --state", "%s", reason);
}

/* Also one that was cut off; and where the power went, a file may have its length and no bytes yet. */
static bool is_of_a_meter(const char *bytes, size_t size)
{
	size_t most = sizeof(beginning) - 1, zeros = 0;
	while (zeros < size && bytes[zeros] == '\0')
		zeros++;
	return zeros == size || memcmp(bytes, beginning, size < most ? size : most) == 0;
}

static int look(int fd, const char *path, struct problem *why)
{
	char bytes[64];
	struct stat status;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return refuse(path, "it is no regular file", why);
	ssize_t size = read(fd, bytes, sizeof(bytes));
	if (size >= 0 && is_of_a_meter(bytes, (size_t)size))
		return 0;
	return refuse(path, "it holds something else, which would be lost", why);
}

static int see_what_is_there(const char *path, struct problem *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR) {
		problem_what(why, "cannot keep the counts in '%s'", path);
		return problem_errno(why, errno);
	}
	int code = fd >= 0 ? look(fd, path, why) : 0;
	if (fd >= 0)
		close(fd);
	return code;
}

/* Whoever else may write into the folder could lay something of that name there: a link to what another
 * program locks, a file of his own that he locks or opens to nobody. Then there would be no lock, and nobody
 * would say so. */
static int refuse_lock(const char *path, const char *what, struct problem *why)
{
	problem_what(why, "cannot keep the counts in '%s'", path);
	return problem_refuse(why,
			      "remove it, or name a file in a folder that only you may "
			      "write into with --state",
			      "'%s.lock' %s", path, what);
}

static int open_lock(const char *path, const char *lock, int *fd, struct problem *why)
{
	struct stat status, named;
	*fd = open(lock,
		   O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
		   0600);
	bool is_named = lstat(lock, &named) == 0;
	if (*fd < 0)
		return is_named ? refuse_lock(path, "is no file that you may open", why)
				: 0;
	if (fstat(*fd, &status) != 0 || !S_ISREG(status.st_mode))
		return refuse_lock(path, "is no regular file", why);
	if (status.st_uid != geteuid())
		return refuse_lock(path, "belongs to another user", why);
	return 0;
}

static int lock_or_refuse(const char *path, const char *lock, int fd, struct problem *why)
{
	struct stat status, named;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK
			   ? refuse(path,
				    "another 'joulecart serve' keeps its counts there", why)
			   : 0;
	/* Who comes next must find this very file. */
	if (fstat(fd, &status) == 0 && lstat(lock, &named) == 0 &&
	    status.st_ino == named.st_ino && status.st_dev == named.st_dev)
		return 0;
	return refuse_lock(path, "was taken away just now", why);
}

int meter_claim(const char *path, int *fd, struct problem *why)
{
	char *lock;
	*fd = -1;
	if (see_what_is_there(path, why) != 0)
		return -1;
	if (asprintf(&lock, "%s.lock", path) < 0) {
		problem_what(why, "cannot keep the counts in '%s'", path);
		return problem_errno(why, ENOMEM);
	}
	int code = open_lock(path, lock, fd, why);
	if (code == 0 && *fd >= 0)
		code = lock_or_refuse(path, lock, *fd, why);
	free(lock);
	if (code == 0)
		return 0;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return -1;
}
