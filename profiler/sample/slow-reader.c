/* profiler/sample/slow-reader.c - see slow-reader.h. */
#include <config.h>

#include "profiler/sample/slow-reader.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A slow reader rests four times as long as its reading takes, and at least as its collector says, else a
 * second. */
enum { REST = 4, RING_SLOTS = 64 };

/* For what takes longer the end of a run does not wait. */
static const int64_t LONGEST_READ_NS = 2 * NS_PER_S;

/* A slow reader is
 *   closed   the sampler reads it at each tick, with the others
 *   away     a read lasted too long (the sampler set is_away): left out of the ticks
 *   open     its thread reads, rests, and hands over (slow_reader_open)
 *   lost     its thread hung in a read at the end of the run: it and all that it reads from stay
 *            behind unfreed, since the thread may come back and use them
 * and only ever goes down this list. */
struct slow_readers *slow_readers_new(const struct sensors *sensors)
{
	size_t n = sensors->n_readers;
	struct slow_readers *slow_readers = calloc(1, sizeof(*slow_readers) +
							  n * sizeof(struct slow_reader));
	bool is_whole = slow_readers != NULL;
	for (size_t i = 0; slow_readers && i < n; i++) {
		struct slow_reader *slow = &slow_readers->items[slow_readers->n++];
		slow->reader = sensors->readers[i];
		slow->sensor = *slow->reader.sensor;
		slow->reader.sensor = &slow->sensor;
		slow->wake_fd = -1;
		slow->readings = calloc(slow->reader.n, sizeof(*slow->readings));
		is_whole &= slow->readings && sem_init(&slow->served, 0, 0) == 0;
	}
	if (is_whole)
		return slow_readers;
	slow_readers_free(slow_readers, NULL);
	return NULL;
}

static void close_slow_reader(struct slow_reader *slow)
{
	if (slow->wake_fd >= 0)
		close(slow->wake_fd);
	ring_free(slow->ring);
	free(slow->readings);
	sem_destroy(&slow->served);
}

void slow_readers_free(struct slow_readers *slow_readers, struct sensors *sensors)
{
	bool is_lost = false;
	for (size_t i = 0; slow_readers && i < slow_readers->n; i++) {
		struct slow_reader *slow = &slow_readers->items[i];
		is_lost |= slow->is_lost;
		for (size_t s = 0; slow->is_lost && sensors && s < sensors->n; s++)
			if (sensors->items[s].state == slow->sensor.state)
				sensors->items[s].is_lost = true;
		if (!slow->is_lost)
			close_slow_reader(slow);
	}
	if (!is_lost)
		free(slow_readers);
}

int slow_reader_open(struct slow_reader *slow)
{
	size_t size = sizeof(struct slow_reader_entry) +
		      slow->reader.n * sizeof(struct reading);
	if (!slow->ring)
		slow->ring = ring_new(size, RING_SLOTS);
	if (slow->wake_fd < 0)
		slow->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!slow->ring)
		return ENOMEM;
	if (slow->wake_fd < 0)
		return errno;
	atomic_store(&slow->is_open, true);
	return 0;
}

static void hand_over(struct slow_reader *slow, const struct span *span)
{
	struct slow_reader_entry *entry = ring_reserve(slow->ring);
	if (!entry)
		return; /* the store stands still: the next reading holds these joules too */
	entry->span = *span;
	memcpy(entry->readings, slow->readings, slow->reader.n * sizeof(*slow->readings));
	ring_publish(slow->ring);
}

static int64_t read_once(struct slow_reader *slow)
{
	struct span span = { .begin_ns = monotonic_ns() };
	reader_read(&slow->reader, slow->readings);
	span.end_ns = monotonic_ns();
	hand_over(slow, &span);
	return span.end_ns - span.begin_ns;
}

static bool has_failed(const struct slow_reader *slow)
{
	for (size_t i = 0; i < slow->reader.n; i++)
		if (slow->readings[i].err)
			return true;
	return false;
}

/* Rests. True: it was told to stop. */
static bool rest(const struct slow_reader *slow, int64_t took_ns)
{
	int64_t own_ns = slow->sensor.collector->rest_ns;
	int64_t least_ns = own_ns > 0 ? own_ns : NS_PER_S;
	int64_t rest_ns = REST * took_ns > least_ns ? REST * took_ns : least_ns;
	struct pollfd wake = { .fd = slow->wake_fd, .events = POLLIN };
	const struct timespec limit = { rest_ns / NS_PER_S, rest_ns % NS_PER_S };
	return ppoll(&wake, 1, &limit, NULL) > 0;
}

void slow_reader_serve(struct slow_reader *slow, const struct span *first)
{
	int64_t took_ns = first ? first->end_ns - first->begin_ns : slow->took_ns;
	if (first)
		hand_over(slow, first);
	while (!rest(slow, took_ns))
		took_ns = read_once(slow);
	read_once(slow);
	/* The reading that fails is the one that opens a zone which is back (powercap.c). */
	if (has_failed(slow))
		read_once(slow);
	sem_post(&slow->served);
}

static void *serve(void *slow)
{
	slow_reader_serve(slow, NULL);
	return NULL;
}

int slow_reader_start(struct slow_reader *slow)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, serve, slow);
	if (err == 0)
		pthread_detach(thread);
	return err;
}

/* A slow reader that is told to stop may be in a reading, and takes the last one after that. */
static int64_t longest_end_ns(const struct slow_readers *slow_readers)
{
	int64_t most_ns = 0;
	for (size_t i = 0; i < slow_readers->n; i++) {
		const struct slow_reader *slow = &slow_readers->items[i];
		if (atomic_load(&slow->is_open) && slow->took_ns > most_ns)
			most_ns = slow->took_ns;
	}
	return 2 * (most_ns < LONGEST_READ_NS ? most_ns : LONGEST_READ_NS);
}

void slow_readers_stop(struct slow_readers *slow_readers, int64_t patience_ns)
{
	const uint64_t one = 1;
	int64_t until_ns = monotonic_ns() + patience_ns + longest_end_ns(slow_readers);
	const struct timespec limit = { until_ns / NS_PER_S, until_ns % NS_PER_S };
	for (size_t i = 0; i < slow_readers->n; i++)
		if (atomic_load(&slow_readers->items[i].is_open) &&
		    write(slow_readers->items[i].wake_fd, &one, sizeof(one)) < 0)
			continue; /* it cannot: the counter of an eventfd is never full here */
	for (size_t i = 0; i < slow_readers->n; i++) {
		struct slow_reader *slow = &slow_readers->items[i];
		int code = 0;
		while (atomic_load(&slow->is_open) &&
		       (code = sem_clockwait(&slow->served, CLOCK_MONOTONIC, &limit)) !=
			   0 &&
		       errno == EINTR)
			continue;
		slow->is_lost = code != 0;
	}
}
