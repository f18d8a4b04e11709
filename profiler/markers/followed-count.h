/* profiler/markers/followed-count.h - how far a counter rose that is looked at now and then and may begin
 * anew, and how much of what it counted nobody saw. Pure.
 *
 * A counter that fell began anew at 0, some time since the last look: what it had counted by then is not
 * known. Nor is what it counted between the begin of the span and the first look in it, or after the last
 * one. Each is bounded by the highest rate that was seen between two looks. */
#ifndef JOULECART_FOLLOWED_COUNT_H
#define JOULECART_FOLLOWED_COUNT_H
#include <stdbool.h>
#include <stdint.h>

/* When the counter was read: between the two (monotonic). */
struct look {
	int64_t begin_ns, end_ns;
};

struct followed_count {
	bool is_begun;
	struct look first, last;
	double value; /* at the last look */
	double risen; /* since the first */
	double fastest_per_ns;
	double unseen_ns;     /* of the steps in which it began anew */
	double seen_in_those; /* of risen */
};

/* A look that found value. anew: it began anew, which a lower value shows by itself. own: requests
 * of value that were this look's, and count for nobody. Returns whether it began anew. */
bool followed_count_look(struct followed_count *count, struct look look, double value,
			 double own, bool anew);

/* How many more than risen there were, at most, from begin_ns to end_ns (monotonic). */
double followed_count_unseen(const struct followed_count *count, int64_t begin_ns,
			     int64_t end_ns);

#endif
