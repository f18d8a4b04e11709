/* profiler/sample/slow-reader.h - what takes too long to be read in a tick is read in a slow reader of its own.
 *
 * Each reader has a slow reader, closed at first. Once a read lasted longer than SLOW_READ_NS, and of
 * a collector that is known to be slow after the first, the sampler leaves that reader out and
 * its slow reader is opened: a thread that reads it less often and
 * hands what it read to the recorder. A thread that hangs in a read can't be ended: it is left
 * behind, and with it the slow reader and what it reads from.
 *
 * The sampler sets is_away; the thread that watches it opens and stops slow readers; a slow reader's own
 * thread fills its ring, which the recorder empties. */
#ifndef JOULECART_SLOW_READER_H
#define JOULECART_SLOW_READER_H
#include "profiler/sample/ring.h"
#include "profiler/sample/sensors.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A read that holds up the others: nothing that is made for being read takes so long. */
enum { SLOW_READ_NS = 100 * 1000 * 1000 };

struct slow_reader_entry {
	struct span span;
	struct reading readings[];
};

struct slow_reader {
	struct sensor sensor; /* copies: a thread that hangs outlives the trial */
	struct reader reader;
	struct reading *readings; /* the reader's own: a late answer disturbs nobody */
	atomic_bool is_away;      /* the sampler leaves it out */
	atomic_bool is_open;      /* ring and wake_fd are there, a thread serves it */
	int64_t away_ns, took_ns; /* since when, and how long that read has taken by then */
	int64_t due_ns;           /* in the ticks: until then it rests, but for edges */
	struct ring *ring;        /* of struct slow_reader_entry */
	int wake_fd;
	sem_t served; /* its thread has taken the last reading and ended */
	bool is_lost; /* it did not end in time */
};

struct slow_readers {
	size_t n; /* as many as readers */
	struct slow_reader items[];
};

/* NULL: no memory. */
struct slow_readers *slow_readers_new(const struct sensors *sensors);
/* Frees what no lost thread uses, and marks the sensors that one does: they are not closed. */
void slow_readers_free(struct slow_readers *slow_readers,
		       struct sensors *sensors); /* takes NULL */

static inline bool slow_reader_is_away(const struct slow_reader *slow)
{
	return atomic_load_explicit(&slow->is_away, memory_order_relaxed);
}

/* Is a slow reader its place, by what its collector says or by what this read took? */
static inline bool reader_is_slow(const struct reader *reader, const struct span *span)
{
	return reader->sensor->collector->is_slow ||
	       span->end_ns - span->begin_ns > SLOW_READ_NS;
}

/* Makes ring and wake_fd. 0, or an errno. */
int slow_reader_open(struct slow_reader *slow);

/* Reads until it is stopped, once more then, and ends. first: a read that has just ended, whose
 * result stands in slow->readings; NULL: none. Called by the thread that is to be the slow reader's. */
void slow_reader_serve(struct slow_reader *slow, const struct span *first);

/* Starts a thread that serves the slow reader. 0, or an errno. */
int slow_reader_start(struct slow_reader *slow);

/* Asks all open slow readers for a last reading and waits for them, in all patience_ns at most and what
 * two of the slowest's readings take. */
void slow_readers_stop(struct slow_readers *slow_readers, int64_t patience_ns);

#endif
