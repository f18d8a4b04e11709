/* profiler/markers/marker-socket.c - see marker-socket.h. */
#include <config.h>

#include "profiler/markers/marker-socket.h"

#include "profiler/markers/marker-message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Asked for; the kernel gives net.core.wmem_max at most. */
enum { SEND_BYTES = 1 << 20 };

void marker_socket_widen(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){ SEND_BYTES }, sizeof(int));
}

bool marker_socket_is(int fd, ino_t inode)
{
	struct stat status;
	return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) &&
	       status.st_ino == inode;
}

/* The socket that was inherited, or 0. The variable may be inherited without it. */
static int inherited_socket(void)
{
	const char *text = getenv(MARKER_FD_VARIABLE);
	char *rest;
	long fd = text ? strtol(text, &rest, 10) : 0;
	if (fd <= STDERR_FILENO || fd > INT32_MAX || *rest != ':')
		return 0;
	return marker_socket_is((int)fd, strtoull(rest + 1, NULL, 10)) ? (int)fd : 0;
}

/* There is a socket, and this process cannot have a connection now: what waits there is too much, or it has no
 * descriptor left. */
static bool is_for_now(int err)
{
	return err == EAGAIN || err == EMFILE || err == ENFILE || err == ENOMEM ||
	       err == ENOBUFS;
}

/* A connection to the socket at that path, 0, or MARKER_SOCKET_LATER. It is not passed on by exec, whose
 * program makes its own. */
static int connect_socket(void)
{
	const char *path = getenv(MARKER_SOCKET_VARIABLE);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = path ? strlen(path) : 0;
	if (length == 0 || length >= sizeof(address.sun_path))
		return 0;
	memcpy(address.sun_path, path, length);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	marker_socket_widen(fd);
	if (fd > STDERR_FILENO &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	int code = fd > STDERR_FILENO || fd < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return is_for_now(code) ? MARKER_SOCKET_LATER : 0;
}

int marker_socket_find(enum marker_socket_kind kind, ino_t *inode)
{
	struct stat status;
	int fd = kind == MARKER_SOCKET_SHARED ? inherited_socket() : connect_socket();
	if (fd <= 0) {
		int other = kind == MARKER_SOCKET_SHARED ? connect_socket()
							 : inherited_socket();
		fd = other ? other : fd;
	}
	if (fd > 0)
		*inode = fstat(fd, &status) == 0 ? status.st_ino : 0;
	return fd;
}

/* Where files may not grow so long, the write would end the program (SIGXFSZ), which is not the profiler's to do. */
static bool may_append(int fd)
{
	struct rlimit limit;
	struct stat status;
	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && fstat(fd, &status) == 0 &&
	       (limit.rlim_cur == RLIM_INFINITY || (rlim_t)status.st_size < limit.rlim_cur);
}

bool marker_socket_tell_lost(void)
{
	const char *path = getenv(MARKER_SOCKET_VARIABLE);
	char lost[sizeof(((struct sockaddr_un *)0)->sun_path) + sizeof(MARKER_LOST_SUFFIX)];
	if (!path || !*path ||
	    snprintf(lost, sizeof(lost), "%s" MARKER_LOST_SUFFIX, path) >=
		(int)sizeof(lost))
		return false;
	int fd = open(lost, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool is_told = fd >= 0 && may_append(fd) && write(fd, "", 1) == 1;
	if (fd >= 0)
		close(fd);
	return is_told;
}
