/* profiler/search/evidence.c - see evidence.h. */
#include <config.h>

#include "profiler/search/evidence.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct seen {
	size_t candidate, block;
	double log_cost;
};

struct evidence {
	struct seen *trials;
	size_t n, room, n_blocks;
	struct tally tallies[CANDIDATES_MOST];
	size_t n_candidates;
	/* of the last evidence_solve() */
	/* it shares a block with the first, or with another that is placed */
	bool is_placed[CANDIDATES_MOST];
	double effects[CANDIDATES_MOST];   /* less that of the first */
	double weights[CANDIDATES_MOST];   /* its share of the mean block */
	double inflation[CANDIDATES_MOST]; /* of its variance over that of all */
	double inverse[CANDIDATES_MOST][CANDIDATES_MOST]; /* of the normal equations */
	double level;                                     /* of the mean block */
	double level_variance, level_degrees;
	double variance, degrees; /* of one trial's noise */
};

struct evidence *evidence_new(void)
{
	return calloc(1, sizeof(struct evidence));
}

void evidence_free(struct evidence *evidence)
{
	if (!evidence)
		return;
	free(evidence->trials);
	free(evidence);
}

/* B. Welford, Technometrics 4, 1962: equal values have no spread at all. */
static void count_quality(struct tally *tally, const struct outcome *outcome)
{
	if (!outcome->has_quality)
		return;
	double n = (double)++tally->n_quality, off = outcome->quality - tally->quality;
	tally->quality = n > 1 ? tally->quality + off / n : outcome->quality;
	if (n > 1)
		tally->squares += off * (outcome->quality - tally->quality);
	tally->quality_sd = n > 1 ? sqrt(tally->squares / (n - 1)) : 0;
	tally->n_queries = outcome->n_queries;
}

int evidence_add(struct evidence *evidence, size_t candidate, size_t block,
		 const struct outcome *outcome)
{
	struct tally *tally = &evidence->tallies[candidate];
	if (candidate >= evidence->n_candidates)
		evidence->n_candidates = candidate + 1;
	if (outcome->has_failed) {
		tally->n_failed++;
		return 0;
	}
	if (evidence->n == evidence->room) {
		size_t room = 2 * evidence->room + 64;
		struct seen *trials = realloc(evidence->trials, room * sizeof(*trials));
		if (!trials)
			return -1;
		evidence->trials = trials;
		evidence->room = room;
	}
	evidence->trials[evidence->n++] = (struct seen){ candidate, block,
							 log(outcome->cost) };
	if (block >= evidence->n_blocks)
		evidence->n_blocks = block + 1;
	tally->n++;
	tally->share_below += (outcome->share_below - tally->share_below) /
			      (double)tally->n;
	tally->share_above += (outcome->share_above - tally->share_above) /
			      (double)tally->n;
	count_quality(tally, outcome);
	return 0;
}

/* --- least squares ---------------------------------------------------------------------- */

/* The trials from the first on that are of its block. They were added block by block. */
static size_t block_size(const struct evidence *evidence, size_t first)
{
	size_t n = 1;
	while (first + n < evidence->n &&
	       evidence->trials[first + n].block == evidence->trials[first].block)
		n++;
	return n;
}

/* The normal equations once the blocks are eliminated: each block adds what its trials are off its
 * mean. */
static void add_equations(const struct evidence *evidence, gsl_matrix *matrix,
			  gsl_vector *right)
{
	for (size_t i = 0, n; i < evidence->n; i += n) {
		const struct seen *seen = &evidence->trials[i];
		double mean = 0;
		n = block_size(evidence, i);
		for (size_t j = 0; j < n; j++)
			mean += seen[j].log_cost / (double)n;
		for (size_t j = 0; j < n; j++) {
			size_t a = seen[j].candidate;
			*gsl_vector_ptr(right, a) += seen[j].log_cost - mean;
			*gsl_matrix_ptr(matrix, a, a) += 1;
			for (size_t k = 0; k < n; k++)
				*gsl_matrix_ptr(matrix, a, seen[k].candidate) -= 1 /
										 (double)n;
		}
	}
}

/* Which candidates hang together with the first, block by block. */
static void find_placed(struct evidence *evidence)
{
	bool is_more = evidence->n > 0;
	memset(evidence->is_placed, 0, sizeof(evidence->is_placed));
	evidence->is_placed[0] = true;
	while (is_more) {
		is_more = false;
		for (size_t i = 0, n; i < evidence->n; i += n) {
			bool any = false;
			n = block_size(evidence, i);
			for (size_t j = i; j < i + n; j++)
				any = any ||
				      evidence->is_placed[evidence->trials[j].candidate];
			for (size_t j = i; any && j < i + n; j++) {
				bool *mine =
				    &evidence->is_placed[evidence->trials[j].candidate];
				is_more = is_more || !*mine;
				*mine = true;
			}
		}
	}
}

/* The first, and what does not hang together with it, stay at 0. */
static void ground(const struct evidence *evidence, gsl_matrix *matrix, gsl_vector *right)
{
	for (size_t c = 0; c < evidence->n_candidates; c++) {
		if (c > 0 && evidence->is_placed[c])
			continue;
		for (size_t k = 0; k < evidence->n_candidates; k++) {
			gsl_matrix_set(matrix, c, k, k == c);
			gsl_matrix_set(matrix, k, c, k == c);
		}
		gsl_vector_set(right, c, 0);
	}
}

static int solve(struct evidence *evidence, gsl_matrix *matrix, gsl_vector *right)
{
	size_t n = evidence->n_candidates;
	add_equations(evidence, matrix, right);
	find_placed(evidence);
	ground(evidence, matrix, right);
	if (gsl_linalg_cholesky_decomp1(matrix) != GSL_SUCCESS ||
	    gsl_linalg_cholesky_svx(matrix, right) != GSL_SUCCESS ||
	    gsl_linalg_cholesky_invert(matrix) != GSL_SUCCESS)
		return -1;
	for (size_t i = 0; i < n; i++) {
		evidence->effects[i] = gsl_vector_get(right, i);
		for (size_t j = 0; j < n; j++)
			evidence->inverse[i][j] = i > 0 && j > 0
						      ? gsl_matrix_get(matrix, i, j)
						      : 0;
	}
	return 0;
}

/* --- what remains ----------------------------------------------------------------------- */

/* The means of the blocks without their candidates' effects, in order; returns how many. */
static size_t read_blocks(struct evidence *evidence, double *means)
{
	size_t n_blocks = 0;
	memset(evidence->weights, 0, sizeof(evidence->weights));
	for (size_t i = 0, n; i < evidence->n; i += n, n_blocks++) {
		double mean = 0;
		n = block_size(evidence, i);
		for (size_t j = i; j < i + n; j++) {
			size_t c = evidence->trials[j].candidate;
			mean += (evidence->trials[j].log_cost - evidence->effects[c]) /
				(double)n;
			evidence->weights[c] += 1 / (double)n;
		}
		means[n_blocks] = mean;
	}
	for (size_t c = 0; c < evidence->n_candidates; c++)
		evidence->weights[c] /= n_blocks ? (double)n_blocks : 1;
	return n_blocks;
}

/* A candidate that scatters more than the others is not as sure as they are. */
static void read_noise(struct evidence *evidence, const double *means, size_t n_blocks)
{
	double squares[CANDIDATES_MOST] = { 0 }, all = 0;
	size_t block = 0, n_placed = 0;
	for (size_t i = 0, n; i < evidence->n; i += n, block++) {
		n = block_size(evidence, i);
		for (size_t j = i; j < i + n; j++) {
			size_t c = evidence->trials[j].candidate;
			double off = evidence->trials[j].log_cost - evidence->effects[c] -
				     means[block];
			squares[c] += off * off;
			all += off * off;
		}
	}
	for (size_t c = 0; c < evidence->n_candidates; c++)
		n_placed += evidence->is_placed[c] && evidence->tallies[c].n > 0;
	double n = (double)evidence->n;
	evidence->degrees = n - (double)n_blocks - (double)n_placed + 1;
	evidence->variance = evidence->degrees > 0 ? all / evidence->degrees : HUGE_VAL;
	enum { LEAST_OWN = 4 };
	for (size_t c = 0; c < evidence->n_candidates; c++) {
		double own = (double)evidence->tallies[c].n,
		       share = all > 0 ? squares[c] / all : 0;
		evidence->inflation[c] = own >= LEAST_OWN ? fmax(1, share * n / own) : 1;
	}
}

/* Blocks that follow each other are alike: as an autoregression of order 1 has it, they are worth as
 * many independent ones as n (1 - r) / (1 + r). r is too small in short series, by (1 + 3 r) / n
 * (M. Kendall, Biometrika 41, 1954). */
static void read_level(struct evidence *evidence, const double *means, size_t n)
{
	enum { LEAST_BLOCKS = 3 };
	static const double MOST = 0.95;
	evidence->level = n ? gsl_stats_mean(means, 1, n) : 0;
	evidence->level_variance = HUGE_VAL;
	evidence->level_degrees = 1;
	if (n < LEAST_BLOCKS)
		return;
	double variance = gsl_stats_variance(means, 1, n);
	double alike = variance > 0 ? gsl_stats_lag1_autocorrelation(means, 1, n) : 0;
	alike += (1 + 3 * alike) / (double)n;
	alike = fmin(fmax(alike, 0), MOST);
	double worth = fmax((double)n * (1 - alike) / (1 + alike), 1);
	evidence->level_variance = variance / worth;
	double squared = alike * alike;
	evidence->level_degrees = fmax(((double)n - 1) * (1 - squared) / (1 + squared), 1);
}

int evidence_solve(struct evidence *evidence)
{
	size_t n = evidence->n_candidates;
	if (evidence->n == 0)
		return 0;
	gsl_error_handler_t *handler = gsl_set_error_handler_off();
	gsl_matrix *matrix = gsl_matrix_calloc(n, n);
	gsl_vector *right = gsl_vector_calloc(n);
	double *means = calloc(evidence->n_blocks, sizeof(*means));
	int code = matrix && right && means ? solve(evidence, matrix, right) : -1;
	if (code == 0) {
		size_t n_blocks = read_blocks(evidence, means);
		read_noise(evidence, means, n_blocks);
		read_level(evidence, means, n_blocks);
	}
	gsl_matrix_free(matrix);
	gsl_vector_free(right);
	free(means);
	gsl_set_error_handler(handler);
	return code;
}

/* --- what is known ---------------------------------------------------------------------- */

/* The variance of a sum of effects, each times its factor. */
static double variance_of(const struct evidence *evidence, const double *factors)
{
	double sum = 0;
	for (size_t i = 0; i < evidence->n_candidates; i++)
		for (size_t j = 0; factors[i] != 0 && j < evidence->n_candidates; j++)
			sum += factors[i] * factors[j] * evidence->inverse[i][j];
	return sum * evidence->variance;
}

static const struct placed nothing = { NAN, HUGE_VAL, 1 };

double evidence_mean(const struct evidence *evidence, size_t candidate)
{
	bool is_known = candidate < evidence->n_candidates &&
			evidence->is_placed[candidate] &&
			evidence->tallies[candidate].n > 0;
	return is_known ? evidence->level + evidence->effects[candidate] : NAN;
}

struct placed evidence_cost(const struct evidence *evidence, size_t candidate)
{
	double factors[CANDIDATES_MOST], mean = evidence_mean(evidence, candidate);
	if (isnan(mean))
		return nothing;
	for (size_t c = 0; c < evidence->n_candidates; c++)
		factors[c] = (c == candidate) - evidence->weights[c];
	double own = evidence->degrees > 0
			 ? variance_of(evidence, factors) * evidence->inflation[candidate]
			 : HUGE_VAL;
	double level = evidence->level_variance, sum = own + level;
	struct placed placed = { mean, sqrt(sum), 1 };
	/* Welch and Satterthwaite */
	double parts = own * own / evidence->degrees +
		       level * level / evidence->level_degrees;
	if (isfinite(sum))
		placed.degrees = parts > 0 ? sum * sum / parts : evidence->degrees;
	return placed;
}

struct placed evidence_ratio(const struct evidence *evidence, size_t candidate,
			     size_t other)
{
	double factors[CANDIDATES_MOST] = { 0 };
	double mean = evidence_mean(evidence, candidate) - evidence_mean(evidence, other);
	if (isnan(mean) || evidence->degrees <= 0)
		return nothing;
	factors[candidate] = 1;
	factors[other] -= 1;
	double inflation = fmax(evidence->inflation[candidate], evidence->inflation[other]);
	return (struct placed){ mean, sqrt(variance_of(evidence, factors) * inflation),
				evidence->degrees };
}

double evidence_noise(const struct evidence *evidence)
{
	return evidence->degrees > 0 ? sqrt(evidence->variance) : HUGE_VAL;
}

const struct tally *evidence_tally(const struct evidence *evidence, size_t candidate)
{
	return &evidence->tallies[candidate];
}
