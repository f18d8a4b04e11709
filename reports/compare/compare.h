/* reports/compare/compare.h - is B cheaper than A, by how much, and how sure is it? What a database
 * says about variants that ran side by side, as figures ready to be shown. */
#ifndef JOULECART_COMPARE_H
#define JOULECART_COMPARE_H
#include "reports/campaign/score.h"
#include "reports/compare/build-cost.h"
#include "reports/compare/unit-change.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"
#include "reports/statistics/paired.h"
#include "reports/statistics/wilcoxon.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct problem;
struct standing;

enum verdict { VERDICT_LESS, VERDICT_MORE, VERDICT_CANNOT_TELL };

struct compare_options {
	const char *path; /* for the reader */
	const char *const
	    *variants; /* the baseline first; n_variants 0: all of the campaign */
	size_t n_variants;
	int64_t campaign_id; /* 0: the newest that holds them all */
	const char *quality; /* the metric to show; NULL: the first that the trials have */
	double per_day; /* queries a day, for the days until it breaks even; 0: not said */
	bool count_failed; /* trials of commands that failed count as well */
	bool skip_null;    /* do not compare the baseline with itself */
	/* of the file that the trials are read from; NULL: they were made just now */
	const struct standing *standing;
};

/* Changes of one thing between the baseline and a variant: ratio of geometric means. */
struct change {
	bool is_known;
	double ratio;
};

/* What the difference in joules is made of (reports/compare/decomposition.h). */
struct why {
	struct change seconds, watts; /* joules = seconds * watts */
	struct change cpu_seconds, instructions, per_cycle, clock, cores, cache_misses;
	/* of user space alone, where the kernel's share may not be counted: no clock follows */
	struct change user_instructions, user_per_cycle, user_cache_misses;
};

/* One of the things that are compared. */
struct compared {
	const char *variant;
	int64_t campaign_id;
	size_t n_trials, n_failed,
	    n_left_out; /* left out: no figure; reason says the first why */
	const char *left_out_reason;
	struct figure joules;      /* per query or per run: spread and instruments */
	struct figure quality;     /* with is_known; mean over trials */
	const struct score *score; /* behind quality; NULL: no metric */
	struct build_cost cost;    /* of training or compressing it */
	const char *workload;
};

/* An observation far from the others: shown, and counted like any other. */
struct outlier {
	int64_t block;
	double log_ratio;
};

/* A variant against the baseline. Log ratios; below 0: the variant needs less. */
struct difference {
	const struct compared *variant;
	bool is_paired; /* by block; else Welch's test of two groups */
	enum verdict verdict;
	const double *log_ratios; /* by block, n_pairs of them; none when not paired */
	const int64_t *blocks;
	size_t n_pairs;
	struct t_test t;
	double p_adjusted; /* Holm over the differences of this comparison */
	/* by the order that was drawn (reports/statistics/randomised.h): its p, where it is asked, and
	 * whether it leaves no verdict to t */
	double p_randomised;
	bool has_randomised, is_explained;
	bool has_ranks; /* bca and wilcoxon: paired and at least 3 */
	struct interval bca;
	struct wilcoxon wilcoxon;
	double effect_size;
	struct order_effect order;
	struct autocorrelation autocorrelation;
	/* log ratio that this many pairs show in 80 of 100 campaigns, among as many comparisons */
	double detectable;
	size_t pairs_needed; /* to show what was seen; 0: beyond reach */
	const struct outlier *outliers;
	size_t n_outliers;
	struct figure quality_change; /* in the metric's unit */
	size_t n_paired_queries;      /* both answered them; 0: as two samples */
	struct why why;
	struct unit_changes units;
	struct figure break_even; /* queries; unknown: reason */
};

struct comparison {
	const char *path;
	int64_t campaign_id; /* 0: not one campaign for all */
	bool is_per_query;
	enum figure_provenance provenance; /* the same for all, or nothing is compared */
	const char *quality_name;          /* NULL: none */
	double per_day;
	const struct compared *compared; /* the baseline first */
	size_t n_compared;
	const struct difference *differences; /* n_compared - 1 */
	/* the baseline against itself: n = 0 when there were too few trials */
	struct t_test null;
	/* how many campaigns up to this one compared the same; 0: not one campaign */
	int64_t n_campaigns;
	bool
	    is_null_within_blocks; /* it ran twice in each block; else one block to the next */
	const struct standing *standing; /* as asked for */
	const char *const *notices;      /* what touched which trials, one line each */
	size_t n_notices;
};

/* NULL with *why: a variant that is not there (PROBLEM_USAGE), other workloads, measured
 * against estimated, nothing to compare. What it points to lives in the arena. */
const struct comparison *compare_read(sqlite3 *db, const struct compare_options *options,
				      struct arena *arena, struct problem *why);

#endif
