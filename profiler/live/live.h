/* profiler/live/live.h - what the machine draws now, and has drawn since the view began. Pure.
 *
 * Readings are taken as often as one likes and told once a frame, a second or so. A channel
 * that could not be read has no watts in that frame; a counter's joules come when it can be
 * read again. */
#ifndef JOULECART_LIVE_H
#define JOULECART_LIVE_H
#include "profiler/sample/sensors.h"
#include "schema/samples/advance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a screen shows; a minute of it. */
enum { LIVE_CHANNELS = 24, LIVE_EVENTS = 16, LIVE_NAME = 48, LIVE_HISTORY = 60 };

/* One channel that counts in the total. */
struct live_channel {
	const struct channel *channel;
	size_t index; /* in the flat order */
	double w;     /* mean of the last frame; NAN: not known */
	double joules;
	double highest_w;
	/* of taking readings */
	uint64_t last_raw;
	int64_t last_ns;
	bool has_last, has_failed;
	struct advance_pace pace; /* of a counter, in this frame */
	double frame_j;
};

/* One event of the machine. */
struct live_event {
	char name[LIVE_NAME]; /* without "@machine" */
	size_t index;         /* in the flat order */
	double rate;          /* of the last frame, a second; NAN: not known */
	/* of taking readings */
	uint64_t last_raw, frame_raw;
	bool has_last, has_frame, has_failed;
	double unit_per_raw;
};

struct live {
	struct live_channel channels[LIVE_CHANNELS];
	size_t n;
	struct live_event events[LIVE_EVENTS];
	size_t n_events;
	double ipc;         /* instructions a cycle in the last frame; NAN: not known */
	size_t busy, steal; /* channels of cputime in the flat order; SIZE_MAX: none */
	uint64_t busy_raw, steal_raw;
	double busy_unit_s;
	double busy_cpus, steal_cpus; /* of the last frame; NAN: not known */
	double w, joules;             /* of all counted channels */
	double highest_w;
	double history_w[LIVE_HISTORY]; /* the last is the newest; NAN: not known */
	int64_t begin_ns, frame_ns;     /* of the view, and of the frame that runs */
	int64_t n_gaps;                 /* frames of a channel without a reading */
	uint64_t last_busy, last_steal;
	bool has_cpus;
};

/* The sensors' counted channels of joules and watts, and its events; sensors outlive it. */
void live_begin(struct live *live, const struct sensors *sensors, int64_t now_ns);

/* One reading of every channel, in the sensors' flat order. Those of events and CPU seconds need
 * be new only before live_frame(). */
void live_take(struct live *live, const struct reading *readings, int64_t now_ns);

/* Ends the frame. */
void live_frame(struct live *live, int64_t now_ns);

/* A bar of share (0 to 1) of so many columns, in eighths of one, or of '#'. Returns text. */
const char *live_bar(char *text, size_t size, double share, int columns, bool is_utf8);

/* The history as one character a frame; "" where the terminal has no such glyphs. Returns text. */
const char *live_sparkline(const struct live *live, char *text, size_t size, int columns,
			   bool is_utf8);

#endif
