/* reports/profile/function-table.h - what each function drew, by the stacks of a campaign's trials (views
 * v_profile and v_profile_node).
 *
 * A function's self joules are those of the samples that ended in it; its total joules are those of all
 * samples with it anywhere in the stack, counted once. Self joules and what is outside of every stack
 * sum to the trials' joules. */
#ifndef JOULECART_FUNCTION_TABLE_H
#define JOULECART_FUNCTION_TABLE_H
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

struct function_part {
	double n, joules; /* samples */
};

/* Texts are guarded (reports/figure/column-text.h). */
struct function {
	const char *kind, *name; /* name: NULL where lack says why there is none */
	const char *module, *file, *lack;
	int64_t line; /* 0: not known */
	struct function_part self, total;
};

/* The complete trials, no warm-ups, of one variant and job of a campaign: their whole runs, or what is within the
 * phases of a name. */
struct function_group {
	int64_t campaign_id;
	const char *variant, *job, *event;
	const char *phase; /* NULL: the whole runs */
	enum figure_provenance provenance;
	bool has_kernel, has_queries;
	double hz, queries; /* queries: of all trials */
	double n, n_lost, n_cut, effective_n;
	double
	    stack_bytes; /* of which the stacks were unwound; 0: they were followed by frame pointers */
	double rhythm_error; /* of a share, on top of that of counting */
	/* in ns or cycles, as event says; sampled: weight, at most what was counted */
	double weight, counted, sampled;
	double joules, low_j, high_j, sampled_j,
	    outside_j;    /* high_j: INFINITY without bound */
	double own_cpu_s; /* of joulecart, for taking and naming the stacks */
	/* the energy as the readings bound it, without the instruments' uncertainty */
	double least_j, most_j;
	/* of the first trial; machine: its names */
	const char *workload, *machine;
	int64_t block;
	int64_t *trial_ids;
	size_t n_trials;
	struct function *functions; /* by self joules, most first */
	size_t n_functions;
};

/* One trial, as a group of its own; it has no functions. */
struct function_trial {
	struct function_group group;
	int64_t trial_id;
};

struct function_groups {
	struct function_group *groups;
	size_t n;
};

/* campaign_id 0: of all campaigns. phase: only what is within phases of that name (phase-stacks.h), in groups of the
 * trials that have it; NULL: of whole runs. NULL with *why: it cannot be read, or no trial has a profile, or that
 * phase. */
const struct function_groups *functions_read(sqlite3 *db, int64_t campaign_id,
					     const char *phase, struct arena *arena,
					     struct problem *why);

/* The same with a group for each trial. NULL as above. */
const struct function_groups *functions_read_each(sqlite3 *db, int64_t campaign_id,
						  struct arena *arena, struct problem *why);

/* The part of the group's CPU time, or cycles, that was sampled: 0 to 1, as v_profile has it of a trial. NAN
 * where none was counted, as of a phase: it is not known. */
double function_coverage(const struct function_group *group);

/* Every trial with a profile and joules, warm-ups and incomplete ones too, in *n. Everything lives in the
 * arena. 0, or -1: guard_error() says why. */
int function_trials_read(sqlite3 *db, struct arena *arena,
			 const struct function_trial **trials, size_t *n);

/* The share of a function with so many of the group's samples: 0 to 1, of what was sampled. The 95 %
 * interval is Wilson's, of the effective samples, with rhythm_error added in squares. Its low end takes all
 * lost samples for another function's, its high end for this one's. Provenance is the group's. */
struct figure function_share(const struct function_group *group,
			     const struct function_part *part);

/* Its joules: the interval is that of the share and that of the trials' energy, both at their ends. */
struct figure function_joules(const struct function_group *group,
			      const struct function_part *part);

/* The function's part of all that the trials drew, which is more than was sampled. Not known where they drew
 * nothing; the interval is that of the samples alone. */
struct figure function_share_of_run(const struct function_group *group,
				    const struct function_part *part);

/* All that the group's trials drew. */
struct figure function_whole(const struct function_group *group);

/* "matmul (libfoo.so)", "(no symbols) (libfoo.so)". The arena owns it. */
const char *function_label(const struct function *function, struct arena *arena);

/* The label as far as a table has room: a long name of C++ is all that would be seen. The arena owns it. */
const char *function_short_label(const char *label, struct arena *arena);

#endif
