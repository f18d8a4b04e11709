/* reports/wall/clock-offset.h - by how much the clock of a meter is off, found from what it saw.
 *
 * Pure. The offset is that at which the meter's power and the counters' are most alike (Pearson's r over all
 * intervals that both know). Its 95 % interval holds the offsets at which the sum of squares is not
 * larger than that there by more than chi2(0.95, 1) / n_eff of it, n_eff being the intervals that are
 * independent of each other: n * (1 - rho) / (1 + rho) with rho of neighbouring residuals. */
#ifndef JOULECART_CLOCK_OFFSET_H
#define JOULECART_CLOCK_OFFSET_H
#include "reports/wall/wall-series.h"

struct clock_offset {
	int64_t offset_ns, low_ns, high_ns; /* to be added to the meter's times */
	double correlation;
	size_t n; /* intervals that both know then */
	int64_t
	    rival_ns; /* OFFSET_SEVERAL: another one; OFFSET_NOT_STEADY: that of the second half */
};

enum offset_found {
	OFFSET_FOUND,
	OFFSET_TOO_FEW, /* fewer than OFFSET_LEAST intervals that both know, at any offset */
	OFFSET_UNLIKE, /* the powers are alike nowhere: a steady load, or another machine */
	OFFSET_SEVERAL,    /* alike at another offset as well: a load that repeats itself */
	OFFSET_NOT_STEADY, /* that of its first half is not that of its second */
	OFFSET_TOO_MUCH,   /* more work than is done for it */
	OFFSET_NO_MEMORY
};

enum { OFFSET_LEAST = 12 };

/* Looks from near_ns - within_ns to near_ns + within_ns. */
enum offset_found clock_offset_find(const struct wall_series *series, int64_t near_ns,
				    int64_t within_ns, struct clock_offset *found);

#endif
