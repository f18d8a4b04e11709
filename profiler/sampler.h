/* profiler/sampler.h - one thread that reads every channel at each deadline and at each
 * phase edge, and pushes what it read. It never allocates, formats, locks, or meets SQLite. */
#ifndef JOULECART_SAMPLER_H
#define JOULECART_SAMPLER_H
#include "profiler/marker-message.h"
#include "profiler/ring.h"
#include "profiler/sensors.h"

#include <stdbool.h>
#include <stdint.h>

struct problem;
struct sampler;

/* What a ring slot holds: a tick, or a message of the wrapped program. A message about a
 * phase edge follows the tick that was taken for it. */
struct entry {
	enum { ENTRY_TICK, ENTRY_MARK } kind;
	struct marker_message mark;
	struct span spans[SENSORS_MAX];
	struct reading readings[]; /* n_channels */
};

size_t entry_size(const struct sensors *sensors);

struct sampler_stats {
	int64_t ticks, missed, dropped;
	int64_t total_ns, max_ns; /* time spent in ticks */
};

/* Starts the thread; returns after the first tick was taken. rate_hz > 0. marker_fd is the
 * receiving socket, non-blocking. sensors, ring and descriptors outlive the sampler. NULL
 * with *why. */
struct sampler *sampler_start(struct sensors *sensors, struct ring *ring, double rate_hz,
			      int marker_fd, struct problem *why);

/* Takes in the messages that are left, takes a last tick, ends the thread, frees it. */
void sampler_stop(struct sampler *sampler, struct sampler_stats *stats);

#endif
