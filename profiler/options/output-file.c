/* profiler/options/output-file.c - see output-file.h. */
#include <config.h>

#include "profiler/options/output-file.h"

#include "base/problem.h"
#include "base/text-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot_write(const char *path, int err, struct problem *why)
{
	problem_what(why, "cannot write '%s'", path ? path : "standard output");
	return problem_errno(why, err);
}

static int exists(const char *path, struct problem *why)
{
	problem_what(why, "cannot write '%s'", path);
	problem_why(why, "file exists");
	return problem_todo(why, "add --force, or name another with -o");
}

/* As open(2) would have made it: mkostemp gives 0600. */
static void set_mode(int fd)
{
	mode_t mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

static int open_file(struct output_file *output, const char *path, bool may_replace,
		     bool is_text, struct problem *why)
{
	*output = (struct output_file){ .path = path, .may_replace = may_replace };
	if (!path) {
		output->stream = stdout;
		return 0;
	}
	if (!may_replace && access(path, F_OK) == 0)
		return exists(path, why);
	if (asprintf(&output->temporary, "%s.XXXXXX", path) < 0)
		return cannot_write(path, ENOMEM, why);
	int fd = mkostemp(output->temporary, O_CLOEXEC);
	if (fd >= 0)
		set_mode(fd);
	output->stream = fd < 0    ? NULL
			 : is_text ? text_stream(fd, true, false)
				   : fdopen(fd, "w");
	if (output->stream)
		return 0;
	int err = errno;
	free(output->temporary);
	output->temporary = NULL;
	return cannot_write(path, err, why);
}

int output_open(struct output_file *output, const char *path, bool may_replace,
		struct problem *why)
{
	return open_file(output, path, may_replace, false, why);
}

int output_open_text(struct output_file *output, const char *path, bool may_replace,
		     struct problem *why)
{
	return open_file(output, path, may_replace, true, why);
}

static int close_stream(struct output_file *output)
{
	FILE *stream = output->stream;
	output->stream = NULL;
	errno = 0;
	int failed = fflush(stream) != 0 || ferror(stream);
	int err = errno;
	if (output->path && fclose(stream) != 0 && !failed) {
		failed = 1;
		err = errno;
	}
	return failed ? (err ? err : EIO) : 0;
}

int output_commit(struct output_file *output, struct problem *why)
{
	int err = close_stream(output);
	if (err == 0 && output->path) {
		/* link refuses what appeared meanwhile; rename would replace it */
		int code = output->may_replace ? rename(output->temporary, output->path)
					       : link(output->temporary, output->path);
		err = code == 0 ? 0 : errno;
	}
	output_abandon(output);
	if (err == EEXIST)
		return exists(output->path, why);
	return err == 0 ? 0 : cannot_write(output->path, err, why);
}

void output_abandon(struct output_file *output)
{
	if (output->stream && output->path)
		fclose(output->stream);
	output->stream = NULL;
	if (output->temporary)
		unlink(output->temporary);
	free(output->temporary);
	output->temporary = NULL;
}
