/* tests/fuzz/tree.c - see tree.h. */
#include <config.h>

#include "tests/fuzz/tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILES = 64, MAX_DEPTH = 4, LINE_SIZE = 512 };

static int before = -1; /* the folder to go back to */
static char folder[64];

/* Below the folder, not deep, and of names that sysfs has. */
static bool is_harmless(const char *path)
{
	size_t depth = 0;
	for (const char *at = path; *at; at++)
		depth += *at == '/';
	return *path && *path != '/' && depth < MAX_DEPTH && !strstr(path, "..") &&
	       !strstr(path, "//") && path[strlen(path) - 1] != '/' &&
	       strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "_.:-/") == strlen(path);
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static void make_file(const char *path, const char *content)
{
	if (*content == '>') {
		if (symlink(content + 1, path) != 0)
			return; /* it is there already */
	} else {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return;
		ssize_t written = write(fd, content, strlen(content));
		written += write(fd, "\n", 1);
		close(fd);
		if (written < 1)
			abort();
	}
}

static void make_line(const char *text, size_t length)
{
	char line[LINE_SIZE];
	snprintf(line, sizeof(line), "%.*s",
		 (int)(length < LINE_SIZE ? length : LINE_SIZE - 1), text);
	char *blank = strchr(line, ' ');
	if (!blank)
		return;
	*blank = '\0';
	if (!is_harmless(line))
		return;
	make_folders(line);
	make_file(line, blank + 1);
}

bool fuzz_tree_enter(const char *text)
{
	const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(folder, sizeof(folder), "%s/joulecart-fuzz-XXXXXX", parent);
	before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (before < 0 || !mkdtemp(folder) || chdir(folder) != 0)
		return false;
	for (int n = 0; *text && n < MAX_FILES; n++) {
		size_t length = strcspn(text, "\n");
		make_line(text, length);
		text += length + (text[length] == '\n');
	}
	return true;
}

static int remove_one(const char *path, const struct stat *status, int kind,
		      struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void fuzz_tree_leave(void)
{
	if (fchdir(before) != 0)
		abort();
	close(before);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
