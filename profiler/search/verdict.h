/* profiler/search/verdict.h - does a candidate fit the budget and the limit of quality, and how sure is that?
 *
 * A candidate fits only when the upper end of its cost's interval is within the budget and the lower
 * end of its quality's is at the limit or above. It is looked at again and again while trials
 * come in. All looks together may err in 5 of 100 cases: each of the first eight in a tenth of them, the
 * k-th one after these in 2 / (10 k (k + 1)) of them (the sum is 1; alpha spending: K. Lan, D. DeMets,
 * Biometrika 70, 1983). Pure. */
#ifndef JOULECART_VERDICT_H
#define JOULECART_VERDICT_H
#include "profiler/search/evidence.h"

/* A cost without noise, such as a size, may lie on the budget itself; its logarithm is rounded. */
#define VERDICT_ROUNDING 1e-9

/* What is asked for. */
struct search_limits {
	double budget; /* the cost at most, above 0 */
	bool has_quality;
	double least_quality;
};

enum verdict_kind {
	VERDICT_UNDECIDED, /* so far */
	VERDICT_FITS,
	VERDICT_COSTS_TOO_MUCH,
	VERDICT_TOO_BAD, /* its quality is below the limit */
	VERDICT_BEATEN,  /* what is within the budget already answers better */
	VERDICT_FAILED,  /* its command does */
};

struct bounds {
	double mean, low, high;
};

/* Of a candidate at its look number k, from 1; 0: a single look: the spread between trials (t), and what the
 * instruments leave open of each. A ratio of two costs has the second in neither. */
struct bounds verdict_cost(const struct evidence *evidence, size_t candidate, size_t look);
/* The spread between trials (t), and what a test of so many queries leaves open (Wilson). Without any trial
 * that states it the bounds are infinite. */
struct bounds verdict_quality(const struct evidence *evidence, size_t candidate,
			      size_t look);

/* incumbent: what fits already and answers best so far; the candidate itself: there is none. */
enum verdict_kind verdict_of(const struct evidence *evidence, size_t candidate,
			     size_t incumbent, const struct search_limits *limits,
			     size_t look);

/* At this look of a candidate? They lie closer at first: 2, 3, 4, 6, 8, 12, 16, 24... trials. Returns
 * the number of the look, 0: at none. */
size_t verdict_look(size_t n_trials);
/* The first look that lies there or later. */
size_t verdict_look_after(size_t n_trials);

/* About how many trials more would decide, were noise and means to stay; 0: none would, since the trials are
 * not what leaves it open (n_queries then is about how many test queries would), or it is
 * decided. */
struct more_needed {
	double trials, queries;
	bool is_meter_open; /* what the instruments alone leave open holds the budget */
};
struct more_needed verdict_needs(const struct evidence *evidence, size_t candidate,
				 const struct search_limits *limits);

#endif
