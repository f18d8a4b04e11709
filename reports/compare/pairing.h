/* reports/compare/pairing.h - trials made into per-block log values, and two variants' into pairs. */
#ifndef JOULECART_PAIRING_H
#define JOULECART_PAIRING_H
#include "reports/campaign/trials.h"
#include "reports/figure/arena.h"

#include <stddef.h>
#include <stdint.h>

/* The trials of one variant in one block: mean of the logarithms of their joules, and of their
 * places in the campaign. */
struct block_value {
	int64_t block;
	double log_value;
	double place;
	size_t n;
	double first, second; /* the logarithms of the first two */
};

struct block_list {
	const struct block_value *blocks; /* by block */
	size_t n;
};

/* What counts in a comparison: the trial's joules per query or per run, > 0, of a complete
 * trial that did not fail (or failures count too). NULL: *reason says why not. */
const struct trial_value *pairing_value(const struct trial *trial, bool per_query,
					bool count_failed, const char **reason);

/* One value per block, from the trials that count. */
struct block_list pairing_blocks(struct trial_list trials, bool per_query,
				 bool count_failed, struct arena *arena);

/* b less a, for the blocks that hold both. All arrays are n long. */
struct pairing {
	const double *log_ratios;
	const double *places; /* of b less of a */
	const int64_t *blocks;
	size_t n;
};
struct pairing pairing_of(struct block_list a, struct block_list b, struct arena *arena);

/* The same thing against itself: its second trial of a block less the first, where it ran
 * twice in at least two; else each second block less the one before. The sign alternates, so
 * that a steady drift is no difference. */
struct pairing pairing_null(struct block_list a, bool *is_within_blocks,
			    struct arena *arena);

#endif
