/* profiler/markers/marker-packet.c - see marker-packet.h. */
#include <config.h>

#include "profiler/markers/marker-packet.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* More than MARKER_FILES do not fit: the kernel closes them. */
union control {
	char bytes[CMSG_SPACE(MARKER_FILES * sizeof(int))];
	struct cmsghdr alignment;
};

ssize_t marker_packet_send(int fd, const void *packet, size_t size, const int *fds)
{
	if (!fds) /* an edge: less for the kernel to copy */
		return send(fd, packet, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	union control control = { 0 };
	struct iovec part = { (void *)packet, size }; /* sendmsg changes nothing of it */
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	struct cmsghdr *files = CMSG_FIRSTHDR(&message);
	files->cmsg_level = SOL_SOCKET;
	files->cmsg_type = SCM_RIGHTS;
	files->cmsg_len = CMSG_LEN(MARKER_FILES * sizeof(int));
	memcpy(CMSG_DATA(files), fds, MARKER_FILES * sizeof(int));
	return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void take_files(struct msghdr *message, int fds[MARKER_FILES])
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
}

void marker_packet_close(int fds[MARKER_FILES])
{
	for (int i = 0; i < MARKER_FILES; i++)
		if (fds[i] >= 0) {
			close(fds[i]);
			fds[i] = -1;
		}
}

/* As recv() returns; the files of a packet without a byte are closed, as nobody asks for them. */
static ssize_t receive(int fd, void *packet, size_t size, int fds[MARKER_FILES])
{
	union control control = { 0 };
	struct iovec part = { packet, size };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	for (int i = 0; i < MARKER_FILES; i++)
		fds[i] = -1;
	ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	if (got >= 0)
		take_files(&message, fds);
	if (got == 0)
		marker_packet_close(fds);
	return got;
}

/* Linux looks for a packet first, and for the sender's end after it, without a lock over both (6.18,
 * net/unix/af_unix.c, __unix_dgram_recvmsg()). What is sent between the two looks is there, and the end is told.
 * Nothing can be sent after the end, so that the second time it is true. */
ssize_t marker_packet_receive(int fd, void *packet, size_t size, int fds[MARKER_FILES])
{
	ssize_t got = receive(fd, packet, size, fds);
	return got == 0 ? receive(fd, packet, size, fds) : got;
}
