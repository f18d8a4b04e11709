/* reports/figure/beside-file.c - see beside-file.h. */
#include <config.h>

#include "reports/figure/beside-file.h"

#include "base/problem.h"
#include "reports/figure/json-text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *beside_path(const char *db_path, const char *suffix, struct arena *arena)
{
	struct stat status;
	char *real = lstat(db_path, &status) == 0 && S_ISLNK(status.st_mode)
			 ? realpath(db_path, NULL)
			 : NULL;
	const char *path = arena_format(arena, "%s.%s", real ? real : db_path, suffix);
	free(real);
	return path;
}

static int read_all(int fd, char *bytes, size_t size)
{
	size_t n = 0;
	while (n < size) {
		ssize_t got = read(fd, bytes + n, size - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? errno : EIO; /* it became shorter */
		n += (size_t)got;
	}
	return 0;
}

const char *beside_bytes(const char *path, size_t most, struct arena *arena, size_t *size,
			 struct problem *why)
{
	struct stat status;
	problem_what(why, "cannot read '%s'", path);
	*size = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &status) != 0) {
		problem_errno(why, errno);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	char *bytes = NULL;
	if (!S_ISREG(status.st_mode) || (size_t)status.st_size > most) {
		problem_refuse(why, "name another file", "it is no file of at most %zu KB",
			       most / 1024);
	} else {
		bytes = arena_room(arena, (size_t)status.st_size + 1);
		int err = read_all(fd, bytes, (size_t)status.st_size);
		*size = (size_t)status.st_size;
		if (err != 0) {
			problem_errno(why, err);
			bytes = NULL;
		}
	}
	close(fd);
	return bytes;
}

const char *beside_bytes_if_any(const char *path, size_t most, struct arena *arena,
				size_t *size, struct problem *why)
{
	*size = 0;
	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return "";
	return beside_bytes(path, most, arena, size, why);
}

/* Whether the last line has no end, as an editor leaves it; or less than 0: an errno. */
static int is_open_line(int fd, off_t end)
{
	char last = '\n';
	if (end > 0 && pread(fd, &last, 1, end - 1) < 0)
		return -errno;
	return last != '\n';
}

/* The line begins with a line feed, for a file whose last line has no end. 0 or an errno: then the file is as
 * it was. */
static int append(int fd, const char *line, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return errno;
	int is_open = is_open_line(fd, end);
	if (is_open < 0)
		return -is_open;
	line += !is_open;
	size -= !is_open;
	ssize_t n = write(fd, line, size);
	int err = n < 0 ? errno : (size_t)n < size ? ENOSPC : 0;
	if (err == 0 && fsync(fd) != 0)
		err = errno;
	if (err != 0 && ftruncate(fd, end) != 0)
		return errno;
	return err;
}

static int append_to(const char *path, const char *line, size_t size, struct problem *why)
{
	problem_what(why, "cannot write '%s'", path);
	/* O_NONBLOCK: a FIFO in its place has no reader to wait for */
	int fd = open(path,
		      O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
			  O_NOCTTY,
		      0644);
	struct stat status;
	if (fd < 0)
		return problem_errno(why, errno);
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return problem_refuse(why, "take it away", "it is no regular file");
	}
	int err = append(fd, line, size);
	close(fd);
	return err == 0 ? 0 : problem_errno(why, err);
}

int beside_append_line(const char *path, json_t *value, struct problem *why)
{
	char *line = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&line, &size);
	problem_what(why, "cannot write '%s'", path);
	int code = problem_why(why, "out of memory");
	if (memory)
		fputc('\n', memory); /* see append() */
	if (!memory)
		json_decref(value);
	else if (json_print(value, JSON_COMPACT, memory) == 0)
		code = 0;
	if (memory && fclose(memory) != 0)
		code = -1;
	if (code == 0)
		code = append_to(path, line, size, why);
	free(line);
	return code;
}
