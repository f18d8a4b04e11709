/* profiler/sampler.c - see sampler.h. */
#include <config.h>

#include "profiler/sampler.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/histogram.h"
#include "profiler/invoker.h"
#include "profiler/pace.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct sampler {
	pthread_t thread;
	const struct sensors *sensors;
	struct ring *ring;
	struct sampler_options options;
	int marker_fd, stop_fd;
	sem_t first_tick;
	struct pace pace;
	struct histogram lateness;
	struct sampler_stats stats;
};

size_t entry_size(const struct sensors *sensors)
{
	return sizeof(struct entry) + sensors->n_readers * sizeof(struct span) +
	       sensors->n_channels * sizeof(struct reading);
}

/* The whole tick: read every channel, stamp it, push it. False: the ring was full. */
static bool tick(struct sampler *sampler)
{
	const struct sensors *sensors = sampler->sensors;
	struct entry *entry = ring_reserve(sampler->ring);
	if (!entry) {
		sampler->stats.dropped++;
		return false;
	}
	entry->kind = ENTRY_TICK;
	struct reading *readings = entry_readings(entry, sensors);
	int64_t begin_ns = monotonic_ns(), now_ns = begin_ns;
	for (size_t i = 0; i < sensors->n_readers; i++) {
		const struct reader *reader = &sensors->readers[i];
		entry->spans[i].begin_ns = now_ns;
		reader_read(reader, readings + reader->first);
		entry->spans[i].end_ns = now_ns = monotonic_ns();
	}
	ring_publish(sampler->ring);
	sampler->stats.ticks++;
	sampler->stats.total_ns += now_ns - begin_ns;
	if (now_ns - begin_ns > sampler->stats.max_ns)
		sampler->stats.max_ns = now_ns - begin_ns;
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

/* A time limit, not a timer's descriptor: it costs one call a tick instead of three. */
static void wait_until(int64_t due_ns, struct pollfd *fds, nfds_t n)
{
	int64_t left_ns = due_ns - monotonic_ns();
	if (left_ns < 0)
		left_ns = 0;
	const struct timespec limit = { left_ns / NS_PER_S, left_ns % NS_PER_S };
	if (ppoll(fds, n, &limit, NULL) <= 0)
		fds[0].revents = fds[1].revents = 0;
}

static void serve(struct sampler *sampler, int64_t now_ns)
{
	histogram_add(&sampler->lateness, now_ns - sampler->pace.due_ns);
	sampler->stats.missed += pace_next(&sampler->pace, now_ns);
	tick(sampler);
}

/* To the deadline itself, not to a multiple of 50 us behind it; and before whatever else wants
 * the processor, where that is allowed. */
static void settle_in(struct sampler *sampler)
{
	const struct sched_param lowest = { .sched_priority = 1 };
	prctl(PR_SET_TIMERSLACK, 1UL);
	sampler->stats.priority_err = pthread_setschedparam(pthread_self(), SCHED_FIFO,
							    &lowest);
	if (sampler->options.cpu < 0)
		return;
	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	CPU_SET((size_t)sampler->options.cpu, &cpus);
	sampler->stats.pin_err = pthread_setaffinity_np(pthread_self(), sizeof(cpus),
							&cpus);
}

static void begin(struct sampler *sampler)
{
	invoker_raise_thread();
	settle_in(sampler);
	invoker_let_thread_read();
	tick(sampler);
	sampler->pace = pace_of(sampler->options.rate_hz, sampler->sensors, monotonic_ns());
	sampler->stats.rate_begin_hz = pace_hz(&sampler->pace);
	sem_post(&sampler->first_tick);
}

static void end(struct sampler *sampler)
{
	struct sampler_stats *stats = &sampler->stats;
	take_marks(sampler);
	/* The last tick holds the joules of the whole trial: it waits for the recorder. */
	while (!tick(sampler))
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 1000 }, NULL);
	stats->late_p50_ns = histogram_quantile(&sampler->lateness, 0.50);
	stats->late_p99_ns = histogram_quantile(&sampler->lateness, 0.99);
	stats->late_max_ns = sampler->lateness.max_ns;
	stats->rate_end_hz = pace_hz(&sampler->pace);
	stats->cpu_s = (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) / (double)NS_PER_S;
}

static void *run(void *argument)
{
	struct sampler *sampler = argument;
	struct pollfd fds[] = {
		{ .fd = sampler->stop_fd, .events = POLLIN },
		{ .fd = sampler->marker_fd, .events = POLLIN },
	};
	begin(sampler);
	while (!(fds[0].revents & POLLIN)) {
		wait_until(sampler->pace.due_ns, fds, 2);
		if (fds[1].revents & POLLIN)
			take_marks(sampler);
		if (fds[1].revents & (POLLHUP | POLLERR))
			fds[1].fd =
			    -1; /* every sender is gone: it would wake us for ever */
		int64_t now_ns = monotonic_ns();
		if (now_ns >= sampler->pace.due_ns)
			serve(sampler, now_ns);
	}
	end(sampler);
	return NULL;
}

static void discard(struct sampler *sampler)
{
	if (sampler->stop_fd >= 0)
		close(sampler->stop_fd);
	sem_destroy(&sampler->first_tick);
	free(sampler);
}

/* 0, or the errno of what could not be had. */
static int start(struct sampler *sampler)
{
	sampler->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (sem_init(&sampler->first_tick, 0, 0) != 0 || sampler->stop_fd < 0)
		return errno;
	int err = pthread_create(&sampler->thread, NULL, run, sampler);
	while (err == 0 && sem_wait(&sampler->first_tick) != 0)
		continue;
	return err;
}

struct sampler *sampler_start(struct sensors *sensors, struct ring *ring,
			      const struct sampler_options *options, int marker_fd,
			      struct problem *why)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	int err = ENOMEM;
	if (sampler) {
		sampler->sensors = sensors;
		sampler->ring = ring;
		sampler->options = *options;
		sampler->marker_fd = marker_fd;
		err = start(sampler);
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
