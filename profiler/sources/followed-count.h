/* profiler/sources/followed-count.h - how far a counter rose that is looked at now and then and may begin
 * anew, and how much of what it counted nobody saw. Pure.
 *
 * A counter is the sum of series that come and go. One that fell began anew at 0, some time since the last
 * look: what it had counted by then is not known. One that is missing, or is no number, may go on where it
 * was or begin anew: until it is back, what it counts is not known. Nor is what was counted between the
 * begin of the span and the first look in it, or after the last one. Each is bounded by the highest rate
 * that was seen between two looks. */
#ifndef JOULECART_FOLLOWED_COUNT_H
#define JOULECART_FOLLOWED_COUNT_H
#include "profiler/sources/metrics-page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* When the counter was read: between the two (monotonic). */
struct look {
	int64_t begin_ns, end_ns;
};

struct followed_count {
	bool is_begun, has_hole; /* a series is missing since some look */
	struct look first, last;
	double risen; /* since the first look */
	double fastest_per_ns;
	double unseen_ns;     /* of the steps with a hole, or in which it began anew */
	double seen_in_those; /* of risen */
	struct metrics_series series[METRICS_MOST_SERIES]; /* as each was seen last */
	size_t n;
};

/* What a look was like. */
enum followed_step {
	FOLLOWED_WHOLE,
	FOLLOWED_ANEW, /* a series began anew */
	FOLLOWED_HOLE, /* a series was missing, and none began anew; or there are too many to follow */
};

/* A look that found these n series, each once. anew: all began anew, which a lower value shows by itself. own:
 * requests among them that were this look's, and count for nobody. */
enum followed_step followed_count_look(struct followed_count *count, struct look look,
				       const struct metrics_series *series, size_t n,
				       double own, bool anew);

/* How many more than risen there were, at most, from begin_ns to end_ns (monotonic). */
double followed_count_unseen(const struct followed_count *count, int64_t begin_ns,
			     int64_t end_ns);

#endif
