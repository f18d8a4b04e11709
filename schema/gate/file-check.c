/* schema/gate/file-check.c - see file-check.h. */
#include <config.h>

#include "schema/gate/file-check.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A database of ours is larger than this even when it holds nothing but its own factors; the
 * first page of a new one is not. */
enum { SMALLER_THAN_ANY = 16384 };

/* Another joulecart that makes this very file has a journal for some milliseconds. */
enum { JOURNAL_TRIES = 200, JOURNAL_STEP_NS = 5000000 };

static const char *kind_of(mode_t mode)
{
	return S_ISDIR(mode)                    ? "it is a folder"
	       : S_ISFIFO(mode)                 ? "it is a FIFO"
	       : S_ISCHR(mode) || S_ISBLK(mode) ? "it is a device"
	       : S_ISSOCK(mode)                 ? "it is a socket"
						: "it is a symbolic link";
}

static int not_a_file(const char *path, mode_t mode, struct problem *why)
{
	problem_what(why, "cannot read '%s'", path);
	problem_why(why, "%s, not a file", kind_of(mode));
	return problem_todo(why, "give the .db file that run or bench wrote");
}

static int cannot_read(const char *path, struct problem *why)
{
	int err = errno;
	problem_what(why, "cannot read '%s'", path);
	problem_errno(why, err);
	return err == ENOENT
		   ? problem_todo(why, "give the .db file that run or bench wrote")
		   : -1;
}

/* Opens a regular file, be it that something else takes its place just now. -1: errno. */
static int open_plain(const char *path, int flags, struct stat *status)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
	if (fd >= 0 && (fstat(fd, status) != 0 || !S_ISREG(status->st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static int check_header(const char *path, int64_t *bytes, struct problem *why)
{
	static const char magic[16] = "SQLite format 3";
	char header[sizeof(magic)] = "";
	struct stat status;
	if (stat(path, &status) != 0)
		return cannot_read(path, why);
	if (!S_ISREG(status.st_mode))
		return not_a_file(path, status.st_mode, why);
	int fd = open_plain(path, 0, &status);
	if (fd < 0)
		return cannot_read(path, why);
	*bytes = status.st_size;
	ssize_t n = pread(fd, header, sizeof(header), 0);
	close(fd);
	if (n == 0 || (n == sizeof(header) && memcmp(header, magic, sizeof(magic)) == 0))
		return 0;
	problem_what(why, "cannot read '%s'", path);
	problem_why(why, "not a joulecart database");
	return problem_todo(why, "give the .db file that run or bench wrote");
}

/* What is at real-suffix: its size, 0 where it is not there. */
static int check_beside(const char *real, const char *suffix, char *beside, int64_t *size,
			struct problem *why)
{
	struct stat status;
	*size = 0;
	snprintf(beside, PATH_MAX, "%s%s", real, suffix);
	if (lstat(beside, &status) != 0)
		return errno == ENOENT ? 0 : cannot_read(beside, why);
	if (!S_ISREG(status.st_mode))
		return not_a_file(beside, status.st_mode, why);
	*size = status.st_size;
	return 0;
}

/* As SQLite tells: the first byte is not zero. */
static bool is_hot(const char *journal)
{
	struct stat status;
	char first = 0;
	int fd = open_plain(journal, O_NOFOLLOW, &status);
	if (fd < 0)
		return false;
	bool is = pread(fd, &first, 1, 0) == 1 && first != 0;
	close(fd);
	return is;
}

static int check_journal(const char *real, const char *path, struct problem *why)
{
	char journal[PATH_MAX];
	const struct timespec step = { .tv_nsec = JOURNAL_STEP_NS };
	int64_t size;
	for (int i = 0; i < JOURNAL_TRIES; i++) {
		if (check_beside(real, "-journal", journal, &size, why) != 0)
			return -1;
		if (size == 0 || !is_hot(journal))
			return 0;
		nanosleep(&step, NULL);
	}
	problem_what(why, "cannot read '%s'", path);
	problem_why(why,
		    "'%s-journal' holds a transaction that was not finished, and joulecart "
		    "writes no such file",
		    path);
	return problem_todo(why, "open it with sqlite3 to undo that transaction, or move "
				 "the journal away");
}

static char *real_path(const char *path, struct problem *why)
{
	char *real = realpath(path, NULL);
	if (real && strlen(real) + sizeof("-journal") <= PATH_MAX)
		return real;
	if (real)
		errno = ENAMETOOLONG;
	free(real);
	cannot_read(path, why);
	return NULL;
}

int file_check(const char *path, bool is_to_write, int64_t *bytes, struct problem *why)
{
	char beside[PATH_MAX];
	int64_t index_bytes = 0, log_bytes = 0;
	*bytes = 0;
	if (check_header(path, bytes, why) != 0)
		return -1;
	char *real = real_path(path, why);
	if (!real)
		return -1;
	int code = 0;
	if (!is_to_write || *bytes > SMALLER_THAN_ANY)
		code = check_journal(real, path, why);
	if (code == 0)
		code = check_beside(real, "-shm", beside, &index_bytes, why);
	if (code == 0)
		code = check_beside(real, "-wal", beside, &log_bytes, why);
	free(real);
	*bytes += log_bytes;
	return code;
}

bool file_has_log(const char *path)
{
	struct problem ignored;
	char beside[PATH_MAX];
	int64_t size = 0;
	char *real = real_path(path, &ignored);
	bool has = real && check_beside(real, "-wal", beside, &size, &ignored) == 0 &&
		   size > 0;
	free(real);
	return has;
}
