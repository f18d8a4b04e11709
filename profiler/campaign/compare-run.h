/* profiler/campaign/compare-run.h - runs commands side by side until it is known which is cheaper.
 *
 * Blocks: each holds every command once, the baseline twice unless skip_null, in an order drawn
 * by the seed. Warm-up trials come first. Where something measures, idle trials stand before,
 * between and after the blocks. Nothing is printed but progress. */
#ifndef JOULECART_COMPARE_RUN_H
#define JOULECART_COMPARE_RUN_H
#include "profiler/campaign/campaign.h"
#include "profiler/campaign/compare-commands.h"

#include <stdbool.h>
#include <stdint.h>

struct problem;

/* Before this many pairs an interval is too uncertain itself to stop by. */
enum { PRECISION_LEAST_PAIRS = 8 };

struct compare_run_options {
	int64_t trials;   /* blocks; with precision: at most */
	int64_t warmups;  /* of each command */
	double precision; /* half-width of each ratio's 95 % interval to stop at; 0: none */
	double max_time_s;             /* no block begins later; 0: no limit */
	double cool_down_s;            /* at most, before each trial */
	double idle_s;                 /* of each idle trial; 0: none */
	uint64_t seed;                 /* of the order */
	int64_t queries;               /* each trial serves so many; 0: not stated */
	const char *prepare, *cleanup; /* shell commands around each trial, or NULL */
	bool skip_null;
	bool ignore_failure;
};

struct compare_run_result {
	int64_t blocks;
	bool is_cut_short; /* by max_time_s, before trials or precision were reached */
	bool is_precise;   /* precision was reached */
	int interrupted;   /* the signal, or 0; what was run is kept */
	int64_t
	    n_failed; /* trials whose command failed: kept, and left out of the figures */
};

/* Runs all trials into the campaign. A trial that fails is kept and left out. 0; or -1 with *why: a
 * command failed each time, could not be run, or nothing could be stored. */
int compare_run(struct campaign *campaign, const struct command_list *commands,
		const struct compare_run_options *options,
		struct compare_run_result *result, struct problem *why);

#endif
