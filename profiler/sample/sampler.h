/* profiler/sample/sampler.h - one thread that reads every channel at each deadline and at each
 * phase edge, and pushes what it read. It never allocates, formats, locks, or meets SQLite. */
#ifndef JOULECART_SAMPLER_H
#define JOULECART_SAMPLER_H
#include "profiler/markers/marker-message.h"
#include "profiler/sample/region-reader.h"
#include "profiler/sample/ring.h"
#include "profiler/sample/sensors.h"
#include "profiler/sample/slow-reader.h"

#include <stdbool.h>
#include <stdint.h>

struct marker_door;
struct problem;
struct sampler;

/* What a ring slot holds: a tick, or a message of the wrapped program. A message about a
 * phase edge follows a tick that was taken after it was said; messages that waited together share
 * one, but no phase begins and ends with the same. Behind a tick stand its spans, one a
 * reader, and its readings, one a channel; a span that ends at 0 was left to its slow reader. */
struct entry {
	enum { ENTRY_TICK, ENTRY_MARK, ENTRY_REGIONS } kind;
	int64_t begin_ns;    /* of a tick */
	struct span spans[]; /* of a tick; a mark or regions stand in their place */
};

/* What the regions did until the tick before, in as many entries as it takes. */
enum { REGION_SHARES = 9, REGION_SHARES_MOST = 600 };
struct region_entry {
	struct region_span span; /* 0 in all but the first */
	uint32_t n;
	bool is_last;
	struct region_share shares[REGION_SHARES];
};
_Static_assert(sizeof(struct region_entry) <= sizeof(struct marker_message),
	       "the slots have room for it");

size_t entry_size(const struct sensors *sensors);

static inline struct reading *entry_readings(const struct entry *entry,
					     const struct sensors *sensors)
{
	return (struct reading *)(entry->spans + sensors->n_readers);
}

static inline struct marker_message *entry_mark(const struct entry *entry)
{
	return (struct marker_message *)(void *)entry->spans;
}

static inline struct region_entry *entry_regions(const struct entry *entry)
{
	return (struct region_entry *)(void *)entry->spans;
}

/* Whose turn it is to read the machine's counters at the full rate, of several processes that measure the same
 * job on it. The others read them at edges and a few times a second: enough for counters that go on by
 * themselves. */
struct reading_turn {
	/* Whether it is this process's from now on; asked every 0.1 s until it is. */
	bool (*take)(void *state);
	void *state;
};

struct sampler_options {
	double rate_hz; /* 0: auto, see pace.h */
	int cpu;        /* that the thread stays on, or -1: it keeps off those that work */
	/* Another process reads at first; NULL: nobody else does. */
	const struct reading_turn *turn;
};

struct sampler_stats {
	int64_t ticks;            /* taken and stored */
	int64_t missed;           /* deadlines that passed before their tick could begin */
	int64_t dropped;          /* ticks lost because the ring was full */
	int64_t total_ns, max_ns; /* time spent in ticks */
	int64_t late_p50_ns, late_p99_ns, late_max_ns; /* from deadline to begin of tick */
	double cpu_s;                                  /* of this thread */
	double rate_begin_hz, rate_end_hz;
	int64_t looks, looks_busy; /* for an idle processor, and those that found none */
	bool are_marks_cut;        /* what came after the end was without end */
	int64_t turn_ns; /* since when it had the turn; 0: options.turn was never taken */
	int pin_err, priority_err; /* 0: pinned as asked, real-time; else why not */
};

/* Where ticks come from and go to; outlives the sampler. */
struct sampler_ends {
	const struct sensors *sensors;
	struct ring *ring;
	struct slow_readers *slow_readers;
	int marker_fd;                 /* the receiving end of the inherited socket */
	struct marker_door *door;      /* of processes with sockets of their own, or NULL */
	struct region_reader *regions; /* or NULL: they are not taken */
};

/* Starts the thread, with real-time priority where that is allowed; returns after the first
 * tick was taken. NULL with *why. */
struct sampler *sampler_start(const struct sampler_ends *ends,
			      const struct sampler_options *options, struct problem *why);

/* To be called every 0.1 s or so, by one thread: opens the slow reader of what was slow, and where the
 * sampler hangs in a read, leaves that thread to its slow reader and lets another go on with the rest. */
void sampler_watch(struct sampler *sampler);

/* Takes in the messages that are left, takes a last tick, ends the thread, frees it. */
void sampler_stop(struct sampler *sampler, struct sampler_stats *stats);

#endif
