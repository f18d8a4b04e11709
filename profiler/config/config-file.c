/* profiler/config/config-file.c - see config-file.h. inih reads the form; this file its limits. */
#include <config.h>

#include "profiler/config/config-file.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far above what a person writes. */
enum { MOST_BYTES = 65536, MOST_LINE = 1000 };

/* What inih is given, and what came of it. */
struct reading {
	const char *path;
	const char *at; /* what is not read yet */
	int line;       /* the one that was read last */
	bool is_too_long, has_failed;
	config_take *take;
	void *into;
	struct problem *why;
};

static int misplaced(struct reading *reading, const char *reason)
{
	problem_what(reading->why, "cannot use '%s', line %d", reading->path,
		     reading->line);
	reading->why->kind = PROBLEM_USAGE;
	reading->has_failed = true;
	return problem_refuse(
	    reading->why, "'man joulecart-config' has the form of the file", "%s", reason);
}

/* As fgets(3): the next line, for inih. */
static char *next_line(char *into, int size, void *stream)
{
	struct reading *reading = stream;
	size_t length = strcspn(reading->at, "\n");
	if (!*reading->at || reading->has_failed || reading->is_too_long)
		return NULL;
	reading->line++;
	if (length + 2 >= (size_t)size || length > MOST_LINE) {
		reading->is_too_long = true;
		return NULL;
	}
	length += reading->at[length] == '\n';
	memcpy(into, reading->at, length);
	into[length] = '\0';
	reading->at += length;
	return into;
}

static int take_line(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;
	if (reading->has_failed)
		return 0;
	misplaced(reading, "");
	reading->has_failed = reading->take(reading->into, section, key, value,
					    reading->line, reading->why) != 0;
	return !reading->has_failed;
}

/* NULL: the file's user can vouch for it. */
static const char *doubt(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return "it is no regular file";
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return "it belongs to another user";
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return "others may write it (chmod go-w)";
	if (status->st_size > MOST_BYTES)
		return "it is larger than 64 KB";
	return NULL;
}

/* Returns how many bytes the text has, or -1 with *why. */
static ssize_t read_text(int fd, char text[MOST_BYTES + 1], struct problem *why)
{
	size_t n = 0;
	ssize_t got;
	while (n < MOST_BYTES && (got = read(fd, text + n, MOST_BYTES - n)) != 0) {
		if (got < 0 && errno != EINTR)
			return problem_errno(why, errno);
		n += got > 0 ? (size_t)got : 0;
	}
	text[n] = '\0';
	return (ssize_t)n;
}

static int parse(struct reading *reading, struct problem *why)
{
	ini_allow_multiline = false; /* an indented line is a line */
	ini_allow_inline_comments = false;
	ini_use_stack = false;
	ini_max_line = MOST_LINE + 3;
	int line = ini_parse_stream(next_line, reading, take_line, reading);
	if (reading->has_failed)
		return -1;
	if (reading->is_too_long)
		return misplaced(reading, "the line is longer than 1000 bytes");
	if (line == 0)
		return 0;
	if (line < 0) {
		problem_what(why, "cannot read '%s'", reading->path);
		return problem_errno(why, ENOMEM);
	}
	reading->line = line;
	return misplaced(reading, "neither a [heading] nor a setting such as zone = DE");
}

static int read_open(int fd, struct reading *reading, char *refusal, size_t size,
		     struct problem *why)
{
	static const char no_text[] = "it is no text";
	char text[MOST_BYTES + 1];
	struct stat status;
	if (fstat(fd, &status) != 0)
		return problem_errno(why, errno);
	const char *reason = doubt(&status);
	ssize_t n = reason ? 0 : read_text(fd, text, why);
	if (n < 0)
		return -1;
	if (!reason && strlen(text) != (size_t)n)
		return problem_why(why, no_text);
	if (reason) {
		snprintf(refusal, size, "%s", reason);
		return CONFIG_FILE_REFUSED;
	}
	reading->at = text;
	return parse(reading, why);
}

int config_file_read(const char *path, config_take *take, void *into, char *refusal,
		     size_t size, struct problem *why)
{
	struct reading reading = { .path = path, .take = take, .into = into, .why = why };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	problem_what(why, "cannot read '%s'", path);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return CONFIG_FILE_ABSENT;
	if (fd < 0 && errno == EACCES) {
		snprintf(refusal, size, "it may not be read");
		return CONFIG_FILE_REFUSED;
	}
	if (fd < 0)
		return problem_errno(why, errno);
	int code = read_open(fd, &reading, refusal, size, why);
	close(fd);
	return code;
}
