/* reports/statistics/rhythm.c - see rhythm.h.
 *
 * Samples that come round to the same part of a cycle after every q-th meet q parts of it: a part of the
 * cycle that is w long is met floor(q w) or ceil(q w) times of q, by chance of where the first sample
 * falls, which is a standard deviation of at most 1 / (2 q). If they drift apart, the samples meet
 * further parts, and that error shrinks: by the root of how much two samples that lie a multiple of q
 * apart, at any distance of the whole time, still agree. */
#include <config.h>

#include "reports/statistics/rhythm.h"

#include <math.h>
#include <stdlib.h>

/* Rounds of up to so many samples: 1 / (2 * 64) is below what counting leaves open. FAR: distances
 * at which agreement is looked at. */
enum { LAGS = 64, FAR = 64, SAMPLES_FEWEST = 4 * LAGS };

/* A peak stands so many standard errors above a valley: of 64 lags of independent samples, one in
 * some thousands does. */
static const double PEAK_ERRORS = 6;

/* How likely two samples are of one kind, whatever lies between. */
static double chance_of(const uint32_t *kinds, size_t n, size_t n_kinds)
{
	size_t *counts = calloc(n_kinds + 1, sizeof(*counts));
	double sum = 0;
	if (!counts)
		return NAN;
	for (size_t i = 0; i < n; i++)
		if (kinds[i] < n_kinds)
			counts[kinds[i]]++;
	for (size_t i = 0; i < n_kinds; i++)
		sum += ((double)counts[i] / (double)n) * ((double)counts[i] / (double)n);
	free(counts);
	return sum;
}

/* How much samples at that distance agree: 0 as by chance, 1 always. */
static double agreement(const uint32_t *kinds, size_t n, size_t lag, double chance)
{
	size_t same = 0;
	for (size_t i = 0; i + lag < n; i++)
		same += kinds[i] == kinds[i + lag];
	return ((double)same / (double)(n - lag) - chance) / (1 - chance);
}

/* The least lag at which agreement comes back after a valley, nearly as far as it does anywhere; 0:
 * it does not. *valley: the lag of that valley. */
static size_t round_of(const double agree[LAGS + 1], size_t n, size_t *valley)
{
	double highest = 0;
	size_t low = 1;
	for (int pass = 0; pass < 2; pass++) {
		low = 1;
		for (size_t lag = 2; lag <= LAGS; lag++) {
			double height = agree[lag] - agree[low];
			if (pass == 0 && height > highest)
				highest = height;
			*valley = low;
			if (pass == 1 && height >= 0.75 * highest)
				return lag;
			low = agree[lag] < agree[low] ? lag : low;
		}
		if (highest < PEAK_ERRORS / sqrt((double)n))
			return 0;
	}
	return 0;
}

double rhythm_error(const uint32_t *kinds, size_t n, size_t n_kinds)
{
	double agree[LAGS + 1] = { 0 }, sum = 0, weights = 0;
	size_t valley = 1;
	if (n < SAMPLES_FEWEST)
		return 0;
	double chance = chance_of(kinds, n, n_kinds);
	if (isnan(chance) || chance >= 1)
		return isnan(chance) ? NAN : 0;
	for (size_t lag = 1; lag <= LAGS; lag++)
		agree[lag] = agreement(kinds, n, lag, chance);
	size_t q = round_of(agree, n, &valley);
	if (q == 0)
		return 0;
	size_t rounds = (n - LAGS) / q;
	for (size_t i = 0; i < FAR; i++) { /* pairs are the rarer the further apart */
		size_t lag = (i * rounds / FAR + 1) * q;
		double weight = 1 - (double)lag / (double)n;
		if (lag + valley >= n)
			break;
		sum += weight * (agreement(kinds, n, lag, chance) -
				 agreement(kinds, n, lag + valley, chance));
		weights += weight;
	}
	double lasting = weights > 0 ? fmin(fmax(sum / weights, 0), 1) : 1;
	return sqrt(lasting) / (2 * (double)q);
}
