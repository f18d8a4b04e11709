/* reports/compare/decomposition.h - what a difference in joules is made of, from the trials that showed it.
 *
 *     joules = seconds * watts;    seconds = CPU seconds / cores
 *     CPU seconds = instructions / per_cycle / clock
 *
 * All per query (or per run); of each the ratio of geometric means over the trials, so that the
 * ratios multiply as the formulas say. */
#ifndef JOULECART_DECOMPOSITION_H
#define JOULECART_DECOMPOSITION_H
#include "reports/campaign/trials.h"
#include "reports/compare/compare.h"

/* Means of the logarithms over a variant's trials; what a trial did not count is unknown. */
enum why_part {
	WHY_SECONDS,
	WHY_WATTS,
	WHY_CPU_SECONDS,
	WHY_INSTRUCTIONS,
	WHY_CYCLES,
	WHY_CACHE_MISSES,
	WHY_USER_INSTRUCTIONS, /* "instructions:u": never mixed with the above */
	WHY_USER_CYCLES,
	WHY_USER_CACHE_MISSES,
	N_WHY_PARTS
};
struct why_means {
	struct {
		size_t n;
		double mean;
	} parts[N_WHY_PARTS];
};

/* What why_read() asks each trial: it takes longer to compile than to run, so that one serves all
 * variants. The caller finalizes it. NULL: sqlite3_errmsg() says why. */
sqlite3_stmt *why_statement(sqlite3 *db);

/* From the trials that count. Returns 0, or -1: sqlite3_errmsg() says why. */
int why_read(sqlite3_stmt *row, struct trial_list trials, bool per_query, bool count_failed,
	     struct why_means *means);

/* b against a; a part that one of them lacks is unknown. */
struct why why_of(const struct why_means *a, const struct why_means *b);

#endif
