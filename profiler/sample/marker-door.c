/* profiler/sample/marker-door.c - see marker-door.h. */
#include <config.h>

#include "profiler/sample/marker-door.h"

#include "profiler/markers/marker-packet.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Processes that mark at once. Later ones wait at the door, with what their sockets hold, until one of
 * these has gone. */
enum { MAX_GUESTS = 512 };
/* Of one guest before the next has its turn. */
enum { MAX_IN_A_ROW = 64 };

struct marker_door {
	int epoll_fd, listener_fd;
	uid_t uid;
	int guests[MAX_GUESTS];
	int n_guests;
	bool is_shut;             /* until a guest goes */
	int guest_fd, n_in_a_row; /* who is being listened to, or -1 */
	char name[48];
};

/* Binds the abstract name: a leading 0, no file. */
static int listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	memcpy(address.sun_path + 1, name, length);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    bind(fd, (struct sockaddr *)&address,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int watch(const struct marker_door *door, int fd, uint32_t events, int operation)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	return epoll_ctl(door->epoll_fd, operation, fd, &event);
}

static bool is_welcome(const struct marker_door *door, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == door->uid || peer.uid == 0);
}

/* Where there is no room, and where there are no descriptors, the listener would wake us for ever. */
static void let_in(struct marker_door *door)
{
	int fd = -1;
	while (door->n_guests < MAX_GUESTS &&
	       (fd = accept4(door->listener_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (is_welcome(door, fd) && watch(door, fd, EPOLLIN, EPOLL_CTL_ADD) == 0)
			door->guests[door->n_guests++] = fd;
		else
			close(fd);
	}
	door->is_shut = door->n_guests == MAX_GUESTS ||
			(errno != EAGAIN && errno != ECONNABORTED);
	if (door->is_shut)
		watch(door, door->listener_fd, 0, EPOLL_CTL_MOD);
}

static void see_out(struct marker_door *door)
{
	int i = 0;
	while (door->guests[i] != door->guest_fd)
		i++;
	door->guests[i] = door->guests[--door->n_guests];
	close(door->guest_fd); /* which ends its being watched */
	if (door->is_shut)
		watch(door, door->listener_fd, EPOLLIN, EPOLL_CTL_MOD);
	door->is_shut = false;
}

/* The next one that has said something, or has gone. */
static bool turn_to_next(struct marker_door *door)
{
	struct epoll_event event;
	while (epoll_wait(door->epoll_fd, &event, 1, 0) > 0) {
		if (event.data.fd != door->listener_fd) {
			door->guest_fd = event.data.fd;
			door->n_in_a_row = 0;
			return true;
		}
		let_in(door);
	}
	return false;
}

size_t marker_door_receive(struct marker_door *door, void *packet, size_t size,
			   int files[MARKER_FILES])
{
	while (door->guest_fd >= 0 || turn_to_next(door)) {
		ssize_t got = marker_packet_receive(door->guest_fd, packet, size, files);
		if (got > 0 && ++door->n_in_a_row < MAX_IN_A_ROW)
			return (size_t)got;
		if (got == 0 || (got < 0 && errno != EAGAIN))
			see_out(door);
		door->guest_fd = -1;
		if (got > 0)
			return (size_t)got;
	}
	return 0;
}

void marker_door_close(struct marker_door *door)
{
	if (!door)
		return;
	while (door->n_guests > 0)
		close(door->guests[--door->n_guests]);
	if (door->listener_fd >= 0)
		close(door->listener_fd);
	if (door->epoll_fd >= 0)
		close(door->epoll_fd);
	free(door);
}

/* The name's 128 random bits are no secret (/proc/net/unix shows them) but never another run's. */
static bool name_door(struct marker_door *door)
{
	uint64_t bits[2];
	if (getrandom(bits, sizeof(bits), 0) != sizeof(bits))
		return false;
	snprintf(door->name, sizeof(door->name), "joulecart-%016jx%016jx",
		 (uintmax_t)bits[0], (uintmax_t)bits[1]);
	return true;
}

struct marker_door *marker_door_open(uid_t uid)
{
	struct marker_door *door = calloc(1, sizeof(*door));
	if (!door)
		return NULL;
	door->uid = uid;
	door->guest_fd = -1;
	door->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	door->listener_fd = name_door(door) ? listen_at(door->name) : -1;
	if (door->epoll_fd >= 0 && door->listener_fd >= 0 &&
	    watch(door, door->listener_fd, EPOLLIN, EPOLL_CTL_ADD) == 0)
		return door;
	marker_door_close(door);
	return NULL;
}

const char *marker_door_name(const struct marker_door *door)
{
	return door ? door->name : NULL;
}

int marker_door_fd(const struct marker_door *door)
{
	return door ? door->epoll_fd : -1;
}
