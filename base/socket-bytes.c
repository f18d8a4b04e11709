/* base/socket-bytes.c - see socket-bytes.h. */
#include <config.h>

#include "base/socket-bytes.h"

#include <errno.h>
#include <sys/socket.h>

bool socket_receive_all(int fd, void *bytes, size_t n)
{
	for (char *at = bytes; n > 0;) {
		ssize_t got = recv(fd, at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = 0;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

bool socket_send_all(int fd, const void *bytes, size_t n)
{
	for (const char *at = bytes; n > 0;) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		at += sent;
		n -= (size_t)sent;
	}
	return true;
}
