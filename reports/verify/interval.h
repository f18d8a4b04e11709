/* reports/verify/interval.h - the interval of a phase's joules, on the second path (recompute.h).
 *
 * What v_energy and v_phase say of gaps, edges, the share of CPU time and instruments, in plain C.
 * The bounds that each rollup has of its own advance are taken as they are stored. */
#ifndef JOULECART_REINTERVAL_H
#define JOULECART_REINTERVAL_H
#include "reports/verify/readings.h"

struct reinterval {
	double low, high; /* J; NAN: not known */
};

/* The rollups first..last of one phase, and how much earlier its two edges together may have been. */
struct extent {
	int64_t first, last, early_ns;
};

/* The arena is for what it needs meanwhile. */
struct reinterval reinterval_of(const struct retrial *trial, struct extent extent,
				struct arena *arena);

#endif
