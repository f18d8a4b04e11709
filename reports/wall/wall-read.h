/* reports/wall/wall-read.h - the counters' readings, and a meter's, of one campaign of a database. */
#ifndef JOULECART_WALL_READ_H
#define JOULECART_WALL_READ_H
#include "reports/figure/arena.h"
#include "reports/wall/wall-series.h"

#include <sqlite3.h>

struct problem;

/* A value of a meter with its stamp; err: there is none at that time, and why (errno). */
struct meter_reading {
	int64_t utc_ns;
	double watts;
	int err;
};

/* The joules of all counted channels of the campaign's trials, gross, from their raw readings, into
 * series->points. Where a reading failed, jumped or is missing nothing is known until the next. The arena
 * owns them. 0, or -1 with *why: nothing was counted, readings were trimmed. */
int wall_read_counters(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		       struct wall_series *series, struct problem *why);

/* The readings of the campaign's meter of that name as series->intervals. The arena owns them. 0, or -1 with *why. */
int wall_read_meter(sqlite3 *db, int64_t campaign_id, const char *name, struct arena *arena,
		    struct wall_series *series, struct problem *why);

/* The middle one of the times from each reading to the next. 0: there are none, or there is no memory. */
int64_t meter_usual_ns(const struct meter_reading *readings, size_t n);

/* The intervals between readings that follow each other: one that is three times as long as usual, or begins
 * or ends at a gap, is none. Where the counters of series->points were read too seldom for them (WALL_FINE),
 * neighbours are taken together. The arena owns them. */
void wall_intervals(const struct meter_reading *readings, size_t n, struct arena *arena,
		    struct wall_series *series);

#endif
