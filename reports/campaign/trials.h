/* reports/campaign/trials.h - the trials of one campaign as the views tell them, sorted into groups of
 * one variant and job; and what such a group says together. */
#ifndef JOULECART_TRIALS_H
#define JOULECART_TRIALS_H
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"
#include "reports/statistics/blocks.h"
#include "reports/statistics/stats.h"

#include <sqlite3.h>

/* A trial's own figure, in J; low and high are its gaps and instruments (k = 2). */
struct trial_value {
	bool is_known;
	bool has_bounds; /* else low = high = value */
	struct observation seen;
	double
	    step; /* what the meter cannot resolve, as a share of seen.value; 0: not known */
	enum figure_provenance provenance;
	const char *reason; /* why not known, or why it does not count */
};

struct trial {
	int64_t trial_id, campaign_id, block, ordinal;
	const char *variant, *job, *workload; /* workload: NULL when not said */
	bool is_run;                          /* complete and no warm-up: counts per run */
	bool is_usable;                       /* counts per query as well */
	bool has_failed;                      /* did not exit with 0 */
	int64_t queries;
	double seconds;
	struct trial_value per_query, per_run;
};

struct trial_list {
	const struct trial *trials;
	size_t n;
};

/* From five columns of the row, the first on: value, low, high, provenance, reason. Its step is 0. */
struct trial_value trial_value_of(sqlite3_stmt *row, int first, int64_t block,
				  struct arena *arena);

/* Groups follow each other: jobs in the order infer, command, idle, train; in each the variant
 * 'teacher' first, then as they first ran. figure_tables_make() has been called for the campaign.
 * Returns 0, or -1: sqlite3_errmsg() says why. */
int trials_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		struct trial_list *list);

/* One trial. Returns as above. */
int trial_read(sqlite3 *db, int64_t trial_id, struct arena *arena, struct trial *trial);

/* The trials of one variant that served queries or were commands, no warm-ups, in the order in
 * which they ran. Returns as above. */
int trials_of_variant(sqlite3 *db, int64_t campaign_id, const char *variant,
		      struct arena *arena, struct trial_list *list);

/* The trials from the first on that are of its variant and job. */
struct trial_list trials_group(struct trial_list list);

/* What counts in a comparison: the trial's joules per query or per run, > 0, of a complete
 * trial that did not fail (or failures count too). NULL: *reason says why not. */
const struct trial_value *trial_counted(const struct trial *trial, bool per_query,
					bool count_failed, const char **reason);

/* The logarithms of what counts, one value per block. */
struct block_list trials_blocks(struct trial_list trials, bool per_query, bool count_failed,
				struct arena *arena);

/* Why the group has no mean, per query or per run: what its first trial says. */
const char *trials_reason(struct trial_list group, bool per_query);

/* The mean duration of the trials that count per run, with their spread alone. */
struct figure trials_seconds(struct trial_list group, struct arena *arena);

/* Is it the same work in all? The hash, or NULL when it differs or was not said. */
const char *trials_workload(struct trial_list group);

/* Do two such hashes, NULL or not, let their trials be compared? */
bool trials_same_work(const char *a, const char *b);

#endif
