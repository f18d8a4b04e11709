/* profiler/sample/slow-reader.h - what takes too long to be read in a tick is read in a lane of its own.
 *
 * Each reader has a lane, closed at first. Once a read lasted longer than LANE_SLOW_NS, and of
 * a collector that is known to be slow after the first, the sampler leaves that reader out and
 * its lane is opened: a thread that reads it less often and
 * hands what it read to the recorder. A thread that hangs in a read can't be ended: it is left
 * behind, and with it the lane and what it reads from.
 *
 * The sampler sets is_away; the thread that watches it opens and stops lanes; a lane's own
 * thread fills its ring, which the recorder empties. */
#ifndef JOULECART_LANE_H
#define JOULECART_LANE_H
#include "profiler/sample/ring.h"
#include "profiler/sample/sensors.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A read that holds up the others: nothing that is made for being read takes so long. */
enum { LANE_SLOW_NS = 100 * 1000 * 1000 };

struct lane_entry {
	struct span span;
	struct reading readings[];
};

struct lane {
	struct sensor sensor; /* copies: a thread that hangs outlives the trial */
	struct reader reader;
	struct reading *readings; /* the reader's own: a late answer disturbs nobody */
	atomic_bool is_away;      /* the sampler leaves it out */
	atomic_bool is_open;      /* ring and wake_fd are there, a thread serves it */
	int64_t away_ns, took_ns; /* since when, and how long that read has taken by then */
	int64_t due_ns;           /* in the ticks: until then it rests, but for edges */
	struct ring *ring;        /* of struct lane_entry */
	int wake_fd;
	sem_t served; /* its thread has taken the last reading and ended */
	bool is_lost; /* it did not end in time */
};

struct lanes {
	size_t n; /* as many as readers */
	struct lane items[];
};

/* NULL: no memory. */
struct lanes *lanes_new(const struct sensors *sensors);
/* Frees what no lost thread uses, and marks the sensors that one does: they are not closed. */
void lanes_free(struct lanes *lanes, struct sensors *sensors); /* takes NULL */

static inline bool lane_is_away(const struct lane *lane)
{
	return atomic_load_explicit(&lane->is_away, memory_order_relaxed);
}

/* Is a lane its place, by what its collector says or by what this read took? */
static inline bool reader_is_slow(const struct reader *reader, const struct span *span)
{
	return reader->sensor->collector->is_slow ||
	       span->end_ns - span->begin_ns > LANE_SLOW_NS;
}

/* Makes ring and wake_fd. 0, or an errno. */
int lane_open(struct lane *lane);

/* Reads until it is stopped, once more then, and ends. first: a read that has just ended, whose
 * result stands in lane->readings; NULL: none. Called by the thread that is to be the lane's. */
void lane_serve(struct lane *lane, const struct span *first);

/* Starts a thread that serves the lane. 0, or an errno. */
int lane_start(struct lane *lane);

/* Asks all open lanes for a last reading and waits for them, in all patience_ns at most and what
 * two of the slowest's readings take. */
void lanes_stop(struct lanes *lanes, int64_t patience_ns);

#endif
