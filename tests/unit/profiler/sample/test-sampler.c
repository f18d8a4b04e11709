/* The sampler's ticks frame the run and each phase edge; nothing that it reads is lost. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/markers/marker-socket.h"
#include "profiler/sample/marker-door.h"
#include "profiler/sample/sampler.h"
#include "tests/unit/cmocka.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A collector whose one counter tells how often it was read. */
static size_t count_reads(void *state, struct reading *out)
{
	uint64_t *reads = state;
	*out = (struct reading){ .raw = ++*reads };
	return 0;
}

static const struct collector counting = { .name = "counting", .read = count_reads };

struct fixture {
	struct sensors sensors;
	struct ring *ring;
	struct slow_readers *slow_readers;
	uint64_t reads;
	int sockets[2];
	struct marker_door *door; /* or NULL */
	struct problem why;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	memset(&fixture, 0, sizeof(fixture));
	fixture.sensors.n = fixture.sensors.n_channels = 1;
	fixture.sensors.items[0] = (struct sensor){ .collector = &counting,
						    .state = &fixture.reads,
						    .list = { .n = 1 } };
	assert_int_equal(sensors_plan(&fixture.sensors), 0);
	fixture.slow_readers = slow_readers_new(&fixture.sensors);
	fixture.ring = ring_new(entry_size(&fixture.sensors), 1024);
	*state = &fixture;
	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fixture.sockets);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	ring_free(fixture->ring);
	slow_readers_free(fixture->slow_readers, &fixture->sensors);
	free(fixture->sensors.readers);
	close(fixture->sockets[0]);
	close(fixture->sockets[1]);
	return 0;
}

static struct sampler *start(struct fixture *fixture, double rate_hz)
{
	const struct sampler_options options = { rate_hz, -1, NULL };
	const struct sampler_ends ends = { &fixture->sensors,     fixture->ring,
					   fixture->slow_readers, fixture->sockets[0],
					   fixture->door,         NULL };
	struct sampler *sampler = sampler_start(&ends, &options, &fixture->why);
	assert_non_null(sampler);
	return sampler;
}

static const struct entry *next(struct fixture *fixture)
{
	return ring_front(fixture->ring);
}

static void even_the_shortest_run_has_a_first_and_a_last_tick(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	struct sampler *sampler = start(fixture, 0.1);
	assert_int_equal(fixture->reads, 1); /* taken before sampler_start returned */
	sampler_stop(sampler, &stats);
	assert_int_equal(stats.ticks, 2);
	assert_int_equal(stats.missed, 0);
	const struct entry *first = next(fixture);
	assert_int_equal(first->kind, ENTRY_TICK);
	assert_int_equal(entry_readings(first, &fixture->sensors)->raw, 1);
	assert_true(first->spans[0].begin_ns <= first->spans[0].end_ns);
	ring_release(fixture->ring);
	assert_int_equal(entry_readings(next(fixture), &fixture->sensors)->raw, 2);
	ring_release(fixture->ring);
	assert_null(next(fixture));
}

static void ticks_come_at_the_rate(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	struct sampler *sampler = start(fixture, 200);
	int64_t ticks_ns[3] = { 0 }; /* the first; the last two so far */
	while (fixture->reads < 40)
		usleep(1000);
	sampler_stop(sampler, &stats);
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring)) {
		ticks_ns[0] = ticks_ns[0] ? ticks_ns[0] : entry->begin_ns;
		ticks_ns[1] = ticks_ns[2];
		ticks_ns[2] = entry->begin_ns;
	}
	/* Ticks and missed deadlines together are the deadlines that passed until the last tick
	 * that had one; the first and the last of all have none. */
	int64_t due = (ticks_ns[1] - ticks_ns[0]) * 200 / NS_PER_S;
	assert_in_range(stats.ticks - 2 + stats.missed, due - 1, due + 1);
}

static void use(struct fixture *fixture, const struct collector *collector)
{
	fixture->sensors.items[0].collector = collector;
	slow_readers_free(fixture->slow_readers, &fixture->sensors);
	fixture->slow_readers = slow_readers_new(&fixture->sensors);
}

static void what_rests_is_read_at_edges_and_not_in_ticks_between(void **state)
{
	static const struct collector resting = { .name = "resting",
						  .read = count_reads,
						  .rest_ns = 3600 * NS_PER_S };
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	use(fixture, &resting);
	struct sampler *sampler = start(fixture, 100);
	usleep(100000);
	const struct marker_message message = { .magic = MARKER_MAGIC,
						.kind = MARKER_BEGIN };
	assert_int_equal(send(fixture->sockets[1], &message, sizeof(message), 0),
			 sizeof(message));
	sampler_stop(sampler, &stats);
	int n_read = 0;
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring))
		n_read += entry->kind == ENTRY_TICK && entry->spans[0].end_ns > 0;
	assert_int_equal(n_read, 3); /* the begin, the mark and the end */
	assert_int_equal(fixture->reads, 3);
	assert_true(stats.ticks > 3);
}

static size_t read_in_2_ms(void *state, struct reading *out)
{
	usleep(2000);
	return count_reads(state, out);
}

static void what_rests_takes_at_most_a_50th_of_the_time(void **state)
{
	static const struct collector dear = { .name = "dear",
					       .read = read_in_2_ms,
					       .rest_ns = 1 };
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	use(fixture, &dear);
	struct sampler *sampler = start(fixture, 200);
	while (fixture->reads < 4)
		usleep(1000);
	sampler_stop(sampler, &stats);
	int64_t before_ns = 0;
	int n = 0; /* the last one is of an edge */
	for (const struct entry *entry; (entry = next(fixture)) && n < 4;
	     ring_release(fixture->ring)) {
		const struct span *span = &entry->spans[0];
		if (span->end_ns == 0)
			continue;
		if (n++ > 0) /* less half a tick: it is read in the nearest */
			assert_true(span->begin_ns - before_ns >= 97500000);
		before_ns = span->begin_ns;
	}
	assert_int_equal(n, 4);
}

static void say(int fd, enum marker_kind kind, int32_t context)
{
	const struct marker_message message = { .magic = MARKER_MAGIC,
						.kind = kind,
						.context = context,
						.mono_ns = monotonic_ns() };
	assert_int_equal(send(fd, &message, sizeof(message), MSG_DONTWAIT),
			 sizeof(message));
}

static void edges_that_waited_together_share_a_reading(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	for (int i = 0; i < 32; i++)
		say(fixture->sockets[1], MARKER_BEGIN, i);
	sampler_stop(start(fixture, 0.1), &stats);
	assert_in_range(stats.ticks, 4, 5); /* two batches, or the first cut in two */
}

static void no_phase_begins_and_ends_with_the_same_reading(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	int64_t begin_reads[40] = { 0 }, reads = 0;
	int n = 0;
	for (int i = 0; i < 40; i += 2) {
		say(fixture->sockets[1], MARKER_BEGIN, i);
		say(fixture->sockets[1], MARKER_BEGIN, i + 1);
		say(fixture->sockets[1], MARKER_END, i);
		say(fixture->sockets[1], MARKER_END, i + 1);
	}
	sampler_stop(start(fixture, 0.1), &stats);
	int64_t read_ns = 0;
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring)) {
		if (entry->kind == ENTRY_TICK) {
			reads++;
			read_ns = entry->begin_ns;
			continue;
		}
		const struct marker_message *mark = entry_mark(entry);
		assert_true(read_ns >= mark->mono_ns);
		if (mark->kind == MARKER_BEGIN)
			begin_reads[mark->context] = reads;
		else
			assert_true(reads > begin_reads[mark->context]);
		n++;
	}
	assert_int_equal(n, 80);
}

/* Until that mark is handed on: the tick that was taken for it. *n_ticks: all so far. */
static int64_t tick_of_mark(struct fixture *fixture, int32_t context, int *n_ticks)
{
	int64_t tick_ns = 0;
	for (bool is_seen = false; !is_seen;) {
		const struct entry *entry = next(fixture);
		if (!entry)
			continue;
		is_seen = entry->kind == ENTRY_MARK &&
			  entry_mark(entry)->context == context;
		if (is_seen)
			assert_true(tick_ns >= entry_mark(entry)->mono_ns);
		if (entry->kind == ENTRY_TICK) {
			tick_ns = entry->begin_ns;
			++*n_ticks;
		}
		ring_release(fixture->ring);
	}
	return tick_ns;
}

/* It is not woken for the second one, and yet does not leave it to the next tick. */
static void an_edge_that_follows_another_at_once_has_a_later_reading(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	int n_ticks = 0;
	struct sampler *sampler = start(fixture, 0.01);
	say(fixture->sockets[1], MARKER_BEGIN, 1);
	int64_t first_ns = tick_of_mark(fixture, 1, &n_ticks);
	say(fixture->sockets[1], MARKER_END, 2);
	assert_true(tick_of_mark(fixture, 2, &n_ticks) > first_ns);
	assert_int_equal(n_ticks, 3); /* the first of all, and one for each */
	sampler_stop(sampler, &stats);
}

/* A socket of its own, as who marks has it. */
static int visit(const struct fixture *fixture)
{
	ino_t inode;
	setenv(MARKER_SOCKET_VARIABLE, marker_door_name(fixture->door), 1);
	int fd = marker_socket_find(MARKER_SOCKET_OWN, &inode);
	unsetenv(MARKER_SOCKET_VARIABLE);
	assert_true(fd > 0);
	return fd;
}

static size_t fill(int fd)
{
	const struct marker_message message = { .magic = MARKER_MAGIC,
						.kind = MARKER_METRIC };
	size_t n = 0;
	while (send(fd, &message, sizeof(message), MSG_DONTWAIT) > 0)
		n++;
	return n;
}

static void what_one_process_fills_keeps_no_mark_of_another_away(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	fixture->door = marker_door_open(geteuid());
	assert_non_null(fixture->door);
	int full = visit(fixture), other = visit(fixture);
	size_t n = fill(full) + fill(fixture->sockets[1]);
	say(other, MARKER_BEGIN, 1);
	close(other); /* what it has said stays */
	struct sampler *sampler = start(fixture, 0.1);
	for (size_t n_seen = 0, at_begin = SIZE_MAX; n_seen < n + 1;) {
		const struct entry *entry = next(fixture);
		if (!entry)
			continue;
		if (entry->kind == ENTRY_MARK) {
			n_seen++;
			if (entry_mark(entry)->kind == MARKER_BEGIN)
				at_begin = n_seen;
		}
		/* it did not have to wait until the others had nothing more to say */
		assert_true(n_seen < n || at_begin < n / 2);
		ring_release(fixture->ring);
	}
	sampler_stop(sampler, &stats);
	marker_door_close(fixture->door);
	fixture->door = NULL;
	close(full);
}

static atomic_bool is_over;

static void *mark_for_ever(void *fd)
{
	struct marker_message message = { .magic = MARKER_MAGIC, .kind = MARKER_METRIC };
	while (!is_over) {
		message.mono_ns = monotonic_ns();
		send(*(int *)fd, &message, sizeof(message), MSG_DONTWAIT);
	}
	return NULL;
}

static void *take_slowly(void *state)
{
	struct fixture *fixture = state;
	while (!is_over) {
		if (next(fixture))
			ring_release(fixture->ring);
		usleep(100);
	}
	return NULL;
}

static void who_marks_for_ever_keeps_neither_the_ticks_nor_the_end_away(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	pthread_t marking, taking;
	is_over = false;
	struct sampler *sampler = start(fixture, 100);
	assert_int_equal(
	    pthread_create(&marking, NULL, mark_for_ever, &fixture->sockets[1]), 0);
	assert_int_equal(pthread_create(&taking, NULL, take_slowly, fixture), 0);
	while (fixture->reads < 5)
		usleep(1000);
	sampler_stop(sampler, &stats);
	is_over = true;
	pthread_join(marking, NULL);
	pthread_join(taking, NULL);
}

/* Until the door has handed on so many marks, and sent so many away. */
static void hear(struct marker_door *door, int n_marks, int n_refused)
{
	struct pollfd ear = { .fd = marker_door_fd(door), .events = POLLIN };
	struct marker_message message;
	int n = 0, files[MARKER_FILES];
	while (n < n_marks || marker_door_refused(door) < n_refused) {
		assert_int_equal(poll(&ear, 1, -1), 1);
		while (marker_door_receive(door, &message, files) > 0)
			n++;
	}
	assert_int_equal(n, n_marks);
	assert_int_equal(marker_door_refused(door), n_refused);
}

static void open_door(struct fixture *fixture)
{
	fixture->door = marker_door_open(geteuid());
	assert_non_null(fixture->door);
}

static void close_door(struct fixture *fixture)
{
	marker_door_close(fixture->door);
	fixture->door = NULL;
}

static void who_comes_when_all_places_are_taken_waits_for_one(void **state)
{
	enum { N = 600 };
	struct fixture *fixture = *state;
	struct marker_message message;
	int guests[N], n = 0, files[MARKER_FILES];
	open_door(fixture);
	for (int i = 0; i < N; i++) {
		guests[i] = visit(fixture);
		say(guests[i], MARKER_METRIC, i);
	}
	while (marker_door_receive(fixture->door, &message, files) > 0)
		n++;
	assert_in_range(n, 100, N - 1);
	for (int i = 0; i < N; i++)
		close(guests[i]);
	hear(fixture->door, N - n, 0);
	close_door(fixture);
}

/* A process that this one did not start: its parent is whoever started us. It connects n times, says so, and
 * keeps what it has until the other end of the pipe is closed. */
struct stranger {
	int here;
};

static void keep_visiting(const struct fixture *fixture, int n, int there)
{
	int fds[1024];
	char end;
	for (int i = 0; i < n; i++)
		fds[i] = visit(fixture);
	ssize_t size = write(there, "", 1);
	size = read(there, &end, 1);
	size = 0;
	for (int i = 0; i < n; i++)
		size += read(fds[i], &end, 1) == 0; /* how many were closed by the door */
	size = write(there, &size, sizeof(size));
	_exit(size < 0);
}

static struct stranger let_stranger_come(const struct fixture *fixture, int n)
{
	int ends[2];
	char begun;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid_t between = fork();
	if (between == 0) {
		close(ends[0]);
		if (fork() == 0)
			keep_visiting(fixture, n, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(waitpid(between, NULL, 0), between);
	assert_int_equal(read(ends[0], &begun, 1), 1);
	return (struct stranger){ .here = ends[0] };
}

/* How many of its connections the door had closed. */
static ssize_t let_stranger_go(const struct stranger *stranger)
{
	ssize_t n_closed = -1;
	assert_int_equal(write(stranger->here, "", 1), 1);
	assert_int_equal(read(stranger->here, &n_closed, sizeof(n_closed)),
			 sizeof(n_closed));
	close(stranger->here);
	return n_closed;
}

static void strangers_are_sent_away_some_at_a_time_and_keep_nobody_out(void **state)
{
	enum { N = 700 };
	struct fixture *fixture = *state;
	struct marker_message message;
	int files[MARKER_FILES];
	open_door(fixture);
	const struct stranger stranger = let_stranger_come(fixture, N);
	int guest = visit(fixture);
	say(guest, MARKER_METRIC, 1);
	/* One call looks at some of them. */
	assert_int_equal(marker_door_receive(fixture->door, &message, files), 0);
	assert_in_range(marker_door_refused(fixture->door), 1, 100);
	hear(fixture->door, 1, N);
	assert_int_equal(let_stranger_go(&stranger), N);
	close(guest);
	close_door(fixture);
}

static void at_the_end_a_crowd_of_strangers_hides_no_mark(void **state)
{
	enum { N = 700 };
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	open_door(fixture);
	const struct stranger stranger = let_stranger_come(fixture, N);
	int guest = visit(fixture), n_marks = 0;
	say(guest, MARKER_METRIC, 1);
	struct sampler *sampler = start(fixture, 0.1);
	sampler_stop(sampler, &stats);
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring))
		n_marks += entry->kind == ENTRY_MARK;
	assert_int_equal(n_marks, 1);
	assert_true(let_stranger_go(&stranger) >= N);
	close(guest);
	close_door(fixture);
}

static void at_the_end_the_silent_make_room(void **state)
{
	enum { N = 600 };
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	int guests[N], n_marks = 0;
	open_door(fixture);
	for (int i = 0; i < N; i++)
		guests[i] = visit(fixture);
	say(guests[N - 1], MARKER_METRIC, 1);
	struct sampler *sampler = start(fixture, 0.1);
	sampler_stop(sampler, &stats);
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring))
		n_marks += entry->kind == ENTRY_MARK;
	assert_int_equal(n_marks, 1);
	for (int i = 0; i < N; i++)
		close(guests[i]);
	close_door(fixture);
}

static void a_packet_of_another_length_is_another_s(void **state)
{
	struct fixture *fixture = *state;
	const char packet[2 * sizeof(struct marker_message)] = { 1 };
	struct marker_message message;
	int files[MARKER_FILES];
	open_door(fixture);
	int guest = visit(fixture);
	assert_int_equal(send(guest, packet, sizeof(packet), 0), sizeof(packet));
	assert_int_equal(marker_door_receive(fixture->door, &message, files),
			 sizeof(packet));
	close(guest);
	assert_int_equal(marker_door_receive(fixture->door, &message, files), 0);
	close_door(fixture);
}

static void each_phase_edge_has_a_tick_before_it(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	struct sampler *sampler = start(fixture, 0.1);
	struct marker_message message = { .magic = MARKER_MAGIC, .kind = MARKER_BEGIN };
	assert_int_equal(send(fixture->sockets[1], &message, sizeof(message), 0),
			 sizeof(message));
	message.kind = MARKER_METRIC;
	assert_int_equal(send(fixture->sockets[1], &message, sizeof(message), 0),
			 sizeof(message));
	message.kind = MARKER_END;
	assert_int_equal(send(fixture->sockets[1], &message, sizeof(message), 0),
			 sizeof(message));
	sampler_stop(sampler, &stats); /* takes in what is still in the socket */
	/* what came while it waited may share a reading; the two edges never do */
	const uint32_t expected[] = { MARKER_BEGIN, MARKER_METRIC, MARKER_END };
	size_t n_marks = 0, n_ticks = 0;
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring)) {
		if (entry->kind != ENTRY_MARK) {
			n_ticks++;
			continue;
		}
		assert_in_range(n_marks, 0, 2);
		assert_int_equal(entry_mark(entry)->kind, expected[n_marks++]);
		if (entry_mark(entry)->kind == MARKER_METRIC)
			continue;
		assert_in_range(n_ticks, n_marks == 1 ? 2 : 1,
				2); /* the first tick is there */
		n_ticks = 0;
	}
	assert_int_equal(n_marks, 3);
	assert_int_equal(n_ticks, 1); /* the last */
}

static void foreign_messages_are_handed_on_as_such(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	struct sampler *sampler = start(fixture, 0.1);
	struct marker_message message = { .magic = 1, .kind = MARKER_BEGIN };
	send(fixture->sockets[1], "hello", 5, 0);
	send(fixture->sockets[1], &message, sizeof(message), 0);
	sampler_stop(sampler, &stats);
	assert_int_equal(stats.ticks, 2);
	const uint32_t expected[] = { 0, MARKER_FOREIGN, MARKER_FOREIGN, 0 };
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct entry *entry = next(fixture);
		assert_non_null(entry);
		assert_int_equal(entry->kind == ENTRY_MARK ? entry_mark(entry)->kind : 0,
				 expected[i]);
		ring_release(fixture->ring);
	}
}

static void a_full_ring_is_counted_and_the_last_tick_still_arrives(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	ring_free(fixture->ring);
	fixture->ring = ring_new(entry_size(&fixture->sensors), 4);
	struct sampler *sampler = start(fixture, 1000);
	usleep(50000);
	/* the recorder wakes up at last; a due tick may take one slot before the stop is seen */
	for (int i = 0; i < 3; i++)
		ring_release(fixture->ring);
	sampler_stop(sampler, &stats);
	assert_true(stats.dropped > 0);
	uint64_t last = 0;
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring))
		last = entry_readings(entry, &fixture->sensors)->raw;
	assert_int_equal(last, fixture->reads);
}

/* A counter whose third read hangs for a while. */
static size_t hang_once(void *state, struct reading *out)
{
	uint64_t *reads = state;
	if (++*reads == 3)
		usleep(400000);
	*out = (struct reading){ .raw = *reads };
	return 0;
}

static const struct collector hanging = { .name = "hanging", .read = hang_once };

/* Puts the hanging counter before the other one. */
static void add_hanging(struct fixture *fixture, uint64_t *reads)
{
	ring_free(fixture->ring);
	slow_readers_free(fixture->slow_readers, &fixture->sensors);
	free(fixture->sensors.readers);
	fixture->sensors.items[1] = fixture->sensors.items[0];
	fixture->sensors.items[1].first = 1;
	fixture->sensors.items[0] =
	    (struct sensor){ .collector = &hanging, .state = reads, .list = { .n = 1 } };
	fixture->sensors.n = fixture->sensors.n_channels = 2;
	assert_int_equal(sensors_plan(&fixture->sensors), 0);
	fixture->slow_readers = slow_readers_new(&fixture->sensors);
	fixture->ring = ring_new(entry_size(&fixture->sensors), 1024);
}

static void
a_read_that_comes_back_late_leaves_the_ticks_to_the_thread_that_took_them(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	static uint64_t reads;
	int64_t last_ns = 0;
	uint64_t n = 0;
	add_hanging(fixture, &reads);
	struct sampler *sampler = start(fixture, 100);
	for (int i = 0; i < 40; i++) { /* well beyond the read's return */
		usleep(20000);
		sampler_watch(sampler);
	}
	sampler_stop(sampler, &stats);
	assert_true(slow_reader_is_away(&fixture->slow_readers->items[0]));
	for (const struct entry *entry; (entry = next(fixture));
	     ring_release(fixture->ring)) {
		assert_true(entry->begin_ns > last_ns);
		assert_int_equal(entry_readings(entry, &fixture->sensors)[1].raw, ++n);
		last_ns = entry->begin_ns;
	}
	assert_int_equal(stats.ticks, n);
	assert_int_equal(fixture->reads, n);
}

/* The first read is slow enough for a slow reader, each later one takes most of the usual patience. */
static size_t read_slowly(void *state, struct reading *out)
{
	uint64_t *reads = state;
	usleep(++*reads == 1 ? 700000 : 900000);
	*out = (struct reading){ .raw = *reads };
	return 0;
}

static const struct collector slow = { .name = "slow", .read = read_slowly };

static void a_slow_slow_reader_that_is_in_a_reading_at_the_end_is_waited_for(void **state)
{
	struct fixture *fixture = *state;
	struct sampler_stats stats;
	static uint64_t reads;
	add_hanging(fixture, &reads);
	fixture->slow_readers->items[0].sensor.collector = &slow;
	struct sampler *sampler = start(fixture, 100);
	for (int i = 0; i < 200 && reads < 2; i++) { /* until it reads in its slow reader */
		usleep(50000);
		sampler_watch(sampler);
	}
	sampler_stop(sampler, &stats); /* that reading ends, and one more is taken */
	assert_true(slow_reader_is_away(&fixture->slow_readers->items[0]));
	assert_false(fixture->slow_readers->items[0].is_lost);
	assert_int_equal(reads, 3);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(even_the_shortest_run_has_a_first_and_a_last_tick),
		CASE(ticks_come_at_the_rate),
		CASE(each_phase_edge_has_a_tick_before_it),
		CASE(edges_that_waited_together_share_a_reading),
		CASE(no_phase_begins_and_ends_with_the_same_reading),
		CASE(an_edge_that_follows_another_at_once_has_a_later_reading),
		CASE(what_one_process_fills_keeps_no_mark_of_another_away),
		CASE(who_marks_for_ever_keeps_neither_the_ticks_nor_the_end_away),
		CASE(who_comes_when_all_places_are_taken_waits_for_one),
		CASE(strangers_are_sent_away_some_at_a_time_and_keep_nobody_out),
		CASE(at_the_end_a_crowd_of_strangers_hides_no_mark),
		CASE(at_the_end_the_silent_make_room),
		CASE(a_packet_of_another_length_is_another_s),
		CASE(what_rests_is_read_at_edges_and_not_in_ticks_between),
		CASE(what_rests_takes_at_most_a_50th_of_the_time),
		CASE(foreign_messages_are_handed_on_as_such),
		CASE(
		    a_read_that_comes_back_late_leaves_the_ticks_to_the_thread_that_took_them),
		CASE(a_slow_slow_reader_that_is_in_a_reading_at_the_end_is_waited_for),
		CASE(a_full_ring_is_counted_and_the_last_tick_still_arrives),
	};
	/* Guests and their hosts are one process here. */
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
