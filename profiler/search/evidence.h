/* profiler/search/evidence.h - what the trials of a search say of each candidate.
 *
 * Trials stand in blocks: a block holds the reference of the moment and a candidate, next to each
 * other. The logarithm of a trial's cost is taken as candidate + block + noise, by least squares
 * (two-way classification; H. Scheffe, The Analysis of Variance, 1959, ch. 4): what drifts with
 * time falls on the blocks, and every trial of the search helps to place every candidate, whichever
 * references it was measured beside. A candidate's cost is that of the mean block. */
#ifndef JOULECART_EVIDENCE_H
#define JOULECART_EVIDENCE_H
#include <stdbool.h>
#include <stddef.h>

enum { CANDIDATES_MOST = 96 };

/* What one trial said. */
struct outcome {
	bool has_failed; /* the rest is not set */
	double cost;     /* what the budget is about, above 0 */
	/* what the instruments leave open of it on each side, as a share of it; 0: nothing */
	double share_below, share_above;
	bool has_quality;
	double quality;   /* the higher the better */
	double n_queries; /* that the quality is a share of; 0: not stated, or no share */
};

/* A mean with its standard error and that one's degrees of freedom; error is HUGE_VAL where too
 * little is known. */
struct placed {
	double mean, error, degrees;
};

/* The trials of one candidate. */
struct tally {
	size_t n, n_failed;
	double share_below,
	    share_above;            /* of the cost, means: more trials narrow neither */
	size_t n_quality;           /* trials that stated it */
	double quality, quality_sd; /* mean and spread between trials */
	double squares;             /* of what they are off their mean */
	double n_queries;           /* as the last trial had it */
};

struct evidence;

/* NULL: no memory. */
struct evidence *evidence_new(void);
void evidence_free(struct evidence *evidence); /* takes NULL */

/* Blocks are numbered from 0; one is complete when the next begins. 0, or -1: no memory. */
int evidence_add(struct evidence *evidence, size_t candidate, size_t block,
		 const struct outcome *outcome);

/* Places all candidates anew, after a block. 0, or -1: no memory. */
int evidence_solve(struct evidence *evidence);

/* The logarithm of the cost, as of the last evidence_solve(). Unlike evidence_mean(), it takes a time that
 * grows with the square of the number of candidates. */
struct placed evidence_cost(const struct evidence *evidence, size_t candidate);
/* The logarithm of the ratio of two costs: the blocks' mean is not in it. */
struct placed evidence_ratio(const struct evidence *evidence, size_t candidate,
			     size_t other);
/* The mean of evidence_cost() alone; NAN: too little is known. */
double evidence_mean(const struct evidence *evidence, size_t candidate);
/* The standard deviation of one trial within its block; HUGE_VAL: not known yet. */
double evidence_noise(const struct evidence *evidence);
/* Lives as long as the evidence; never NULL, all 0 before the first trial. */
const struct tally *evidence_tally(const struct evidence *evidence, size_t candidate);

#endif
