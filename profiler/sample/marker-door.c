/* profiler/sample/marker-door.c - see marker-door.h. */
#include <config.h>

#include "profiler/sample/marker-door.h"

#include "base/clock.h"
#include "profiler/markers/marker-packet.h"
#include "profiler/markers/marker-ring.h"
#include "profiler/sample/marker-folder.h"
#include "profiler/sample/visitor.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

/* Processes that mark at once. Later ones wait at the door, with what their sockets hold, until one of
 * these has gone. */
enum { MAX_GUESTS = 512 };
/* Of one guest before the next has its turn. */
enum { MAX_IN_A_ROW = 64 };
/* Looked at in one call, those at the door and those who go, so that a tick is late by less than a
 * millisecond however fast they come. */
enum { MAX_LOOKS = 64 };
/* Whatever the user runs can knock. So many who are not of the run, then the door is shut for a while: they
 * cost the sampler some hundredths of its time. */
enum { MAX_STRANGERS = 8 };
static const int64_t REST_NS = 10000000;
/* A guest of unknown origin that has said nothing for so long gives its place to who waits for one. */
static const int64_t IDLE_NS = NS_PER_S;
/* Read of a ring that was closed: it holds so many, and each thread that was just putting one in adds that.
 * Who writes on in memory that the process has left behind would keep its place for ever. */
enum { LAST_OF_RING = 2 * MARKER_RING_SLOTS };

struct guest {
	int fd;                   /* -1: it has gone, and its ring is read to the end */
	bool is_known;            /* to be of the run */
	int64_t heard_ns;         /* when it came, or last said something */
	struct marker_ring *ring; /* that it handed over, or NULL */
	uint64_t tail;            /* the next mark of it to be read */
	uint64_t last;            /* once it has gone: it is read up to there at most */
};

struct marker_door {
	int epoll_fd, listener_fd, timer_fd;
	uid_t uid;
	struct guest guests[MAX_GUESTS];
	int n_guests;
	int n_strangers; /* since the door was opened last */
	bool is_shut;    /* until a guest goes, or the timer says so */
	bool is_closing;
	int64_t n_refused, n_unheard;
	int guest_fd, n_in_a_row; /* who is being listened to, or -1 */
	/* Of packets, or of marks in rings, until the other kind has its turn. */
	bool is_turn_of_rings;
	int n_of_kind;
	int ring;            /* of the guest that is being read */
	uint64_t ring_until; /* its packets before that mark were read */
	struct marker_folder folder;
};

static int listen_in(const struct marker_folder *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	memcpy(address.sun_path, folder->socket, strlen(folder->socket) + 1);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    marker_folder_share_socket(folder) == 0 && listen(fd, SOMAXCONN) == 0)
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

static void shut(struct marker_door *door)
{
	door->is_shut = true;
	watch(door, door->listener_fd, 0, EPOLL_CTL_MOD);
}

static void open_again(struct marker_door *door)
{
	if (door->is_shut)
		watch(door, door->listener_fd, EPOLLIN, EPOLL_CTL_MOD);
	door->is_shut = false;
}

static void rest(struct marker_door *door)
{
	const struct itimerspec until = { .it_value.tv_nsec = REST_NS };
	shut(door);
	timerfd_settime(door->timer_fd, 0, &until, NULL);
}

static bool has_packets(const struct guest *guest)
{
	struct pollfd ear = { .fd = guest->fd, .events = POLLIN };
	return poll(&ear, 1, 0) != 0;
}

static bool has_marks(const struct guest *guest)
{
	return guest->ring && marker_ring_has_some(guest->ring, guest->tail);
}

/* It has gone: what was not whole in its ring never will be. True: there is nothing left of it. */
static bool forget(struct marker_door *door, int i)
{
	struct guest *guest = &door->guests[i];
	if (guest->ring && guest->tail < guest->last &&
	    marker_ring_skip(guest->ring, &guest->tail))
		return false;
	marker_ring_unmap(guest->ring);
	*guest = door->guests[--door->n_guests];
	door->ring_until = 0;
	return true;
}

/* From now on it cannot say anything without knowing that it is lost. */
static bool show_out(struct marker_door *door, int i)
{
	struct guest *guest = &door->guests[i];
	if (guest->ring)
		marker_ring_tell(guest->ring, MARKER_RING_CLOSED);
	guest->last = guest->tail + LAST_OF_RING;
	/* close() ends that only where no fork holds the same file, until it calls exec() */
	watch(door, guest->fd, 0, EPOLL_CTL_DEL);
	close(guest->fd);
	guest->fd = -1;
	return forget(door, i);
}

static bool is_silent(const struct guest *guest)
{
	return guest->fd >= 0 && !has_packets(guest) && !has_marks(guest);
}

/* May it have to give its place to another? At the end each may that has nothing more to say. */
static bool may_go(const struct marker_door *door, const struct guest *guest)
{
	if (door->is_closing)
		return is_silent(guest);
	return !guest->is_known && monotonic_ns() - guest->heard_ns >= IDLE_NS &&
	       is_silent(guest);
}

static bool has_place(struct marker_door *door)
{
	for (int i = 0; i < door->n_guests && door->n_guests == MAX_GUESTS; i++)
		if (may_go(door, &door->guests[i]))
			show_out(door, i);
	return door->n_guests < MAX_GUESTS;
}

static void welcome(struct marker_door *door, int fd)
{
	enum visitor visitor = visitor_of(fd, door->uid);
	door->n_strangers += visitor != VISITOR_OF_THE_RUN;
	bool is_taken = visitor != VISITOR_FOREIGN &&
			watch(door, fd, EPOLLIN, EPOLL_CTL_ADD) == 0;
	door->n_refused += visitor == VISITOR_FOREIGN;
	door->n_unheard += visitor != VISITOR_FOREIGN && !is_taken;
	if (!is_taken)
		close(fd);
	else
		door->guests[door->n_guests++] =
		    (struct guest){ .fd = fd,
				    .is_known = visitor == VISITOR_OF_THE_RUN,
				    .heard_ns = monotonic_ns() };
}

/* One of those who wait. Where there is no room, and where there are no descriptors, the listener would wake
 * us for ever. */
static void let_in(struct marker_door *door)
{
	int fd = -1;
	if (!has_place(door)) {
		rest(door);
		return;
	}
	fd = accept4(door->listener_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		welcome(door, fd);
	else if (errno != EAGAIN && errno != ECONNABORTED)
		rest(door);
	if (door->n_strangers >= MAX_STRANGERS && !door->is_closing)
		rest(door);
}

static struct guest *guest_of(struct marker_door *door, int fd)
{
	int i = 0;
	while (door->guests[i].fd != fd)
		i++;
	return &door->guests[i];
}

static void see_out(struct marker_door *door)
{
	show_out(door, (int)(guest_of(door, door->guest_fd) - door->guests));
	if (door->n_strangers < MAX_STRANGERS)
		open_again(door);
}

static void hear_timer(struct marker_door *door)
{
	uint64_t n;
	ssize_t size = read(door->timer_fd, &n, sizeof(n));
	(void)size; /* whatever it said, it is quiet now */
	door->n_strangers = 0;
	open_again(door);
}

/* The next one that has said something, or has gone. */
static bool turn_to_next(struct marker_door *door, int *looks)
{
	struct epoll_event event;
	while ((*looks)-- > 0 && epoll_wait(door->epoll_fd, &event, 1, 0) > 0) {
		if (event.data.fd == door->listener_fd) {
			let_in(door);
		} else if (event.data.fd == door->timer_fd) {
			hear_timer(door);
		} else {
			door->guest_fd = event.data.fd;
			door->n_in_a_row = 0;
			guest_of(door, door->guest_fd)->heard_ns = monotonic_ns();
			return true;
		}
	}
	return false;
}

static void take_ring(struct marker_door *door, int files[MARKER_FILES])
{
	struct guest *guest = guest_of(door, door->guest_fd);
	if (!guest->ring && files[0] >= 0)
		guest->ring = marker_ring_take(files[0]);
	if (guest->ring)
		marker_ring_tell(guest->ring, MARKER_RING_READ);
	marker_packet_close(files);
}

/* Is it for the door itself? */
static bool is_of_ring(struct marker_door *door, const struct marker_message *message,
		       size_t size, int files[MARKER_FILES])
{
	if (size != sizeof(*message) || message->magic != MARKER_MAGIC)
		return false;
	if (message->kind == MARKER_RING)
		take_ring(door, files);
	else if (message->kind == MARKER_BELL)
		marker_packet_close(files);
	return message->kind == MARKER_RING || message->kind == MARKER_BELL;
}

static size_t receive_packet(struct marker_door *door, struct marker_message *message,
			     int files[MARKER_FILES])
{
	int looks = door->is_closing ? MAX_LOOKS + SOMAXCONN : MAX_LOOKS;
	while (door->guest_fd >= 0 || turn_to_next(door, &looks)) {
		ssize_t got = marker_packet_receive(door->guest_fd, message,
						    sizeof(*message), files);
		bool is_ours = got > 0 && is_of_ring(door, message, (size_t)got, files);
		bool is_its_turn = ++door->n_in_a_row < MAX_IN_A_ROW;
		if (got == 0 || (got < 0 && errno != EAGAIN))
			see_out(door);
		if (got <= 0 || !is_its_turn)
			door->guest_fd = -1;
		if (got > 0 && !is_ours)
			return (size_t)got;
		if (is_ours && looks-- <= 0)
			break;
	}
	return 0;
}

/* The next one with marks in its ring. What it sent in packets it said before: that is read first. */
static bool turn_to_ring(struct marker_door *door)
{
	for (int looks = door->n_guests; looks > 0 && door->n_guests > 0; looks--) {
		door->ring = (door->ring + 1) % door->n_guests;
		struct guest *guest = &door->guests[door->ring];
		if (!guest->ring || (guest->fd < 0 && forget(door, door->ring)))
			continue;
		if (door->is_closing)
			marker_ring_skip(guest->ring, &guest->tail);
		if (!has_marks(guest))
			continue;
		uint64_t n = marker_ring_head(guest->ring) - guest->tail;
		if (guest->fd >= 0 && has_packets(guest))
			continue;
		n = guest->fd < 0 || n == 0 ? 1 : n < MAX_IN_A_ROW ? n : MAX_IN_A_ROW;
		door->ring_until = guest->tail + n;
		return true;
	}
	return false;
}

static bool read_ring(struct marker_door *door, struct marker_message *message)
{
	while (door->ring_until > 0 || turn_to_ring(door)) {
		struct guest *guest = &door->guests[door->ring];
		if (door->ring_until > guest->tail &&
		    marker_ring_read(guest->ring, &guest->tail, message)) {
			guest->heard_ns = monotonic_ns();
			return true;
		}
		door->ring_until = 0;
	}
	return false;
}

static size_t receive_of_kind(struct marker_door *door, struct marker_message *message,
			      int files[MARKER_FILES])
{
	if (!door->is_turn_of_rings)
		return receive_packet(door, message, files);
	for (int i = 0; i < MARKER_FILES; i++)
		files[i] = -1;
	return read_ring(door, message) ? sizeof(*message) : 0;
}

size_t marker_door_receive(struct marker_door *door, struct marker_message *message,
			   int files[MARKER_FILES])
{
	/* a third time: that whose turn was over, where the other has nothing */
	for (int i = 0; i < 3; i++) {
		size_t size = door->n_of_kind < MAX_IN_A_ROW
				  ? receive_of_kind(door, message, files)
				  : 0;
		door->n_of_kind++;
		if (size > 0)
			return size;
		door->is_turn_of_rings = !door->is_turn_of_rings;
		door->n_of_kind = 0;
	}
	return 0;
}

bool marker_door_has_marks(const struct marker_door *door)
{
	for (int i = 0; door && i < door->n_guests; i++)
		if (door->guests[i].fd < 0 || has_marks(&door->guests[i]))
			return true;
	return false;
}

static void tell_all(struct marker_door *door, enum marker_ring_state state)
{
	for (int i = 0; door && i < door->n_guests; i++)
		if (door->guests[i].ring && door->guests[i].fd >= 0)
			marker_ring_tell(door->guests[i].ring, state);
}

bool marker_door_may_sleep(struct marker_door *door)
{
	tell_all(door, MARKER_RING_ASLEEP);
	return !marker_door_has_marks(door);
}

void marker_door_awake(struct marker_door *door)
{
	tell_all(door, MARKER_RING_READ);
}

void marker_door_close(struct marker_door *door)
{
	if (!door)
		return;
	for (int i = 0; i < door->n_guests; i++) {
		if (door->guests[i].ring)
			marker_ring_tell(door->guests[i].ring, MARKER_RING_CLOSED);
		marker_ring_unmap(door->guests[i].ring);
		if (door->guests[i].fd >= 0)
			close(door->guests[i].fd);
	}
	if (door->listener_fd >= 0)
		close(door->listener_fd);
	if (door->timer_fd >= 0)
		close(door->timer_fd);
	if (door->epoll_fd >= 0)
		close(door->epoll_fd);
	marker_folder_remove(&door->folder);
	free(door);
}

struct marker_door *marker_door_open(uid_t uid)
{
	struct marker_door *door = calloc(1, sizeof(*door));
	if (!door)
		return NULL;
	door->uid = uid;
	door->guest_fd = -1;
	door->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	door->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	door->listener_fd = marker_folder_make(&door->folder) == 0
				? listen_in(&door->folder)
				: -1;
	if (door->epoll_fd >= 0 && door->timer_fd >= 0 && door->listener_fd >= 0 &&
	    watch(door, door->timer_fd, EPOLLIN, EPOLL_CTL_ADD) == 0 &&
	    watch(door, door->listener_fd, EPOLLIN, EPOLL_CTL_ADD) == 0)
		return door;
	marker_door_close(door);
	return NULL;
}

void marker_door_last_round(struct marker_door *door)
{
	if (!door)
		return;
	door->is_closing = true;
	door->n_strangers = 0;
	open_again(door);
}

int64_t marker_door_refused(const struct marker_door *door)
{
	return door ? door->n_refused : 0;
}

int64_t marker_door_unheard(const struct marker_door *door)
{
	return door ? door->n_unheard : 0;
}

int64_t marker_door_lost(const struct marker_door *door)
{
	return door ? marker_folder_lost(&door->folder) : 0;
}

const char *marker_door_name(const struct marker_door *door)
{
	return door ? door->folder.socket : NULL;
}

int marker_door_fd(const struct marker_door *door)
{
	return door ? door->epoll_fd : -1;
}
