/* schema/store/log-files.c - see log-files.h.
 *
 * SQLite removes both files itself when the last connection closes that may write. One that may write is no way
 * out for who reads: at its end it also copies a log that was left by a crash into the file, and at its
 * beginning it rolls a journal back, both of which change what was to be looked at.
 *
 * So this does what SQLite does, and under the same lock: every connection in WAL mode holds a shared lock on
 * bytes of the database file for as long as it is open (https://sqlite.org/walformat.html and src/os.h,
 * PENDING_BYTE). Who gets an exclusive one there knows that nobody has the file open, and that nobody can open
 * it meanwhile. Such locks are those of a process, and closing any descriptor of a file gives up all locks that
 * the process has on it, other connections' too: therefore a child of its own takes it. */
#include <config.h>

#include "schema/store/log-files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LOCK_AT =
	    0x40000000, /* PENDING_BYTE; behind it the reserved byte and 510 shared ones */
	LOCK_BYTES = 512,
};

struct log_files {
	char path[PATH_MAX]; /* of the file; its names in the folder are parts of these */
	char log[PATH_MAX], index[PATH_MAX];
	/* The folder as it was: who owns one of those above could lay another in its place, where files
	 * of these names are in use. */
	int folder_fd;
	struct stat file;
	bool had_log, had_index;
};

/* Within the folder. */
static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static bool is_there(const struct log_files *files, const char *path)
{
	struct stat status;
	return fstatat(files->folder_fd, name_of(path), &status, AT_SYMLINK_NOFOLLOW) ==
		   0 ||
	       errno != ENOENT;
}

static bool is_empty(const struct log_files *files, const char *path)
{
	struct stat status;
	return fstatat(files->folder_fd, name_of(path), &status, AT_SYMLINK_NOFOLLOW) ==
		   0 &&
	       S_ISREG(status.st_mode) && status.st_size == 0;
}

static int open_folder(const char *path)
{
	char folder[PATH_MAX];
	snprintf(folder, sizeof(folder), "%.*s", (int)(name_of(path) - path), path);
	return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

struct log_files *log_files_find(const char *path)
{
	struct log_files *files = calloc(1, sizeof(*files));
	if (!files)
		return NULL;
	files->folder_fd = -1;
	/* SQLite lays them beside what a symbolic link leads to. */
	if (!realpath(path, files->path) || stat(files->path, &files->file) != 0 ||
	    strlen(files->path) + sizeof("-wal") > sizeof(files->log) ||
	    (files->folder_fd = open_folder(files->path)) < 0) {
		log_files_free(files);
		return NULL;
	}
	snprintf(files->log, sizeof(files->log), "%.*s-wal", PATH_MAX - 5, files->path);
	snprintf(files->index, sizeof(files->index), "%.*s-shm", PATH_MAX - 5, files->path);
	files->had_log = is_there(files, files->log);
	files->had_index = is_there(files, files->index);
	return files;
}

void log_files_free(struct log_files *files)
{
	if (files && files->folder_fd >= 0)
		close(files->folder_fd);
	free(files);
}

bool log_files_are_none(const struct log_files *files)
{
	return files && !files->had_log && !files->had_index;
}

bool log_files_are_not_needed(const struct log_files *files)
{
	return log_files_are_none(files) &&
	       faccessat(files->folder_fd, name_of(files->path), W_OK, AT_EACCESS) != 0;
}

/* In the child, where nothing but system calls may be made. */
static void remove_unused(const struct log_files *files)
{
	struct stat status;
	struct flock all = { .l_type = F_WRLCK,
			     .l_whence = SEEK_SET,
			     .l_start = LOCK_AT,
			     .l_len = LOCK_BYTES };
	int fd = openat(files->folder_fd, name_of(files->path),
			O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) != 0 || status.st_ino != files->file.st_ino ||
	    status.st_dev != files->file.st_dev || fcntl(fd, F_SETLK, &all) != 0)
		return;
	if (!files->had_log && is_empty(files, files->log))
		unlinkat(files->folder_fd, name_of(files->log), 0);
	/* Whoever opens the file next makes the index anew from the log. */
	if (!files->had_index)
		unlinkat(files->folder_fd, name_of(files->index), 0);
}

static void tidy(void *context)
{
	struct log_files *files = context;
	bool has_more = (!files->had_log && is_there(files, files->log)) ||
			(!files->had_index && is_there(files, files->index));
	pid_t child = has_more ? fork() : -1;
	if (child == 0) {
		remove_unused(files);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	log_files_free(files);
}

/* Never called: it is there for its destructor, which SQLite calls after it has closed the file. */
static void no_function(sqlite3_context *context, int n, sqlite3_value **values)
{
	(void)n, (void)values;
	sqlite3_result_null(context);
}

void log_files_remove_after(sqlite3 *db, struct log_files *files)
{
	/* On failure the destructor is called at once, and finds nothing to do or leaves it. */
	if (files)
		sqlite3_create_function_v2(db, "joulecart_log_files", 0,
					   SQLITE_UTF8 | SQLITE_DIRECTONLY, files,
					   no_function, NULL, NULL, tidy);
}
