/* reports/statistics/outliers.c - see outliers.h. */
#include <config.h>

#include "reports/statistics/outliers.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/* Modified z-scores above 3.5 are outliers by Iglewicz and Hoaglin (1993). Of fewer than five values no
 * majority is left to be far from. */
static const double DEVIATIONS = 3.5;
enum { VALUES_LEAST = 5 };

size_t outliers_find(const double *values, size_t n, double *room, size_t *found)
{
	size_t n_found = 0;
	if (n < VALUES_LEAST)
		return 0;
	memcpy(room, values, n * sizeof(*room));
	double median = gsl_stats_median(room, 1, n);
	double deviation = gsl_stats_mad(values, 1, n, room);
	for (size_t i = 0; deviation > 0 && i < n; i++)
		if (fabs(values[i] - median) > DEVIATIONS * deviation)
			found[n_found++] = i;
	return n_found;
}
