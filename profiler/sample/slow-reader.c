/* profiler/sample/slow-reader.c - see lane.h. */
#include <config.h>

#include "profiler/sample/slow-reader.h"

#include "base/clock.h"
#include "profiler/launch/privileges.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A lane rests four times as long as its reading takes, and a second at least. */
enum { REST = 4, RING_SLOTS = 64 };

/* For what takes longer the end of a run does not wait. */
static const int64_t LONGEST_READ_NS = 2 * NS_PER_S;

struct lanes *lanes_new(const struct sensors *sensors)
{
	size_t n = sensors->n_readers;
	struct lanes *lanes = calloc(1, sizeof(*lanes) + n * sizeof(struct lane));
	bool is_whole = lanes != NULL;
	for (size_t i = 0; lanes && i < n; i++) {
		struct lane *lane = &lanes->items[lanes->n++];
		lane->reader = sensors->readers[i];
		lane->sensor = *lane->reader.sensor;
		lane->reader.sensor = &lane->sensor;
		lane->wake_fd = -1;
		lane->readings = calloc(lane->reader.n, sizeof(*lane->readings));
		is_whole &= lane->readings && sem_init(&lane->served, 0, 0) == 0;
	}
	if (is_whole)
		return lanes;
	lanes_free(lanes, NULL);
	return NULL;
}

static void close_lane(struct lane *lane)
{
	if (lane->wake_fd >= 0)
		close(lane->wake_fd);
	ring_free(lane->ring);
	free(lane->readings);
	sem_destroy(&lane->served);
}

void lanes_free(struct lanes *lanes, struct sensors *sensors)
{
	bool is_lost = false;
	for (size_t i = 0; lanes && i < lanes->n; i++) {
		struct lane *lane = &lanes->items[i];
		is_lost |= lane->is_lost;
		for (size_t s = 0; lane->is_lost && s < sensors->n; s++)
			if (sensors->items[s].state == lane->sensor.state)
				sensors->items[s].is_lost = true;
		if (!lane->is_lost)
			close_lane(lane);
	}
	if (!is_lost)
		free(lanes);
}

int lane_open(struct lane *lane)
{
	size_t size = sizeof(struct lane_entry) + lane->reader.n * sizeof(struct reading);
	if (!lane->ring)
		lane->ring = ring_new(size, RING_SLOTS);
	if (lane->wake_fd < 0)
		lane->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!lane->ring)
		return ENOMEM;
	if (lane->wake_fd < 0)
		return errno;
	atomic_store(&lane->is_open, true);
	return 0;
}

static void hand_over(struct lane *lane, const struct span *span)
{
	struct lane_entry *entry = ring_reserve(lane->ring);
	if (!entry)
		return; /* the store stands still: the next reading holds these joules too */
	entry->span = *span;
	memcpy(entry->readings, lane->readings, lane->reader.n * sizeof(*lane->readings));
	ring_publish(lane->ring);
}

static int64_t read_once(struct lane *lane)
{
	struct span span = { .begin_ns = monotonic_ns() };
	reader_read(&lane->reader, lane->readings);
	span.end_ns = monotonic_ns();
	hand_over(lane, &span);
	return span.end_ns - span.begin_ns;
}

static bool has_failed(const struct lane *lane)
{
	for (size_t i = 0; i < lane->reader.n; i++)
		if (lane->readings[i].err)
			return true;
	return false;
}

/* Rests. True: it was told to stop. */
static bool rest(const struct lane *lane, int64_t took_ns)
{
	int64_t rest_ns = REST * took_ns > NS_PER_S ? REST * took_ns : NS_PER_S;
	struct pollfd wake = { .fd = lane->wake_fd, .events = POLLIN };
	const struct timespec limit = { rest_ns / NS_PER_S, rest_ns % NS_PER_S };
	return ppoll(&wake, 1, &limit, NULL) > 0;
}

void lane_serve(struct lane *lane, const struct span *first)
{
	int64_t took_ns = first ? first->end_ns - first->begin_ns : lane->took_ns;
	if (first)
		hand_over(lane, first);
	while (!rest(lane, took_ns))
		took_ns = read_once(lane);
	read_once(lane);
	/* The reading that fails is the one that opens a zone which is back (powercap.c). */
	if (has_failed(lane))
		read_once(lane);
	sem_post(&lane->served);
}

static void *serve(void *lane)
{
	invoker_raise_thread();
	invoker_let_thread_read();
	lane_serve(lane, NULL);
	return NULL;
}

int lane_start(struct lane *lane)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, serve, lane);
	if (err == 0)
		pthread_detach(thread);
	return err;
}

/* A lane that is told to stop may be in a reading, and takes the last one after that. */
static int64_t longest_end_ns(const struct lanes *lanes)
{
	int64_t most_ns = 0;
	for (size_t i = 0; i < lanes->n; i++) {
		const struct lane *lane = &lanes->items[i];
		if (atomic_load(&lane->is_open) && lane->took_ns > most_ns)
			most_ns = lane->took_ns;
	}
	return 2 * (most_ns < LONGEST_READ_NS ? most_ns : LONGEST_READ_NS);
}

void lanes_stop(struct lanes *lanes, int64_t patience_ns)
{
	const uint64_t one = 1;
	int64_t until_ns = monotonic_ns() + patience_ns + longest_end_ns(lanes);
	const struct timespec limit = { until_ns / NS_PER_S, until_ns % NS_PER_S };
	for (size_t i = 0; i < lanes->n; i++)
		if (atomic_load(&lanes->items[i].is_open) &&
		    write(lanes->items[i].wake_fd, &one, sizeof(one)) < 0)
			continue; /* it cannot: the counter of an eventfd is never full here */
	for (size_t i = 0; i < lanes->n; i++) {
		struct lane *lane = &lanes->items[i];
		int code = 0;
		while (atomic_load(&lane->is_open) &&
		       (code = sem_clockwait(&lane->served, CLOCK_MONOTONIC, &limit)) !=
			   0 &&
		       errno == EINTR)
			continue;
		lane->is_lost = code != 0;
	}
}
