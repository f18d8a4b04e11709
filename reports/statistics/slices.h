/* reports/statistics/slices.h - shares of parts of a whole, and which two of one kind are farthest apart. */
#ifndef JOULECART_SLICES_H
#define JOULECART_SLICES_H
#include <stdbool.h>
#include <stddef.h>

/* How many of a part's answers are right: of the skin "dry", say. */
struct slice {
	const char *kind, *name;
	double share; /* 0 to 1 */
	double n;     /* answers; 0: not known */
};

struct slice_gap {
	const struct slice *low, *high;
	double points; /* high's share less low's, 0 to 1 */
	/* The gap's own interval does not reach 0, though the largest of many was looked for. */
	bool is_shown;
};

/* The largest gap between two slices of one kind. It is shown when Newcombe's interval of the difference (Stat. Med.
 * 17, 1998, p. 873, his method 10: from both Wilson intervals) is above 0, at the 5 % of all pairs of one kind
 * together (Bonferroni). The slices, whose shares are numbers, are sorted. false: no kind has two. */
bool slice_gap_largest(struct slice *slices, size_t n, struct slice_gap *gap);

#endif
