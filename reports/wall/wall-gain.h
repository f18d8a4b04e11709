/* reports/wall/wall-gain.h - how much of the wall the counters saw, and the line between the two.
 *
 * Pure. Share: the counters' joules over the wall's, of all intervals. Line: wall = base_w + gain * counters,
 * by least squares. Each interval (95 %) holds, in quadrature: the delete-one jackknife over up to 20 blocks of
 * neighbouring intervals (B. Efron, C. Stein, Ann. Stat. 9, 1981; Student's t); what the doubt of the
 * clock's offset moves; and the meter's own expanded uncertainty. */
#ifndef JOULECART_WALL_GAIN_H
#define JOULECART_WALL_GAIN_H
#include "reports/wall/wall-series.h"

/* value is meaningless unless low <= high, which are NAN where it is not known. */
struct wall_figure {
	double value, low, high;
};

struct wall_gain {
	size_t n;
	double seconds, counters_j, wall_j;
	struct wall_figure share, gain, base_w;
};

/* Fewer intervals than that have no doubt that can be known. */
enum { WALL_LEAST = 10 };

/* offsets_ns: the clock's offset, its low and its high. k2: the meter's relative expanded uncertainty, 0 where
 * nobody stated it. 0; or -1: fewer than WALL_LEAST intervals, or no memory. */
int wall_gain_of(const struct wall_series *series, const int64_t offsets_ns[3], double k2,
		 struct wall_gain *gain);

#endif
