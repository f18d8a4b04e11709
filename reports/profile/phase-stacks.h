/* reports/profile/phase-stacks.h - of a trial's sampled stacks, those that were taken within the phases of a name,
 * beside what those phases drew (view v_phase). */
#ifndef JOULECART_PHASE_STACKS_H
#define JOULECART_PHASE_STACKS_H
#include "reports/profile/stack-tree.h"

struct problem;

/* Sums over the phases; as in struct function_group. */
struct phase_stacks {
	size_t n_phases; /* 0: the trial has none of that name */
	double n, n_lost;
	double joules, low_j, high_j, least_j, most_j, sampled_j;
};

/* The tree's nodes keep what was taken within the phases. Of stacks without a time (there are more than are timed)
 * nobody knows whether they are: all of them are added to the lost ones. What the samples have is at most what the
 * phases drew: they are scaled down to it where the edges of the phases fall between two readings.
 *
 * 0, or -1 with *why: it cannot be read; the stacks have no times, for an older joulecart took them; the phases
 * overlap, so that their joules are no sum; a phase has no joules. */
int phase_stacks_take(sqlite3 *db, int64_t trial_id, const char *phase, struct arena *arena,
		      struct stack_tree *tree, struct phase_stacks *sums,
		      struct problem *why);

#endif
