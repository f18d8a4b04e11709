/* profiler/search/search.h - finds the candidate that answers best within a budget, by as few trials as
 * will do.
 *
 * First each technique alone: its strongest level, then bisection for the mildest one that fits.
 * Then up to three together, in the order that forecasts have it; one such already before the next
 * technique, as long as nothing fits. What fits and answers as well as the mildest ends the search.
 * Every candidate is measured in blocks beside the incumbent (what fits and answers best so far; as
 * long as nothing does, the mildest and then the cheapest), and left as soon as it is known not to fit
 * or to be beaten. Pure: what is measured comes from whoever calls, and the same answers and seed give the
 * same search. */
#ifndef JOULECART_SEARCH_H
#define JOULECART_SEARCH_H
#include "profiler/search/forecast.h"
#include "profiler/search/verdict.h"

#include <stdint.h>

enum { SEARCH_STOPPED = 1 };

/* Who measures. */
struct search_rig {
	/* One trial of the candidate. 0; SEARCH_STOPPED: no trial was run, and none will be; -1: a
	 * failure, which ends the search. */
	int (*measure)(void *state, const struct search_point *point, size_t block,
		       struct outcome *outcome);
	void *state;
};

struct search_options {
	struct search_space space;
	struct search_limits limits;
	size_t trials_most; /* of a candidate that stays undecided */
	uint64_t seed;      /* of the order within blocks */
};

/* One candidate at the end. */
struct searched {
	struct search_point point;
	enum verdict_kind verdict;
	struct bounds cost,
	    quality; /* 95 %, of all its trials; those of verdict_of() are wider */
	struct more_needed more; /* where it is undecided */
	size_t n_trials;
};

struct search_result {
	struct searched
	    candidates[CANDIDATES_MOST]; /* in the order of their first trial; the
							 first is the mildest in all */
	size_t n;
	bool is_found, is_stopped;
	bool has_nearest; /* one was measured */
	size_t chosen;    /* is_found: it fits, and answers best */
	size_t nearest;   /* else: what is least off both limits */
	size_t n_trials, n_blocks;
	/* techniques of which no level was shown to be cheaper than the mildest */
	bool is_useless[TECHNIQUES_MOST];
	bool is_failing[TECHNIQUES_MOST]; /* not even half of its levels can be measured */
};

/* 0, or -1: the rig failed, or no memory (is_out_of_memory). */
int search_run(const struct search_options *options, const struct search_rig *rig,
	       struct search_result *result, bool *is_out_of_memory);

#endif
