/* reports/compare/payback.c - see payback.h. */
#include <config.h>

#include "reports/compare/payback.h"

#include <math.h>

struct figure payback_queries(struct figure made_j, double base_j, struct t_test log_ratio)
{
	if (!made_j.is_known)
		return figure_unknown(made_j.reason);
	if (log_ratio.mean >= 0)
		return figure_unknown("never: it saves nothing");
	/* expm1: what is left of 1 - ratio where the ratio is near 1 */
	double saved = base_j * -expm1(log_ratio.mean);
	struct figure queries = { .is_known = true,
				  .value = made_j.value / saved,
				  .provenance = made_j.provenance };
	double least_saved = base_j * -expm1(log_ratio.ci95.high);
	if (log_ratio.n < 2 || least_saved <= 0)
		return figure_unknown("not known: it may save nothing");
	queries.has_interval = true;
	queries.low = (made_j.has_interval ? made_j.low : made_j.value) /
		      (base_j * -expm1(log_ratio.ci95.low));
	queries.high = (made_j.has_interval ? made_j.high : made_j.value) / least_saved;
	return queries;
}
