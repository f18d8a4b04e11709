/* reports/verify/interval.h - the interval of a phase's joules, on the second path (verify.h).
 *
 * What v_energy and v_phase say of gaps, edges, the share of CPU time and instruments, in plain C.
 * The bounds that each rollup has of its own advance are taken as they are stored. */
#ifndef JOULECART_VERIFY_INTERVAL_H
#define JOULECART_VERIFY_INTERVAL_H
#include "reports/verify/readings.h"

struct joules_interval {
	double low, high; /* J; NAN: not known */
};

/* The rollups first..last of one phase, and how much earlier its two edges together may have been. */
struct extent {
	int64_t first, last, early_ns;
};

/* The arena is for what it needs meanwhile. */
struct joules_interval interval_of(const struct trial_check *trial, struct extent extent,
				   struct arena *arena);

#endif
