/* reports/statistics/stats.c - see stats.h. */
#include <config.h>

#include "reports/statistics/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rstat.h>
#include <math.h>

/* Half-width of Student's t interval of the mean; 0 for one value. */
static double t_half_width(gsl_rstat_workspace *values)
{
	size_t n = gsl_rstat_n(values);
	if (n < 2)
		return 0;
	return gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * gsl_rstat_sd(values) /
	       sqrt((double)n);
}

struct estimate estimate_mean(const struct observation *trials, size_t n)
{
	gsl_rstat_workspace *values = gsl_rstat_alloc();
	double below = 0, above = 0;
	for (size_t i = 0; i < n; i++) {
		gsl_rstat_add(trials[i].value, values);
		below += (trials[i].value - trials[i].low) / (double)n;
		above += (trials[i].high - trials[i].value) / (double)n;
	}
	double mean = gsl_rstat_mean(values);
	double spread = t_half_width(values);
	gsl_rstat_free(values);
	return (struct estimate){ .mean = mean,
				  .low = fmax(mean - hypot(spread, below), 0),
				  .high = mean + hypot(spread, above) };
}
