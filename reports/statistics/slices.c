/* reports/statistics/slices.c - see slices.h. */
#include <config.h>

#include "reports/statistics/slices.h"

#include "reports/statistics/wilson.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_shown(const struct slice *low, const struct slice *high, size_t n_pairs)
{
	if (!(low->n > 0) || !(high->n > 0))
		return false;
	double z = gsl_cdf_ugaussian_Qinv(0.025 / (double)n_pairs);
	struct wilson of_low = wilson_of(low->share, low->n, z);
	struct wilson of_high = wilson_of(high->share, high->n, z);
	double above_low = of_low.middle + of_low.half - low->share;
	double below_high = high->share - (of_high.middle - of_high.half);
	return high->share - low->share - hypot(above_low, below_high) > 0;
}

static int by_kind_and_share(const void *one, const void *other)
{
	const struct slice *a = one, *b = other;
	int order = strcmp(a->kind, b->kind);
	if (order == 0)
		order = (a->share > b->share) - (a->share < b->share);
	return order != 0 ? order : strcmp(a->name, b->name);
}

bool slice_gap_largest(struct slice *slices, size_t n, struct slice_gap *gap)
{
	size_t n_pairs = 0;
	*gap = (struct slice_gap){ 0 };
	if (n > 0)
		qsort(slices, n, sizeof(*slices), by_kind_and_share);
	for (size_t i = 0, least = 0; i < n; i++) {
		if (strcmp(slices[i].kind, slices[least].kind) != 0)
			least = i;
		double points = slices[i].share - slices[least].share;
		n_pairs += i - least;
		if (i == least || (gap->high && points <= gap->points))
			continue;
		gap->low = &slices[least];
		gap->high = &slices[i];
		gap->points = points;
	}
	if (n_pairs > 0)
		gap->is_shown = is_shown(gap->low, gap->high, n_pairs);
	return n_pairs > 0;
}
