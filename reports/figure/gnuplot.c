/* reports/figure/gnuplot.c - see gnuplot.h. */
#include <config.h>

#include "reports/figure/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file, not a pipe: gnuplot may write before it has read all. */
static int script_file(const char *script, size_t length)
{
	int fd = memfd_create("joulecart-chart", MFD_CLOEXEC);
	while (fd >= 0 && length > 0) {
		ssize_t n = write(fd, script, length);
		if (n < 0 && errno != EINTR)
			return close(fd), -1;
		script += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* All that comes, and a NUL behind it, which is not counted. NULL: nothing came. */
static char *read_all(int fd, size_t *size)
{
	char *text = NULL, part[16384];
	FILE *into = open_memstream(&text, size);
	ssize_t n;
	while (into &&
	       ((n = read(fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			fwrite(part, 1, (size_t)n, into);
	close(fd);
	if (into && fclose(into) == 0 && *size > 0)
		return text;
	free(text);
	return NULL;
}

static pid_t start(int in, int out)
{
	char *const arguments[] = { (char[]){ "gnuplot" }, (char[]){ "-d" }, NULL };
	char path[4096];
	const char *given = getenv("PATH");
	snprintf(path, sizeof(path), "PATH=%s", given ? given : "/usr/bin:/bin");
	char *const environment[] = { path, (char[]){ "LC_ALL=C.UTF-8" },
				      (char[]){ "HOME=/nonexistent" }, NULL };
	posix_spawn_file_actions_t files;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	pid_t child;
	int code = posix_spawnp(&child, "gnuplot", &files, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&files);
	return code == 0 ? child : -1;
}

char *gnuplot_run_sized(const char *script, size_t length, size_t *size)
{
	int out[2];
	int in = script_file(script, length);
	if (in < 0)
		return NULL;
	if (pipe2(out, O_CLOEXEC) != 0)
		return close(in), NULL;
	pid_t child = start(in, out[1]);
	close(in);
	close(out[1]);
	char *picture = read_all(out[0], size);
	int status = -1;
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && status == 0)
		return picture;
	free(picture);
	return NULL;
}

char *gnuplot_run(const char *script, size_t length)
{
	size_t size;
	return gnuplot_run_sized(script, length, &size);
}

const char *gnuplot_name(const char *name, struct arena *arena)
{
	char *clean = arena_room(arena, strlen(name) + 1);
	for (size_t i = 0; name[i]; i++)
		clean[i] = (unsigned char)name[i] < ' ' || strchr("\"'`\\\177", name[i])
			       ? '_'
			       : name[i];
	return clean;
}
