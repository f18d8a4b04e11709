/* profiler/sample/overlap.h - which channels make up the total when several collectors see the same
 * hardware. Pure. */
#ifndef JOULECART_OVERLAP_H
#define JOULECART_OVERLAP_H
#include "collectors/collector.h"

#include <stdbool.h>
#include <stddef.h>

/* One collector's channels; counted and inside are what settling changes. */
struct channel_set {
	struct channel *channels;
	size_t n;
};

/* Settles the last of n sets against those before it, in the order of preference:
 * - of counted channels of one part, only the first stays counted;
 * - a channel of the whole machine (part "machine") counts where no package does, and then
 *   nothing else does, since it contains everything; where a package does, it is only shown.
 * A channel that lost its place is inside the one that is counted for it. */
void settle_last(struct channel_set *sets, size_t n);

/* Joules of the processors are counted, and come from a counter: nothing needs estimating. */
bool settle_is_measured(const struct channel_set *sets, size_t n);

#endif
