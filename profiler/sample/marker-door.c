/* profiler/sample/marker-door.c - see marker-door.h. */
#include <config.h>

#include "profiler/sample/marker-door.h"

#include "profiler/markers/marker-message.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Processes that mark at once; later ones are refused, and their marks are dropped there. */
enum { MAX_GUESTS = 512, N_FIXED = 2, STOP = 0, LISTENER = 1 };
/* Of one guest before the next has its turn. */
enum { MAX_IN_A_ROW = 64 };

struct marker_door {
	pthread_t thread;
	bool has_thread;
	int onto_fd;
	uid_t uid;
	char name[48];
	struct pollfd fds[N_FIXED + MAX_GUESTS];
	nfds_t n;
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

static bool is_welcome(const struct marker_door *door, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	return door->n < N_FIXED + MAX_GUESTS &&
	       getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == door->uid || peer.uid == 0);
}

static void let_in(struct marker_door *door)
{
	int fd;
	while ((fd = accept4(door->fds[LISTENER].fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (is_welcome(door, fd))
			door->fds[door->n++] = (struct pollfd){ .fd = fd,
								.events = POLLIN };
		else
			close(fd);
	}
}

/* One byte more than a message: a longer packet is another's, and stays too long. */
struct packet {
	char bytes[sizeof(struct marker_message) + 1];
};

/* Hands on up to MAX_IN_A_ROW packets. The send waits where the sampler is behind, so that it is
 * the guest's own socket that fills up, and the guest that counts what it drops. Returns false when the guest has
 * gone. */
static bool hand_on(const struct marker_door *door, int fd)
{
	struct packet packet;
	for (int i = 0; i < MAX_IN_A_ROW; i++) {
		ssize_t size = recv(fd, &packet, sizeof(packet), MSG_DONTWAIT);
		if (size <= 0)
			return size < 0;
		struct pollfd room = { .fd = door->onto_fd, .events = POLLOUT };
		while (send(door->onto_fd, &packet, (size_t)size,
			    MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			if (poll(&room, 1, 1000) <= 0 || room.revents & POLLERR)
				return true; /* the sampler has ended */
	}
	return true;
}

static void serve_guests(struct marker_door *door)
{
	for (nfds_t i = N_FIXED; i < door->n;) {
		if (door->fds[i].revents == 0 || hand_on(door, door->fds[i].fd)) {
			i++;
			continue;
		}
		close(door->fds[i].fd);
		door->fds[i] = door->fds[--door->n];
	}
}

static void *run(void *argument)
{
	struct marker_door *door = argument;
	do {
		if (poll(door->fds, door->n, -1) < 0)
			continue;
		serve_guests(door);
		if (door->fds[LISTENER].revents)
			let_in(door);
	} while (!door->fds[STOP].revents);
	/* what was sent before the end is still of the trial */
	let_in(door);
	while (poll(door->fds + N_FIXED, door->n - N_FIXED, 0) > 0)
		serve_guests(door);
	return NULL;
}

static void free_door(struct marker_door *door)
{
	for (nfds_t i = 0; i < door->n; i++)
		if (door->fds[i].fd >= 0)
			close(door->fds[i].fd);
	if (door->onto_fd >= 0)
		close(door->onto_fd);
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

struct marker_door *marker_door_open(int onto_fd, uid_t uid)
{
	struct marker_door *door = calloc(1, sizeof(*door));
	if (!door)
		return NULL;
	door->n = N_FIXED;
	door->uid = uid;
	door->onto_fd = fcntl(onto_fd, F_DUPFD_CLOEXEC, 0);
	door->fds[STOP] = (struct pollfd){ .fd = eventfd(0, EFD_CLOEXEC),
					   .events = POLLIN };
	door->fds[LISTENER] = (struct pollfd){ .fd = name_door(door) ? listen_at(door->name)
								     : -1,
					       .events = POLLIN };
	if (door->onto_fd >= 0 && door->fds[STOP].fd >= 0 && door->fds[LISTENER].fd >= 0)
		return door;
	free_door(door);
	return NULL;
}

void marker_door_serve(struct marker_door *door)
{
	if (door)
		door->has_thread = pthread_create(&door->thread, NULL, run, door) == 0;
}

const char *marker_door_name(const struct marker_door *door)
{
	return door ? door->name : NULL;
}

void marker_door_close(struct marker_door *door)
{
	if (!door)
		return;
	eventfd_write(door->fds[STOP].fd, 1);
	if (door->has_thread)
		pthread_join(door->thread, NULL);
	free_door(door);
}
