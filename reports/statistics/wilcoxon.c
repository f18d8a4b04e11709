/* reports/statistics/wilcoxon.c - see wilcoxon.h. */
#include <config.h>

#include "reports/statistics/wilcoxon.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* As R's wilcox.test() does; from there on the normal approximation is as good. */
enum { EXACT_BELOW = 50 };

/* Ranks of |value| without zeros, ties sharing their mean rank. */
struct ranking {
	size_t n;
	double positive; /* V */
	double ties;     /* sum of t^3 - t over groups of t equals */
};

static int by_magnitude(const void *a, const void *b)
{
	double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
	return (x > y) - (x < y);
}

static struct ranking rank(double *values, size_t n)
{
	struct ranking ranking = { 0 };
	for (size_t i = 0; i < n; i++)
		if (values[i] != 0)
			values[ranking.n++] = values[i];
	qsort(values, ranking.n, sizeof(*values), by_magnitude);
	for (size_t i = 0, end; i < ranking.n; i = end) {
		for (end = i + 1; end < ranking.n && fabs(values[end]) == fabs(values[i]);)
			end++;
		double t = (double)(end - i);
		ranking.ties += t * t * t - t;
		for (size_t j = i; j < end; j++)
			ranking.positive += values[j] > 0 ? ((double)(i + end) + 1) / 2 : 0;
	}
	return ranking;
}

/* below[v] = P(V <= v) under no difference, v = 0 .. n(n+1)/2: each rank counts with
 * probability 1/2. */
static double *exact_law(size_t n)
{
	size_t most = n * (n + 1) / 2;
	double *law = calloc(most + 1, sizeof(*law));
	if (!law)
		return NULL;
	law[0] = 1;
	for (size_t rank = 1; rank <= n; rank++)
		for (size_t v = most + 1; v-- > 0;)
			law[v] = (law[v] + (v >= rank ? law[v - rank] : 0)) / 2;
	for (size_t v = 1; v <= most; v++)
		law[v] += law[v - 1];
	return law;
}

static double exact_p(const double *law, struct ranking ranking)
{
	size_t v = (size_t)ranking.positive;
	double at_most = law[v];
	double at_least = v > 0 ? 1 - law[v - 1] : 1;
	return fmin(1, 2 * fmin(at_most, at_least));
}

static double normal_sd(struct ranking ranking)
{
	double n = (double)ranking.n;
	return sqrt(n * (n + 1) * (2 * n + 1) / 24 - ranking.ties / 48);
}

static double normal_p(struct ranking ranking)
{
	double n = (double)ranking.n;
	double away = ranking.positive - n * (n + 1) / 4;
	double corrected = fmax(fabs(away) - 0.5, 0);
	return ranking.n ? fmin(1, 2 * gsl_cdf_ugaussian_Q(corrected / normal_sd(ranking)))
			 : 1;
}

/* How many of the sorted pair means lie below the interval. */
static size_t left_out(const double *law, size_t n)
{
	size_t k = 0, most = n * (n + 1) / 2;
	if (!law) {
		double mean = (double)most / 2;
		double sd = sqrt((double)n * (double)(n + 1) * (double)(2 * n + 1) / 24);
		return (size_t)fmax(0, floor(mean - gsl_cdf_ugaussian_Pinv(0.975) * sd));
	}
	while (k < most && law[k] < 0.025)
		k++;
	return k ? k - 1 : 0; /* R's qsignrank(0.025), at least 1, is k; bounds are k-th */
}

/* The median of the means of all pairs, each value also with itself, and its interval. */
static int estimate_shift(const double *values, size_t n, const double *law,
			  struct wilcoxon *result)
{
	size_t n_means = n * (n + 1) / 2, k = 0;
	double *means = malloc(n_means * sizeof(*means));
	if (!means)
		return -1;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			means[k++] = (values[i] + values[j]) / 2;
	gsl_sort(means, 1, n_means);
	size_t out = left_out(law, n);
	result->shift = gsl_stats_median_from_sorted_data(means, 1, n_means);
	result->ci95 = (struct interval){ means[out], means[n_means - 1 - out] };
	free(means);
	return 0;
}

int wilcoxon_signed_rank(const double *values, size_t n, struct wilcoxon *result)
{
	double *sorted = malloc(n * sizeof(*sorted));
	if (!sorted)
		return -1;
	for (size_t i = 0; i < n; i++)
		sorted[i] = values[i];
	struct ranking ranking = rank(sorted, n);
	free(sorted);
	*result = (struct wilcoxon){ .statistic = ranking.positive };
	result->is_exact = n < EXACT_BELOW && ranking.n == n && ranking.ties == 0;
	double *law = result->is_exact ? exact_law(n) : NULL;
	if (result->is_exact && !law)
		return -1;
	result->p = law ? exact_p(law, ranking) : normal_p(ranking);
	int code = estimate_shift(values, n, law, result);
	free(law);
	return code;
}
