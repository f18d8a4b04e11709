/* profiler/sample/marker-folder.c - see marker-folder.h. */
#include <config.h>

#include "profiler/sample/marker-folder.h"

#include "profiler/markers/marker-message.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool make_in(struct marker_folder *folder, const char *parent)
{
	int length = snprintf(folder->path, sizeof(folder->path), "%s/joulecart-XXXXXX",
			      parent);
	if (length < 0 || (size_t)length >= sizeof(folder->path) ||
	    !mkdtemp(folder->path)) {
		folder->path[0] = '\0';
		return false;
	}
	snprintf(folder->socket, sizeof(folder->socket), "%s/marks", folder->path);
	return chmod(folder->path, 0700) == 0; /* a umask may have taken some of it */
}

static void path_of_lost(const struct marker_folder *folder, char *path, size_t size)
{
	snprintf(path, size, "%s" MARKER_LOST_SUFFIX, folder->socket);
}

int marker_folder_make(struct marker_folder *folder)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char lost[128];
	bool is_made = is_users_alone(runtime) && make_in(folder, runtime);
	folder->lost_fd = -1;
	if (!is_made && is_shared_safely("/tmp"))
		is_made = make_in(folder, "/tmp");
	if (is_made) {
		path_of_lost(folder, lost, sizeof(lost));
		folder->lost_fd = open(lost, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	if (folder->lost_fd >= 0 && fchmod(folder->lost_fd, 0600) == 0)
		return 0;
	marker_folder_remove(folder);
	return -1;
}

int64_t marker_folder_lost(const struct marker_folder *folder)
{
	struct stat status;
	return folder->lost_fd >= 0 && fstat(folder->lost_fd, &status) == 0 ? status.st_size
									    : 0;
}

void marker_folder_remove(struct marker_folder *folder)
{
	char lost[128];
	if (!folder->path[0])
		return;
	path_of_lost(folder, lost, sizeof(lost));
	unlink(lost);
	unlink(folder->socket);
	rmdir(folder->path);
	if (folder->lost_fd >= 0)
		close(folder->lost_fd);
	folder->path[0] = '\0';
	folder->lost_fd = -1;
}
