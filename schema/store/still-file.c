/* schema/store/still-file.c - see still-file.h. */
#include <config.h>

#include "schema/store/still-file.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/database/migrate.h"
#include "schema/gate/file-check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The kernel gives times of files in its ticks, of at most 10 ms: what was written longer ago than this gets
 * another time when it is written again. */
enum { SETTLED_NS = 50000000, TRIES = 40 };
/* Read at once in less time than it takes to lay two files beside it and to take them away. */
static const int64_t SMALL = 16 << 20;
/* sqlite3_malloc64() gives no more at once: SQLITE_MAX_ALLOCATION_SIZE of its malloc.c. */
static const int64_t MOST = 2147483391 - 1;

static bool is_same_time(struct timespec one, struct timespec other)
{
	return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

/* The time of a change cannot be set, as that of the content can. */
static bool is_same(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
	       one->st_size == other->st_size && is_same_time(one->st_ctim, other->st_ctim);
}

/* Of a clock that was set back since, too: a time in the future is no recent one. */
static bool has_settled(const struct stat *status)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	int64_t age = (now.tv_sec - status->st_ctim.tv_sec) * NS_PER_S + now.tv_nsec -
		      status->st_ctim.tv_nsec;
	return age > SETTLED_NS || age < -SETTLED_NS;
}

static int read_bytes(int fd, unsigned char *bytes, int64_t size)
{
	for (int64_t at = 0; at < size;) {
		ssize_t n = pread(fd, bytes + at, (size_t)(size - at), at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EAGAIN; /* it was cut off meanwhile */
		at += n;
	}
	return 0;
}

/* errno of what failed, EAGAIN: somebody writes it, EFBIG: it is of more than most bytes. *bytes is SQLite's
 * memory, of *size bytes, not NULL on success. */
static int read_once(const char *path, int64_t most, unsigned char **bytes, int64_t *size)
{
	struct stat before, after, named;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int err = fstat(fd, &before) != 0 ? errno : S_ISREG(before.st_mode) ? 0 : EINVAL;
	if (err == 0 && !has_settled(&before))
		err = EAGAIN;
	*size = before.st_size;
	if (err == 0 && *size > most)
		err = EFBIG;
	*bytes = err == 0 ? sqlite3_malloc64((sqlite3_uint64)before.st_size + 1) : NULL;
	if (err == 0)
		err = *bytes ? read_bytes(fd, *bytes, *size) : ENOMEM;
	/* By its name too: another file may have come in its place. */
	if (err == 0 && (fstat(fd, &after) != 0 || stat(path, &named) != 0))
		err = errno;
	if (err == 0 && (!is_same(&before, &after) || !is_same(&before, &named)))
		err = EAGAIN;
	close(fd);
	if (err != 0) {
		sqlite3_free(*bytes);
		*bytes = NULL;
	}
	return err;
}

/* As file_check() found it before it was read: no journal and nothing in a log. */
static bool is_alone(const char *path, struct problem *why)
{
	int64_t ignored;
	if (file_check(path, false, &ignored, why) != 0)
		return false;
	if (!file_has_log(path))
		return true;
	problem_what(why, "cannot read '%s'", path);
	problem_why(why, "somebody has begun to write to it");
	problem_todo(why, "try again");
	return false;
}

static unsigned char *read_still(const char *path, int64_t *size, struct problem *why)
{
	const struct timespec step = { .tv_nsec = SETTLED_NS + SETTLED_NS / 2 };
	unsigned char *bytes = NULL;
	int err = EAGAIN;
	for (int i = 0; i < TRIES && err == EAGAIN; i++) {
		if (i > 0)
			nanosleep(&step, NULL);
		err = read_once(path, MOST, &bytes, size);
	}
	if (err == 0 && is_alone(path, why))
		return bytes;
	sqlite3_free(bytes);
	if (err == 0)
		return NULL;
	problem_what(why, "cannot read '%s'", path);
	if (err == EFBIG)
		return problem_refuse(why, "copy it into a folder that you may write in",
				      "it is larger than 2 GiB, and you may not take part "
				      "in its locks"),
		       NULL;
	if (err != EAGAIN)
		return problem_errno(why, err), NULL;
	problem_why(why,
		    "it is written all the time, and you may not take part in its locks");
	problem_todo(why, "copy it when its writer has ended");
	return NULL;
}

/* Bytes 18 and 19 say whether the file may have a log; one in memory may not
 * (https://sqlite.org/fileformat2.html, 1.3.3). */
static void without_log(unsigned char *bytes, int64_t size)
{
	enum { WRITE_VERSION = 18, READ_VERSION = 19, ROLLBACK = 1, LOG = 2 };
	if (size > READ_VERSION && bytes[READ_VERSION] == LOG)
		bytes[WRITE_VERSION] = bytes[READ_VERSION] = ROLLBACK;
}

/* Takes the bytes over, NULL too. */
static sqlite3 *open_bytes(unsigned char *bytes, int64_t size, const char *path,
			   struct problem *why)
{
	sqlite3 *db = NULL;
	if (!bytes)
		return NULL;
	without_log(bytes, size);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		sqlite3_free(bytes);
		store_problem(db, "read", path, why);
	} else if (sqlite3_deserialize(db, "main", bytes, size, size + 1,
				       SQLITE_DESERIALIZE_FREEONCLOSE |
					   SQLITE_DESERIALIZE_READONLY) == SQLITE_OK) {
		return db;
	} else {
		store_problem(db, "read", path, why);
	}
	sqlite3_close(db);
	return NULL;
}

sqlite3 *still_file_open(const char *path, struct problem *why)
{
	int64_t size = 0;
	unsigned char *bytes = read_still(path, &size, why);
	return open_bytes(bytes, size, path, why);
}

sqlite3 *still_file_try(const char *path)
{
	struct problem why;
	int64_t size = 0;
	unsigned char *bytes = NULL;
	if (read_once(path, SMALL, &bytes, &size) != 0)
		return NULL;
	if (is_alone(path, &why))
		return open_bytes(bytes, size, path, &why);
	sqlite3_free(bytes);
	return NULL;
}
