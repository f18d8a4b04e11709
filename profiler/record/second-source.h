/* profiler/record/second-source.h - a counted channel against another that sees the same hardware: a
 * board's counter against its own power, a processor's zone against another collector's.
 *
 * Both are summed up over a window of twenty of the slower one's update intervals (a trial's last
 * window over ten). Where even the bounds of the two lie apart, by more than a tenth and what the
 * window's two edges may hide, one of them is wrong, and nobody knows which: the bounds of the
 * counted one then hold both, and the window is a finding.
 *
 * A counter that never moved in the whole trial while the other told joules is no meter: the total is
 * then made of the other. */
#ifndef JOULECART_RECORD_SECOND_SOURCE_H
#define JOULECART_RECORD_SECOND_SOURCE_H
#include "collectors/collector.h"
#include "schema/samples/rollup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one of the two did since the window began, in joules. */
struct source_sum {
	double joules, low, high, max_w;
	int64_t ns;      /* that its readings cover */
	int64_t n;       /* readings */
	bool has_failed; /* a reading did: nothing is compared */
};

/* Starts as zeros but for the two channels. */
struct source_pair {
	const struct channel *counted, *second;
	struct source_sum sums[2];   /* of counted, second, in the window */
	struct source_sum totals[2]; /* in the trial */
	int64_t begin_ns;            /* of the window; 0: none has begun */
	double owed_j;               /* by which rows to come have to be lower */
};

/* Does second tell the joules of the same hardware as counted, which makes up the total? are_beside:
 * they are of one collector, so that second->inside names a channel of the same. */
bool is_second_source(const struct channel *counted, const struct channel *second,
		      bool are_beside);

/* Takes the rollups of both that were cut at the same moment. is_last: the trial ends. Where they
 * disagree widens *counted's bounds, fills *finding and returns true. */
bool source_pair_add(struct source_pair *pair, struct rollup_row *counted,
		     const struct rollup_row *second, bool is_last,
		     struct finding *finding);

/* At the trial's end: is counted a counter that stood still all the time, by the rule of view v_rollup, and did
 * second tell joules meanwhile? Then that is to be counted in its place. */
bool source_pair_is_replaced(const struct source_pair *pair);

#endif
