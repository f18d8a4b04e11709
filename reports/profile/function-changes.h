/* reports/profile/function-changes.h - what changed between two variants, function by function, and what of
 * it is significant.
 *
 * A trial's value is the function's self joules per query, or per run where no queries are stated. Three trials
 * of each variant or more (four blocks of one campaign) are judged by their spread, as 'compare' judges, and
 * never more surely than the number of stacks allows; fewer by the number of stacks alone, which tells these
 * runs apart, not yet the variants. Holm's correction is over the functions that are tested: those with
 * CHANGE_SAMPLES_LEAST samples in both variants together, which says nothing of their difference. */
#ifndef JOULECART_FUNCTION_CHANGES_H
#define JOULECART_FUNCTION_CHANGES_H
#include "reports/profile/function-table.h"
#include "reports/statistics/paired.h"

enum { CHANGE_SAMPLES_LEAST = 20 };

enum change_verdict { CHANGE_LESS, CHANGE_MORE, CHANGE_CANNOT_TELL, CHANGE_TOO_FEW };

/* What one variant has of a function: means over its trials, in J per query or run; n: samples of all. */
struct change_side {
	double self_j, total_j, n;
};

struct function_change {
	const struct function *function; /* as either variant has it */
	struct change_side a, b;
	struct t_test t;   /* of b less a, in J */
	double p_adjusted; /* NAN: not tested */
	enum change_verdict verdict;
};

/* One job of both variants. a and b are the first trial of each. */
struct function_changes {
	const struct function_group *a, *b;
	size_t n_a, n_b; /* trials */
	bool is_per_query, is_by_trials, is_paired;
	struct function_change
	    *changes; /* those tested, then the others: the largest first */
	size_t n, n_tested;
	struct change_side outside[2], whole[2]; /* of a and b; self_j alone */
	enum figure_provenance provenance;       /* the weaker one */
	double n_lost;
};

struct function_changes_list {
	const struct function_changes *changes;
	size_t n;
};

/* campaign_id 0: the newest campaign that has profiles of both, else all trials of them. A function is the
 * same in both by name and file name, or by a name that each has once elsewhere: a program may be called
 * otherwise. NULL with *why: it cannot be read; a variant has no profile (PROBLEM_USAGE); they cannot be
 * compared: other workloads, sensors or machines. */
const struct function_changes_list *function_changes_read(sqlite3 *db, int64_t campaign_id,
							  const char *const variants[2],
							  struct arena *arena,
							  struct problem *why);

#endif
