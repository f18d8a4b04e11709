/* profiler/markers/libjoulecart.c - the sending end of the marker API (joulecart.h).
 *
 * The one place with state of its own: a program has one profiler. What a thread has open is that
 * thread's; the socket is the process's. Counters of the process (PAPI) are read inside the
 * phase's edges, so that marking is not counted as the phase's. */
#include <config.h>

#include "profiler/markers/joulecart.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/collector.h"
#include "profiler/markers/marker-message.h"
#include "profiler/markers/marker-packet.h"
#include "profiler/markers/marker-ring.h"
#include "profiler/markers/marker-socket.h"
#include "profiler/markers/region-marks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const struct collector papi_collector;

/* Nesting of phases in a thread; PAPI events of one. */
enum { MAX_DEPTH = 8, MAX_COUNTERS = 16 };
/* Bits a trial, as the profiler keeps them (profiler/record/answers.c). */
enum { ANSWERS_MOST = 1 << 20 };
/* For room in a full socket, where the profiler does not read. */
enum { PATIENCE_MS = 3000 };

struct open_phase {
	char name[32];
	struct reading at_begin[MAX_COUNTERS];
};

static struct {
	_Atomic int
	    fd; /* 0: no profiler listens (0 is standard input, never the socket); below:
			   one does, and is to be reached later */
	_Atomic ino_t inode; /* of the socket */
	/* handed over on a connection of this process's own, or NULL */
	struct marker_ring *_Atomic ring;
	_Atomic bool is_parents; /* the socket; this process has none of its own yet */
	_Atomic uint64_t dropped,
	    untold; /* untold: of these, what the profiler does not know */
	_Atomic pid_t pid;
	_Atomic unsigned
	    generation;         /* of attachments and forks: what was open before is not */
	pthread_mutex_t lock;   /* of attaching, and of PAPI's one event set and its list */
	void *_Atomic counters; /* the collector's state, or NULL */
	struct channel_list list;
} marking = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* A thread's open phases since the generation's begin. */
static _Thread_local struct {
	unsigned generation;
	int32_t id;
	size_t depth;
	struct open_phase phases[MAX_DEPTH];
} thread;

/* A connection that exec would close; not what was inherited, for those who come after. */
static bool is_own(int fd, ino_t inode)
{
	int flags = fcntl(fd, F_GETFD);
	return flags >= 0 && flags & FD_CLOEXEC && marker_socket_is(fd, inode);
}

/* In the child of a fork. A signal handler may have forked where a mark was about to be sent: it finds no socket
 * under the parent's number, and the parent alone says it. */
static void move_parents_socket(void)
{
	int err = errno, fd = marking.fd;
	int moved = is_own(fd, marking.inode) ? fcntl(fd, F_DUPFD_CLOEXEC, fd + 1) : -1;
	if (moved >= 0) {
		marking.fd = moved;
		close(fd);
	}
	errno = err;
}

/* The child of a fork is a process of its own: its parent's counters and lock are not its, nor is its
 * socket, but one is looked for only where the child marks. */
static void become_child(void)
{
	marking.is_parents = true;
	marker_ring_leave(atomic_exchange(&marking.ring, NULL));
	pthread_mutex_init(&marking.lock, NULL);
	marking.counters = NULL;
	marking.dropped = marking.untold = 0;
	marking.pid = getpid();
	marking.generation++;
	move_parents_socket();
	region_marks_become_child();
}

/* With the lock held. Without one, marks are packets. */
static void hand_ring_over(void)
{
	int file;
	struct marker_message message = { .magic = MARKER_MAGIC, .kind = MARKER_RING };
	if (!is_own(marking.fd, marking.inode))
		return;
	struct marker_ring *ring = marker_ring_make(&file);
	const int files[MARKER_FILES] = { file, file };
	if (!ring)
		return;
	message.pid = marking.pid;
	if (marker_packet_send(marking.fd, &message, sizeof(message), files) >= 0) {
		marking.ring = ring;
	} else {
		marker_ring_unmap(ring);
	}
	close(file);
}

/* Where there is no other, the parent's stays. */
static void leave_parents_socket(void)
{
	int err = errno;
	ino_t inode;
	pthread_mutex_lock(&marking.lock);
	int fd = marking.is_parents ? marker_socket_find(MARKER_SOCKET_OWN, &inode) : 0;
	if (fd > 0 && fd != marking.fd) {
		if (is_own(marking.fd, marking.inode))
			close(marking.fd);
		marking.inode = inode;
		marking.fd = fd;
		hand_ring_over();
	}
	marking.is_parents = false;
	pthread_mutex_unlock(&marking.lock);
	errno = err;
}

static void lose(void)
{
	int err = errno; /* a mark between a call and its check changes nothing */
	marking.dropped++;
	marking.untold += !marker_socket_tell_lost();
	errno = err;
}

/* Once more; where there is none yet, this mark is lost. */
static bool reach(void)
{
	int err = errno;
	bool is_reached = joulecart_attach() && marking.fd > 0;
	if (!is_reached && marking.fd < 0)
		lose();
	errno = err;
	return is_reached;
}

/* Is there a profiler? Then the thread's stack is this process's. */
static bool is_marking(void)
{
	int fd = atomic_load_explicit(&marking.fd, memory_order_acquire);
	if (fd == 0 || (fd < 0 && !reach()))
		return false;
	if (atomic_load_explicit(&marking.is_parents, memory_order_acquire))
		leave_parents_socket();
	unsigned generation = marking.generation;
	if (thread.generation != generation) {
		thread.generation = generation;
		thread.id = (int32_t)syscall(SYS_gettid);
		thread.depth = 0;
	}
	return true;
}

static void address(enum marker_kind kind, struct marker_message *message)
{
	message->magic = MARKER_MAGIC;
	message->kind = kind;
	message->pid = marking.pid;
	message->context = thread.id;
	message->dropped = (uint32_t)marking.untold;
	if (message->mono_ns == 0)
		message->mono_ns = monotonic_ns();
}

/* Did a signal handler fork while this mark was being made? The parent goes on with it, and says it. */
static bool is_of_parent(const struct marker_message *message)
{
	return message->pid != marking.pid;
}

/* False with errno: EAGAIN where there is no room. */
static bool send_packet(const struct marker_message *message, const int *files)
{
	int fd = marking.fd; /* may become 0 meanwhile */
	bool is_sent = false;
	if (is_of_parent(message))
		return true;
	if (!marker_socket_is(fd, marking.inode))
		errno = ENOTCONN;
	else /* NOSIGNAL: a killed profiler must not kill the program that it measured. */
		is_sent = marker_packet_send(fd, message, sizeof(*message), files) >= 0;
	return is_sent || is_of_parent(message);
}

/* Where it cannot be woken, it finds the mark at its next tick. */
static void wake_profiler(void)
{
	const struct marker_message bell = { .magic = MARKER_MAGIC,
					     .kind = MARKER_BELL,
					     .pid = marking.pid };
	int err = errno;
	send_packet(&bell, NULL);
	errno = err;
}

/* What is addressed. files: MARKER_FILES that go with it, or NULL. False: it is dropped, and counted. */
static bool send_or_lose(const struct marker_message *message, const int *files)
{
	int err = errno;
	bool is_sent = send_packet(message, files);
	if (!is_sent)
		lose();
	errno = err;
	return is_sent;
}

/* Addresses it, and waits for room. Returns as above. */
static bool send_patiently(enum marker_kind kind, struct marker_message *message)
{
	int err = errno;
	bool is_sent, has_room = true;
	address(kind, message);
	while (!(is_sent = send_packet(message, NULL)) && errno == EAGAIN && has_room) {
		struct pollfd room = { .fd = marking.fd, .events = POLLOUT };
		has_room = poll(&room, 1, PATIENCE_MS) != 0;
	}
	if (!is_sent)
		lose();
	errno = err;
	return is_sent;
}

static void send_message(enum marker_kind kind, struct marker_message *message)
{
	struct marker_ring *ring = atomic_load_explicit(&marking.ring,
							memory_order_acquire);
	address(kind, message);
	enum marker_ring_said said = ring ? marker_ring_say(ring, message)
					  : MARKER_RING_NOT_READ;
	if (said == MARKER_RING_NOT_READ)
		send_or_lose(message, NULL);
	else if (said == MARKER_RING_FULL)
		lose();
	else if (said == MARKER_RING_SAID_RING)
		wake_profiler();
}

static bool hand_regions_over(const int files[MARKER_FILES])
{
	struct marker_message message = { 0 };
	if (!is_marking())
		return false;
	address(MARKER_REGIONS, &message);
	return send_or_lose(&message, files);
}

/* The field is all zeros. Not snprintf(): its code is rarely in a cache where a phase begins. */
static void copy(char *field, size_t size, const char *text)
{
	if (text)
		memcpy(field, text, strnlen(text, size - 1));
}

static void send_absence(const char *name, const char *why, const char *todo)
{
	struct marker_message message = { 0 };
	bool is_told = todo && *todo;
	copy(message.name, sizeof(message.name), name);
	snprintf(message.text, sizeof(message.text), "%s%s%s%s", why, is_told ? " (" : "",
		 is_told ? todo : "", is_told ? ")" : "");
	send_message(MARKER_ABSENT, &message);
}

/* With the lock held. */
static void start_counters(const char *events)
{
	struct problem why;
	struct scope scope = { .root_pid = getpid(), .events = *events ? events : NULL };
	void *counters = NULL;
	if (papi_collector.open(&scope, &counters, &marking.list, &why) != 0) {
		send_absence("", why.why, why.todo);
		return;
	}
	for (size_t i = 0; i < marking.list.n_absent; i++)
		send_absence(marking.list.absences[i].name, marking.list.absences[i].why,
			     marking.list.absences[i].todo);
	if (marking.list.n > MAX_COUNTERS)
		marking.list.n = MAX_COUNTERS;
	marking.counters = counters;
}

bool joulecart_attach(void)
{
	static _Atomic bool is_told_of_forks;
	pthread_mutex_lock(&marking.lock);
	ino_t inode = 0;
	int fd = marking.fd > 0 ? 0 : marker_socket_find(MARKER_SOCKET_OWN, &inode);
	if (marking.fd <= 0)
		marking.fd = fd > 0 ? 0 : fd;
	if (fd > 0) {
		if (!atomic_exchange(&is_told_of_forks, true))
			pthread_atfork(NULL, NULL, become_child);
		marking.pid = getpid();
		marking.is_parents = false; /* else is_marking() wants the lock */
		marking.generation++;
		marking.inode = inode;
		marking.fd = fd;
		hand_ring_over();
		is_marking(); /* this thread's stack */
		const char *events = getenv(MARKER_EVENTS_VARIABLE);
		if (events && *events)
			start_counters(events);
	}
	pthread_mutex_unlock(&marking.lock);
	if (fd > 0)
		region_marks_listen(hand_regions_over); /* as in joulecart_detach() */
	return marking.fd != 0;
}

void joulecart_count(void)
{
	if (!is_marking())
		return;
	pthread_mutex_lock(&marking.lock);
	if (!marking.counters)
		start_counters("");
	pthread_mutex_unlock(&marking.lock);
}

static void read_counters(struct reading readings[MAX_COUNTERS])
{
	if (!marking.counters)
		return;
	pthread_mutex_lock(&marking.lock);
	if (marking.counters)
		papi_collector.read(marking.counters, readings);
	pthread_mutex_unlock(&marking.lock);
}

void joulecart_begin(const char *phase)
{
	if (!is_marking() || thread.depth == MAX_DEPTH || !phase)
		return;
	struct open_phase *open = &thread.phases[thread.depth++];
	struct marker_message message = { 0 };
	memset(open->name, 0, sizeof(open->name));
	copy(open->name, sizeof(open->name), phase);
	copy(message.phase, sizeof(message.phase), phase);
	send_message(MARKER_BEGIN, &message);
	read_counters(open->at_begin);
}

/* What was 0 for long when the phase began, and no longer is, was truly 0. */
static const char *why_not(const struct reading *then, const struct reading *now)
{
	if (now->err == ENODATA)
		return "it stayed 0 while it was counted: this processor lacks it, or it "
		       "never happened";
	if (now->err)
		return strerror(now->err);
	return then->err && then->err != ENODATA ? strerror(then->err) : NULL;
}

static void send_counts(const struct open_phase *open, const struct reading *now)
{
	if (!marking.counters)
		return;
	pthread_mutex_lock(&marking.lock);
	for (size_t i = 0; marking.counters && i < marking.list.n; i++) {
		struct marker_message message = { .number = now[i].raw -
							    open->at_begin[i].raw };
		copy(message.phase, sizeof(message.phase), open->name);
		copy(message.name, sizeof(message.name), marking.list.channels[i].name);
		copy(message.text, sizeof(message.text),
		     why_not(&open->at_begin[i], &now[i]));
		send_message(MARKER_COUNT, &message);
	}
	pthread_mutex_unlock(&marking.lock);
}

void joulecart_end(const char *phase, uint64_t queries)
{
	if (!is_marking() || thread.depth == 0 || !phase ||
	    strncmp(thread.phases[thread.depth - 1].name, phase,
		    sizeof(thread.phases[0].name) - 1) != 0)
		return;
	struct reading now[MAX_COUNTERS] = { 0 };
	struct marker_message message = { .number = queries, .mono_ns = monotonic_ns() };
	const struct open_phase *open = &thread.phases[--thread.depth];
	read_counters(now);
	copy(message.phase, sizeof(message.phase), phase);
	send_message(MARKER_END, &message);
	send_counts(open, now);
}

void joulecart_units(const char *unit, uint64_t n)
{
	if (!is_marking())
		return;
	struct marker_message message = { .number = n };
	copy(message.name, sizeof(message.name), unit);
	if (thread.depth > 0)
		copy(message.phase, sizeof(message.phase),
		     thread.phases[thread.depth - 1].name);
	send_message(MARKER_UNITS, &message);
}

void joulecart_metric(const char *name, double value)
{
	if (!is_marking())
		return;
	struct marker_message message = { .real = value };
	copy(message.name, sizeof(message.name), name);
	send_message(MARKER_METRIC, &message);
}

/* Right and wrong take a bit, anything between a byte. */
static size_t bits_of(const float *answers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (answers[i] != 0.0F && answers[i] != 1.0F)
			return 8;
	return 1;
}

static void pack(unsigned char *bytes, const float *answers, size_t n, size_t bits)
{
	for (size_t i = 0; i < n; i++) {
		float share = answers[i] > 0 ? answers[i] < 1 ? answers[i] : 1 : 0;
		if (bits == 8)
			bytes[i] = (unsigned char)(255 * share + 0.5F);
		else if (share > 0)
			bytes[i / 8] |= (unsigned char)(1U << i % 8);
	}
}

void joulecart_answers(const char *metric, const float *answers, size_t n)
{
	if (!is_marking() || !answers || n == 0)
		return;
	size_t bits = bits_of(answers, n), room = MARKER_ANSWER_BYTES * 8 / bits;
	if (n > ANSWERS_MOST) /* the profiler refuses the first part, and says so */
		room = n;
	for (size_t first = 0; first < n; first += room) {
		struct marker_message message = { .number = first, .real = (double)n };
		size_t left = n - first < room ? n - first : room;
		copy(message.name, sizeof(message.name), metric);
		copy(message.phase, sizeof(message.phase), bits == 8 ? "8" : "1");
		if (n <= ANSWERS_MOST)
			pack((unsigned char *)message.text, answers + first, left, bits);
		if (!send_patiently(MARKER_ANSWERS, &message))
			return; /* without one of its packets the rest is worth nothing */
	}
}

static void send_name(enum marker_kind kind, const char *name)
{
	if (!is_marking())
		return;
	struct marker_message message = { 0 };
	copy(message.name, sizeof(message.name), name);
	send_message(kind, &message);
}

void joulecart_workload(const char *hash)
{
	send_name(MARKER_WORKLOAD, hash);
}

void joulecart_parent(const char *hash)
{
	send_name(MARKER_PARENT, hash);
}

/* What was lost since the last mark, and could not be told of then. */
static void bid_farewell(void)
{
	struct marker_message message = { 0 };
	if (marking.fd > 0 && marking.untold > 0 && is_marking())
		send_patiently(MARKER_FAREWELL, &message);
}

__attribute__((destructor)) static void end_with_program(void)
{
	region_marks_end();
	bid_farewell();
}

uint64_t joulecart_detach(void)
{
	bid_farewell();
	/* without the lock, which a region's first mark may want */
	if (marking.fd > 0)
		region_marks_listen(NULL);
	pthread_mutex_lock(&marking.lock);
	int fd = atomic_exchange(&marking.fd, 0);
	uint64_t dropped = atomic_exchange(&marking.dropped, 0);
	marking.untold = 0;
	if (fd > 0) {
		papi_collector.close(marking.counters);
		marking.counters = NULL;
		if (marker_socket_is(fd, marking.inode))
			close(fd);
		marker_ring_leave(atomic_exchange(&marking.ring, NULL));
	}
	pthread_mutex_unlock(&marking.lock);
	return dropped;
}
