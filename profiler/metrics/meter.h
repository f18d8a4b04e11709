/* profiler/metrics/meter.h - what each channel has counted since it was first seen: counts that only
 * rise, over wraps, gaps and restarts of whoever keeps them. Pure but for memory.
 *
 * How far a channel went is resolved by schema/samples/rollup.h, as for a campaign: a wrap is no
 * reset, a gap loses no joule of a counter, and what the readings leave open are the bounds. A
 * reading may be taken at any time; once a second or so a frame ends.
 *
 * What is told outside of frames are counters of joules. A gauge's joules, events and grams are
 * told as of the last frame, so that who stores the meter at each frame and goes on from there has
 * never told more. */
#ifndef JOULECART_METER_H
#define JOULECART_METER_H
#include "profiler/live/pass.h"
#include "schema/samples/rollup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* Why a channel's bounds lie apart: the kinds of findings, as metrics name them, and that the meter
 * was away and nothing tells what was drawn meanwhile. */
enum { METER_AWAY = FINDING_STUCK + 1, METER_GAPS };
/* "read-error"; a constant text, never NULL. gap is below METER_GAPS. */
const char *meter_gap_name(size_t gap);

struct meter_channel {
	const struct channel *channel;
	const char *collector;
	size_t index;      /* in the sensors' flat order */
	bool is_at_frames; /* it is read when a frame ends */
	bool is_event;     /* counts; else joules */
	struct rollup_builder *builder;
	double sum, low, high; /* of whole frames; bounds of joules only */
	double shown;          /* the most that was told: it does not fall */
	double frame_sum;      /* when the frame began */
	double w;              /* mean of the last frame; NAN: not known */
	bool is_unreadable;    /* the last reading failed */
	bool has_failed;       /* one did in this frame, or in what it begins with */
	bool has_last;
	struct sample last; /* the last good reading */
	double created_s;   /* since when it counts, UNIX time */
	uint64_t gaps[METER_GAPS];
};

struct meter {
	struct meter_channel *channels;
	size_t n;
	double grams; /* of the channels in the total, by whole frames */
	double grams_created_s, begun_s;
	double total_frame_j; /* joules of the last frame in the total */
	uint64_t n_readings;
	int64_t
	    frame_ns; /* when the frame that runs began, of CLOCK_BOOTTIME as all times */
};

/* All channels of joules, watts and counts; the sensors outlive it. unix_s: now. tick_ns: how far
 * apart readings are asked for. -1 with *why: no memory. */
int meter_begin(struct meter *meter, const struct sensors *sensors, double unix_s,
		int64_t now_ns, int64_t tick_ns, struct problem *why);
void meter_end(struct meter *meter);

/* A channel goes on from what was counted before, by who was away since that reading, of the same
 * boot. has_last false in stored: there was none. Before the first reading is taken. */
void meter_resume(struct meter_channel *item, const struct meter_channel *stored,
		  int64_t now_ns);

/* Takes what was read. */
void meter_take(struct meter *meter, const struct pass *pass, bool is_frame);

/* Ends the frame. Joules in the total become grams at g_per_j. */
void meter_frame(struct meter *meter, int64_t now_ns, double g_per_j);

/* Joules or counts up to now, never less than it was before; NAN: unknown until it can be read
 * again. */
double meter_value(struct meter_channel *item);

/* The least and the most that may have been drawn; low <= meter_value() <= high where it is known. */
struct meter_bounds {
	double low, high;
};
struct meter_bounds meter_bounds(struct meter_channel *item, int64_t now_ns);

#endif
