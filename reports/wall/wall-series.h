/* reports/wall/wall-series.h - what the counters and a meter at the wall each say of the same time.
 *
 * Pure. The meter's reading is the mean of its own interval, which ends at its stamp; the counters' power is
 * taken over just that interval, which must be four times as long as the counters' steps at its ends. Times are
 * nanoseconds of UTC, the meter's by its own clock. */
#ifndef JOULECART_WALL_SERIES_H
#define JOULECART_WALL_SERIES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An interval is so many times as long as the steps of the counters at its ends. */
enum { WALL_FINE = 4 };

/* All counted channels together. */
struct energy_point {
	int64_t utc_ns;
	double joules; /* since the first point */
	bool is_cut;   /* from the point before to this one nothing is known */
	int64_t
	    step_ns; /* the longest time between two readings of a channel, of those that the way from the
	                    point before is in: where within it the joules were used, nobody knows */
};

struct meter_interval {
	int64_t begin_ns, end_ns;
	double watts;
};

struct wall_series {
	const struct energy_point *points; /* by time */
	size_t n_points;
	const struct meter_interval *intervals; /* by time */
	size_t n_intervals;
};

/* One interval that both know. */
struct wall_pair {
	double counters_w, wall_w, seconds;
};

/* Those of intervals[first..first + n), with offset_ns added to the meter's clock, into pairs, which has room for n.
 * Returns how many. */
size_t wall_pairs(const struct wall_series *series, size_t first, size_t n,
		  int64_t offset_ns, struct wall_pair *pairs);

#endif
