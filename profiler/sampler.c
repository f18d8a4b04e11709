/* profiler/sampler.c - see sampler.h. */
#include <config.h>

#include "profiler/sampler.h"

#include "base/clock.h"
#include "base/problem.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct sampler {
	pthread_t thread;
	struct sensors *sensors;
	struct ring *ring;
	int timer_fd, marker_fd, stop_fd;
	sem_t first_tick;
	struct sampler_stats stats;
};

size_t entry_size(const struct sensors *sensors)
{
	return sizeof(struct entry) + sensors->n_channels * sizeof(struct reading);
}

/* The whole tick: read every channel, stamp it, push it. False: the ring was full. */
static bool tick(struct sampler *sampler)
{
	struct entry *entry = ring_reserve(sampler->ring);
	if (!entry) {
		sampler->stats.dropped++;
		return false;
	}
	entry->kind = ENTRY_TICK;
	sensors_read(sampler->sensors, entry->spans, entry->readings);
	int64_t took_ns = entry->spans[sampler->sensors->n - 1].end_ns -
			  entry->spans[0].begin_ns;
	ring_publish(sampler->ring);
	sampler->stats.ticks++;
	sampler->stats.total_ns += took_ns;
	if (took_ns > sampler->stats.max_ns)
		sampler->stats.max_ns = took_ns;
	return true;
}

static void pass_on(struct sampler *sampler, const struct marker_message *message)
{
	struct entry *entry = ring_reserve(sampler->ring);
	if (!entry) {
		sampler->stats.dropped++;
		return;
	}
	entry->kind = ENTRY_MARK;
	entry->mark = *message;
	ring_publish(sampler->ring);
}

static void take_marks(struct sampler *sampler)
{
	struct marker_message message;
	ssize_t size;
	while ((size = recv(sampler->marker_fd, &message, sizeof(message), MSG_DONTWAIT)) >
	       0) {
		if (size != sizeof(message) || message.magic != MARKER_MAGIC)
			message = (struct marker_message){ .kind = MARKER_FOREIGN };
		if (message.kind == MARKER_BEGIN || message.kind == MARKER_END)
			tick(sampler);
		pass_on(sampler, &message);
	}
}

static void take_deadline(struct sampler *sampler)
{
	uint64_t passed = 0;
	if (read(sampler->timer_fd, &passed, sizeof(passed)) != sizeof(passed))
		return;
	sampler->stats.missed += (int64_t)passed - 1;
	tick(sampler);
}

static void *run(void *argument)
{
	struct sampler *sampler = argument;
	struct pollfd fds[] = {
		{ .fd = sampler->stop_fd, .events = POLLIN },
		{ .fd = sampler->marker_fd, .events = POLLIN },
		{ .fd = sampler->timer_fd, .events = POLLIN },
	};
	tick(sampler);
	sem_post(&sampler->first_tick);
	while (!(fds[0].revents & POLLIN)) {
		if (poll(fds, 3, -1) < 0)
			continue;
		if (fds[1].revents & POLLIN)
			take_marks(sampler);
		if (fds[1].revents & (POLLHUP | POLLERR))
			fds[1].fd =
			    -1; /* every sender is gone: it would wake us for ever */
		if (fds[2].revents & POLLIN)
			take_deadline(sampler);
	}
	take_marks(sampler);
	/* The last tick holds the joules of the whole trial: it waits for the recorder. */
	while (!tick(sampler))
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 1000 }, NULL);
	return NULL;
}

static int arm(struct sampler *sampler, double rate_hz)
{
	int64_t period_ns = (int64_t)((double)NS_PER_S / rate_hz);
	int64_t first_ns = monotonic_ns() + period_ns;
	struct itimerspec timer = {
		.it_interval = { period_ns / NS_PER_S, period_ns % NS_PER_S },
		.it_value = { first_ns / NS_PER_S, first_ns % NS_PER_S },
	};
	return timerfd_settime(sampler->timer_fd, TFD_TIMER_ABSTIME, &timer, NULL);
}

static void discard(struct sampler *sampler)
{
	if (sampler->timer_fd >= 0)
		close(sampler->timer_fd);
	if (sampler->stop_fd >= 0)
		close(sampler->stop_fd);
	sem_destroy(&sampler->first_tick);
	free(sampler);
}

/* 0, or the errno of what could not be had. */
static int start(struct sampler *sampler, double rate_hz)
{
	sampler->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	sampler->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (sem_init(&sampler->first_tick, 0, 0) != 0 || sampler->timer_fd < 0 ||
	    sampler->stop_fd < 0 || arm(sampler, rate_hz) != 0)
		return errno;
	int err = pthread_create(&sampler->thread, NULL, run, sampler);
	while (err == 0 && sem_wait(&sampler->first_tick) != 0)
		continue;
	return err;
}

struct sampler *sampler_start(struct sensors *sensors, struct ring *ring, double rate_hz,
			      int marker_fd, struct problem *why)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	int err = ENOMEM;
	if (sampler) {
		sampler->sensors = sensors;
		sampler->ring = ring;
		sampler->marker_fd = marker_fd;
		err = start(sampler, rate_hz);
		if (err == 0)
			return sampler;
		discard(sampler);
	}
	problem_what(why, "cannot start the sampler");
	problem_errno(why, err);
	return NULL;
}

void sampler_stop(struct sampler *sampler, struct sampler_stats *stats)
{
	uint64_t one = 1;
	while (write(sampler->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
	pthread_join(sampler->thread, NULL);
	*stats = sampler->stats;
	discard(sampler);
}
