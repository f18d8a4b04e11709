/* reports/compare/break-even.c - see break-even.h. */
#include <config.h>

#include "reports/compare/break-even.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* The half-width of the logarithm of built / saved. */
static double half_width(const struct build_cost *cost, struct t_test saved)
{
	double of_cost = pow(cost->error / cost->joules.value, 2);
	double of_saved = pow(saved.error / saved.mean, 2);
	double weights = of_cost * of_cost / (double)(cost->n - 1);
	if (saved.degrees > 0)
		weights += of_saved * of_saved / saved.degrees;
	double degrees = (of_cost + of_saved) * (of_cost + of_saved) / weights;
	return weights > 0 ? gsl_cdf_tdist_Pinv(0.975, degrees) * sqrt(of_cost + of_saved)
			   : 0;
}

struct figure break_even_queries(const struct build_cost *cost, struct t_test saved,
				 struct t_test log_ratio)
{
	if (!cost->joules.is_known)
		return figure_unknown(cost->joules.reason);
	if (log_ratio.mean >= 0)
		return figure_unknown("never: it saves nothing");
	if (log_ratio.n < log_ratio.n_least || log_ratio.ci95.high >= 0 ||
	    saved.ci95.low <= 0)
		return figure_unknown("unknown: it may save nothing");
	double queries = cost->joules.value / saved.mean;
	bool has_interval = cost->n >= BUILDS_LEAST;
	double half = has_interval ? half_width(cost, saved) : 0;
	return (struct figure){ .is_known = true,
				.has_interval = has_interval,
				.value = queries,
				.low = queries * exp(-half),
				.high = queries * exp(half),
				.provenance = cost->joules.provenance,
				.reason = cost->joules.reason };
}
