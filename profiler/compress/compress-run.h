/* profiler/compress/compress-run.h - runs the trials that a search asks for, or takes them from the database
 * where an earlier search was cut off, and says what they came to. */
#ifndef JOULECART_COMPRESS_RUN_H
#define JOULECART_COMPRESS_RUN_H
#include "profiler/campaign/campaign.h"
#include "profiler/compress/levels.h"
#include "profiler/compress/wish.h"
#include "profiler/search/search.h"
#include "reports/figure/figure.h"

struct problem;

struct compress_options {
	struct technique_list techniques;
	struct budget budget;
	struct quality_wish quality;
	char **words; /* of the command, with {NAME} for each technique's level */
	size_t n_words;
	int64_t queries;      /* each trial answers so many; 0: not stated */
	int64_t test_queries; /* the quality is a share of so many answers; 0: not stated */
	double max_joules, max_time_s; /* no trial begins later; 0: no limit */
	int64_t trials;                /* of a candidate that stays undecided, at most */
	uint64_t seed;
};

/* Why the trials of a candidate are of no use. */
struct useless {
	struct search_point point;
	char why[160];
};

/* What ended the search before it was done. */
enum stopped_by {
	STOPPED_OTHERWISE, /* a signal, or nothing did */
	STOPPED_BY_JOULES, /* max_joules */
	STOPPED_BY_TIME,   /* max_time_s */
};

struct compress_result {
	struct search_result search;
	double spent_j, spent_s;        /* of all trials, those of an earlier start too */
	bool is_spent_known;            /* each trial had joules */
	enum figure_provenance weakest; /* of what was measured */
	double mildest_j, chosen_j;     /* per query, else per run; 0: not known */
	bool is_per_query;
	struct useless useless[CANDIDATES_MOST];
	size_t n_useless;
	size_t n_taken; /* trials that were in the database already */
	enum stopped_by stopped_by;
	int interrupted;
};

/* Trials become those of the campaign. A campaign that is gone on with (campaign_resume()) holds trials
 * already: they answer first. 0; or -1 with *why: the mildest command fails, states no quality
 * or nothing the budget is about, the database holds another search, or nothing could be stored. */
int compress_run(struct campaign *campaign, const struct compress_options *options,
		 struct compress_result *result, struct problem *why);

#endif
