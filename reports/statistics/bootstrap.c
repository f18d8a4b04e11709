/* reports/statistics/bootstrap.c - see bootstrap.h. */
#include <config.h>

#include "reports/statistics/bootstrap.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static void resample(gsl_rng *generator, const double *values, size_t n, double *means,
		     size_t n_resamples)
{
	for (size_t i = 0; i < n_resamples; i++) {
		double sum = 0;
		for (size_t j = 0; j < n; j++)
			sum += values[gsl_rng_uniform_int(generator, n)];
		means[i] = sum / (double)n;
	}
	gsl_sort(means, 1, n_resamples);
}

/* The quantile at (n + 1) * alpha of sorted values, interpolated between their ranks' normal
 * scores; the extremes where the rank lies outside. */
static double quantile(const double *sorted, size_t n, double alpha)
{
	double rank = (double)(n + 1) * alpha;
	size_t k = (size_t)rank;
	if (k < 1)
		return sorted[0];
	if (k >= n)
		return sorted[n - 1];
	if (rank == (double)k)
		return sorted[k - 1];
	double at = gsl_cdf_ugaussian_Pinv(alpha);
	double below = gsl_cdf_ugaussian_Pinv((double)k / (double)(n + 1));
	double above = gsl_cdf_ugaussian_Pinv((double)(k + 1) / (double)(n + 1));
	return sorted[k - 1] + (at - below) / (above - below) * (sorted[k] - sorted[k - 1]);
}

/* sum of cubes / (6 * (sum of squares)^1.5) of the influence values. */
static double acceleration(const double *values, size_t n, double mean)
{
	double squares = 0, cubes = 0;
	for (size_t i = 0; i < n; i++) {
		double influence = values[i] - mean;
		squares += influence * influence;
		cubes += influence * influence * influence;
	}
	return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

static struct interval bca(const double *means, size_t n_resamples, double mean, double a)
{
	size_t below = 0;
	while (below < n_resamples && means[below] < mean)
		below++;
	if (below == 0 || below == n_resamples) /* no spread but rounding */
		return (struct interval){ fmin(means[0], mean),
					  fmax(means[n_resamples - 1], mean) };
	double bias = gsl_cdf_ugaussian_Pinv((double)below / (double)n_resamples);
	double bounds[2];
	for (int i = 0; i < 2; i++) {
		double z = bias + gsl_cdf_ugaussian_Pinv(i ? 0.975 : 0.025);
		double level = gsl_cdf_ugaussian_P(bias + z / (1 - a * z));
		bounds[i] = quantile(means, n_resamples, level);
	}
	return (struct interval){ bounds[0], bounds[1] };
}

int bootstrap_bca(const double *values, size_t n, size_t n_resamples, uint64_t seed,
		  double *means, struct interval *ci95)
{
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	double *room = means ? means : malloc(n_resamples * sizeof(*room));
	int code = generator && room && n > 0 ? 0 : -1;
	if (code == 0) {
		double mean = gsl_stats_mean(values, 1, n);
		gsl_rng_set(generator, seed);
		resample(generator, values, n, room, n_resamples);
		*ci95 = bca(room, n_resamples, mean, acceleration(values, n, mean));
	}
	gsl_rng_free(generator);
	if (!means)
		free(room);
	return code;
}
