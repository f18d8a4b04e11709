/* models/federate/private-mean.c - see private-mean.h. */
#include <config.h>

#include "models/federate/private-mean.h"

#include "base/problem.h"
#include "models/weights/weights.h"

#include <gsl/gsl_randist.h>

#include <math.h>

static double update_length(const struct weights *common, const struct weights *answer)
{
	double squares = 0.0;
	for (size_t i = 0; i < common->n; i++) {
		const float *from = common->items[i].data, *to = answer->items[i].data;
		if (common->items[i].is_frozen)
			continue;
		for (size_t j = 0; j < weight_count(&common->items[i]); j++) {
			double moved = (double)to[j] - (double)from[j];
			squares += moved * moved;
		}
	}
	return sqrt(squares);
}

void private_mean_add(const struct private_mean *mean, const struct weights *common,
		      const struct weights *answer, struct weights *sum)
{
	double length = update_length(common, answer);
	if (!isfinite(length)) /* no scale makes it short enough */
		return;
	double scale = length > mean->clip ? mean->clip / length : 1.0;
	for (size_t i = 0; i < common->n; i++) {
		const float *from = common->items[i].data, *to = answer->items[i].data;
		float *into = sum->items[i].data;
		if (common->items[i].is_frozen)
			continue;
		for (size_t j = 0; j < weight_count(&common->items[i]); j++)
			into[j] += (float)(scale * ((double)to[j] - (double)from[j]));
	}
}

int private_mean_step(const struct private_mean *mean, size_t round,
		      const struct weights *sum, struct weights *common,
		      struct problem *why)
{
	double deviation = mean->noise * mean->clip;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!rng)
		return problem_what(why, "cannot train: out of memory");
	gsl_rng_set(rng, mean->seed * 1000003 + round + 1);
	for (size_t i = 0; i < common->n; i++) {
		float *into = common->items[i].data;
		const float *from = sum->items[i].data;
		if (common->items[i].is_frozen)
			continue;
		for (size_t j = 0; j < weight_count(&common->items[i]); j++) {
			double noise = gsl_ran_gaussian_ziggurat(rng, deviation);
			into[j] += (float)(((double)from[j] + noise) / mean->expected);
		}
	}
	gsl_rng_free(rng);
	return 0;
}
