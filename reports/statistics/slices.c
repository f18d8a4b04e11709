/* reports/statistics/slices.c - see slices.h. */
#include <config.h>

#include "reports/statistics/slices.h"

#include "reports/statistics/wilson.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
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

bool slice_gap_largest(const struct slice *slices, size_t n, struct slice_gap *gap)
{
	size_t n_pairs = 0;
	*gap = (struct slice_gap){ 0 };
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++) {
			if (strcmp(slices[i].kind, slices[j].kind) != 0)
				continue;
			bool is_above = slices[i].share > slices[j].share;
			double points = fabs(slices[i].share - slices[j].share);
			if (n_pairs++ > 0 && points <= gap->points)
				continue;
			gap->high = &slices[is_above ? i : j];
			gap->low = &slices[is_above ? j : i];
			gap->points = points;
		}
	if (n_pairs > 0)
		gap->is_shown = is_shown(gap->low, gap->high, n_pairs);
	return n_pairs > 0;
}
