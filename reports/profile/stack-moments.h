/* reports/profile/stack-moments.h - the sampled stacks of one trial in the order of time: when each was
 * taken, in which thread, and its joules (tables profile_thread, profile_chunk and profile_chunk_energy). */
#ifndef JOULECART_STACK_MOMENTS_H
#define JOULECART_STACK_MOMENTS_H
#include "reports/profile/stack-tree.h"

#include <stdint.h>

struct problem;

struct stack_thread {
	int64_t ordinal, pid, tid;
};

struct stack_sample {
	int64_t time_ns; /* CLOCK_MONOTONIC */
	size_t node;     /* its place in the tree's nodes */
	size_t thread;   /* its place in threads, from 1 on; 0: not known */
	double joules;
};

struct stack_moments {
	struct stack_sample *samples;
	size_t n;
	struct stack_thread *threads;
	size_t n_threads;
};

/* Of a trial without them (it is older than version 21 of the database), none: n is 0. A node's samples have
 * its joules, or of these as much as they are of all that ended in it, by what fell to each when it was
 * taken. Everything lives in the arena. 0, or -1 with *why: it cannot be read, or is damaged, or has more samples
 * than its nodes have, or than its bytes can tell of (stack-chunk.h). */
int stack_moments_read(sqlite3 *db, int64_t trial_id, const struct stack_tree *tree,
		       struct arena *arena, struct stack_moments *moments,
		       struct problem *why);

#endif
