/* profiler/sample/sensors.h - every collector that works here, opened for one trial.
 *
 * Channels of all collectors stand in one flat order, the order of readings in a tick. The
 * set is opened and closed by one thread and read by one thread in between. */
#ifndef JOULECART_SENSORS_H
#define JOULECART_SENSORS_H
#include "collectors/collector.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Above the collectors that there are. */
enum { SENSORS_MAX = 16 };

/* One opened collector and the place of its channels in the flat order. */
struct sensor {
	const struct collector *collector;
	void *state;
	struct channel_list list; /* channels: those below */
	struct channel *channels; /* as the collector told, but settled among collectors */
	size_t first;
	bool is_lost; /* a thread hangs in it for ever: it cannot be closed */
};

/* What one pair of stamps in a tick is around: one channel, or all of a collector that are read
 * at once. Its readings are the n from first on in the flat order. */
struct reader {
	const struct sensor *sensor;
	bool is_single;
	size_t first, n;
};

/* A collector, or a part of one, that could not be had. name NULL: the whole collector. */
struct missing {
	const char *collector;
	char name[64], why[256], todo[320];
};

struct sensors {
	struct sensor items[SENSORS_MAX];
	size_t n, n_channels;
	struct reader *readers; /* in the order of their channels */
	size_t n_readers;
	struct missing *missing;
	size_t n_missing;
	bool is_measured; /* the processors' joules come from a counter: see settle.h */
};

/* The two stamps around what one reader reads. */
struct span {
	int64_t begin_ns, end_ns;
};

/* Opens what works. Collectors that do not are listed in missing; of alternatives (one_of) the
 * one that counts more channels is kept, or else the one whose read is quicker; an estimate is
 * opened only when the processors' joules come from no counter. -1 with *why when not even CPU time can be had. */
int sensors_open(struct sensors *sensors, const struct scope *scope, struct problem *why);

/* Makes the readers of the opened collectors; sensors_open has done it. -1: no memory. */
int sensors_plan(struct sensors *sensors);

/* Reads once: out[0..n). No allocation. */
static inline void reader_read(const struct reader *reader, struct reading *out)
{
	const struct sensor *sensor = reader->sensor;
	if (reader->is_single)
		out->err = sensor->collector->read_one(
		    sensor->state, reader->first - sensor->first, &out->raw);
	else
		sensor->collector->read(sensor->state, out);
}

void sensors_close(struct sensors *sensors);

#endif
