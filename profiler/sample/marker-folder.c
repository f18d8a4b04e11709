/* profiler/sample/marker-folder.c - see marker-folder.h. */
#include <config.h>

#include "profiler/sample/marker-folder.h"

#include "profiler/markers/marker-message.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX      "joulecart-marks-"
#define SOCKET_NAME "marks"
#define LOST_NAME   SOCKET_NAME MARKER_LOST_SUFFIX

/* Of a folder, looked at for what is left: one that strangers fill holds up nobody. */
enum { MAX_NAMES = 4096 };

/* What systemd makes for a user's session, with mode 0700: XDG Base Directory Specification 0.8. */
static bool is_users_alone(const char *path)
{
	struct stat status;
	return path && *path == '/' && stat(path, &status) == 0 &&
	       S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & 077) == 0;
}

/* Nobody can rename what another one made there. */
static bool is_shared_safely(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == 0 &&
	       ((status.st_mode & S_ISVTX) || (status.st_mode & 022) == 0);
}

static void fold_up(struct marker_folder *folder)
{
	if (folder->lost_fd >= 0)
		close(folder->lost_fd);
	if (folder->fd >= 0)
		close(folder->fd);
	if (folder->parent_fd >= 0)
		close(folder->parent_fd);
	folder->path[0] = '\0';
	folder->lost_fd = folder->fd = folder->parent_fd = -1;
}

static void remove_all(int parent_fd, int fd, const char *name)
{
	if (fd >= 0) {
		unlinkat(fd, SOCKET_NAME, 0);
		unlinkat(fd, LOST_NAME, 0);
	}
	unlinkat(parent_fd, name, AT_REMOVEDIR);
}

/* The lock says that its process lives. The file is made after it, so that nobody takes a folder with the
 * file and without the lock for one that is being made. */
static bool make_in(struct marker_folder *folder, const char *parent)
{
	int length = snprintf(folder->path, sizeof(folder->path), "%s/" PREFIX "XXXXXX",
			      parent);
	if (length < 0 || (size_t)length >= sizeof(folder->path)) {
		folder->path[0] = '\0';
		return false;
	}
	folder->parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->parent_fd < 0 || !mkdtemp(folder->path)) {
		fold_up(folder);
		return false;
	}
	folder->name = folder->path + strlen(parent) + 1;
	snprintf(folder->socket, sizeof(folder->socket), "%s/" SOCKET_NAME, folder->path);
	/* a umask may have taken some of it */
	if (fchmodat(folder->parent_fd, folder->name, 0700, 0) == 0)
		folder->fd = openat(folder->parent_fd, folder->name,
				    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder->fd >= 0 && flock(folder->fd, LOCK_EX | LOCK_NB) == 0)
		folder->lost_fd = openat(folder->fd, LOST_NAME,
					 O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (folder->lost_fd >= 0 && fchmod(folder->lost_fd, 0600) == 0)
		return true;
	marker_folder_remove(folder);
	return false;
}

int marker_folder_make(struct marker_folder *folder)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	*folder = (struct marker_folder){ .parent_fd = -1, .fd = -1, .lost_fd = -1 };
	if (is_users_alone(runtime) && make_in(folder, runtime))
		return 0;
	return is_shared_safely("/tmp") && make_in(folder, "/tmp") ? 0 : -1;
}

int marker_folder_share_socket(const struct marker_folder *folder)
{
	return fchmodat(folder->fd, SOCKET_NAME, 0600, 0) == 0 ? 0 : errno;
}

int64_t marker_folder_lost(const struct marker_folder *folder)
{
	struct stat status;
	return folder->lost_fd >= 0 && fstat(folder->lost_fd, &status) == 0 ? status.st_size
									    : 0;
}

void marker_folder_remove(struct marker_folder *folder)
{
	if (!folder->path[0])
		return;
	remove_all(folder->parent_fd, folder->fd, folder->name);
	fold_up(folder);
}

/* --- what processes that were killed have left ---------------------------------------------- */

/* As make_in() makes it, and nobody holds its lock, which ends with the process. */
static bool is_left(int fd)
{
	struct stat status, lost;
	return fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
	       (status.st_mode & 077) == 0 &&
	       fstatat(fd, LOST_NAME, &lost, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(lost.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void clear_in(const char *path)
{
	DIR *parent = opendir(path);
	struct dirent *entry;
	for (int i = 0; parent && i < MAX_NAMES && (entry = readdir(parent)); i++) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		int fd = openat(dirfd(parent), entry->d_name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && is_left(fd))
			remove_all(dirfd(parent), fd, entry->d_name);
		if (fd >= 0)
			close(fd);
	}
	if (parent)
		closedir(parent);
}

void marker_folder_clear_left(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	if (is_users_alone(runtime))
		clear_in(runtime);
	if (is_shared_safely("/tmp"))
		clear_in("/tmp");
}
