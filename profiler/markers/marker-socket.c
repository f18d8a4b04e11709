/* profiler/markers/marker-socket.c - see marker-socket.h. */
#include <config.h>

#include "profiler/markers/marker-socket.h"

#include "profiler/markers/marker-message.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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

/* A connection to the socket of that name, or 0. It is not passed on by exec, whose program makes
 * its own. */
static int connect_socket(void)
{
	const char *name = getenv(MARKER_SOCKET_VARIABLE);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = name ? strlen(name) : 0;
	if (length == 0 || length >= sizeof(address.sun_path) - 1)
		return 0;
	memcpy(address.sun_path + 1, name, length); /* behind the 0 of an abstract name */
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
	marker_socket_widen(fd);
	if (fd > STDERR_FILENO && connect(fd, (struct sockaddr *)&address, size) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return 0;
}

int marker_socket_find(enum marker_socket_kind kind, ino_t *inode)
{
	struct stat status;
	int fd = kind == MARKER_SOCKET_SHARED ? inherited_socket() : connect_socket();
	if (fd == 0)
		fd = kind == MARKER_SOCKET_SHARED ? connect_socket() : inherited_socket();
	if (fd > 0)
		*inode = fstat(fd, &status) == 0 ? status.st_ino : 0;
	return fd;
}
