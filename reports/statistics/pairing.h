/* reports/statistics/pairing.h - two things' values by block made into pairs, and what they say: compare,
 * check, report and plot ask this alone. */
#ifndef JOULECART_PAIRING_H
#define JOULECART_PAIRING_H
#include "reports/figure/arena.h"
#include "reports/statistics/blocks.h"

#include <stddef.h>
#include <stdint.h>

/* b less a. What shares a campaign is compared by block, where a block holds both; else it is
 * compared as two groups, and drift is in it. The test is never surer than the meter's steps.
 * Arrays are n long. */
struct pairing {
	bool is_paired;
	const double *differences; /* by block; NULL: not paired */
	const double *places;      /* of b less of a */
	const int64_t *blocks;
	size_t n;
	struct t_test t;
};
struct pairing pairing_of(struct block_list a, struct block_list b, bool is_one_campaign,
			  struct arena *arena);

/* The pairs by Hodges and Lehmann, where one of them is far from the others: outliers is 0 where
 * none is. Returns 0, or -1: no memory. */
struct robust {
	size_t n_outliers;
	int64_t block; /* of the first */
	double log_ratio;
	double shift;
	struct interval ci95;
};
int pairing_robust(const struct pairing *pairing, struct robust *robust,
		   struct arena *arena);

/* The same thing against itself: its second trial of a block less the first, where it ran
 * twice in at least two; else each second block less the one before. The sign alternates, so
 * that a steady drift is no difference. */
struct pairing pairing_null(struct block_list a, bool *is_within_blocks,
			    struct arena *arena);

#endif
