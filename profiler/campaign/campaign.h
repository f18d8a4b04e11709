/* profiler/campaign/campaign.h - a planned set of trials: one database, one host, one way to measure. */
#ifndef JOULECART_CAMPAIGN_H
#define JOULECART_CAMPAIGN_H
#include "profiler/campaign/job-rank.h"
#include "profiler/campaign/trial.h"
#include "schema/store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct problem;

struct campaign_options {
	const char *kind; /* "run" or "bench" */
	const char *path; /* of the database */
	const char *job;  /* whose ranks the trials are, as the user calls it, or NULL */
	const char *zone; /* as the user wrote it, or NULL */
	double pue;       /* 0: not given */
	uint64_t seed;
	bool has_seed;
	char **argv; /* joulecart's own command line, kept as evidence */
	struct trial_options trial;
};

struct campaign {
	struct store *store;
	int64_t campaign_id, n_trials;
	bool has_trial; /* one is stored */
	struct trial_options trial;
	struct job_rank rank;
};

/* One planned trial. */
struct campaign_trial {
	const char *variant, *job;
	char *const *argv;
	int64_t block;
	bool is_warmup;
	int64_t queries; /* 0: not stated */
};

/* The database's name where options->path is a pattern (job_rank_file()), in path, which is then options->path; size
 * is path's. Of ranks of a job on a network file system, where machines cannot write into one database, the name has
 * the host's at its end, and that is said on standard error. 0, or -1 with *why. */
int campaign_name_file(struct campaign_options *options, char *path, size_t size,
		       struct problem *why);

/* Opens the database, checks the zone, writes host and campaign. -1 with *why. */
int campaign_begin(struct campaign *campaign, const struct campaign_options *options,
		   struct problem *why);

/* Opens the database to go on with the newest campaign that the same command (options->argv[0]) made,
 * on this machine and since it was last started. Trials are numbered on from those that it has. -1
 * with *why: there is none. */
int campaign_resume(struct campaign *campaign, const struct campaign_options *options,
		    struct problem *why);

/* argv as a trial's command is stored: a JSON array, in which bytes that are not UTF-8 are U+FFFD. The caller frees
 * it; NULL: no memory. */
char *campaign_command(char *const *argv);

/* trial_run for the next planned trial; same results: 0, or -1 with *why. */
int campaign_run(struct campaign *campaign, const struct campaign_trial *trial,
		 struct trial_result *result, struct problem *why);

/* Writes the end and keeps the store open for the report. 0, or -1 with *why. */
int campaign_end(struct campaign *campaign, struct problem *why);

/* Closes the store. A campaign of which no trial began leaves nothing in it. */
void campaign_close(struct campaign *campaign);

#endif
