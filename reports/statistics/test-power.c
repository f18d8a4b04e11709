/* reports/statistics/test-power.c - see test-power.h. */
#include <config.h>

#include "reports/statistics/test-power.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

enum { QUADRATURE_POINTS = 128 };

/* s is the ratio of the sample's sd to the true one: chi with these degrees / sqrt(degrees). */
struct noncentral {
	double degrees, shift, critical;
};

static double density_of_s(double s, double degrees)
{
	if (s <= 0)
		return 0;
	double log_density = log(2) + degrees / 2 * log(degrees / 2) -
			     gsl_sf_lngamma(degrees / 2) + (degrees - 1) * log(s) -
			     degrees * s * s / 2;
	return exp(log_density);
}

/* Given s, the test rejects when the normal shift + z passes -+ critical * s. */
static double rejects_at(double s, void *context)
{
	const struct noncentral *law = context;
	double edge = law->critical * s;
	return density_of_s(s, law->degrees) * (gsl_cdf_ugaussian_Q(edge - law->shift) +
						gsl_cdf_ugaussian_P(-edge - law->shift));
}

double power_paired(size_t n, double effect, double sd)
{
	double degrees = (double)(n - 1), spread = 9 / sqrt(2 * degrees);
	struct noncentral law = { degrees, effect / sd * sqrt((double)n),
				  gsl_cdf_tdist_Pinv(0.975, degrees) };
	gsl_function integrand = { rejects_at, &law };
	gsl_integration_glfixed_table *points = gsl_integration_glfixed_table_alloc(
	    QUADRATURE_POINTS);
	if (!points)
		return 0;
	double power = gsl_integration_glfixed(&integrand, fmax(0, 1 - spread), 1 + spread,
					       points);
	gsl_integration_glfixed_table_free(points);
	return fmin(power, 1);
}

/* The least n from 2 on for which enough(n) holds; it holds for all larger ones. */
static size_t least_pairs(bool (*enough)(size_t, double, double), double wanted, double sd)
{
	size_t below = 1, n = 2;
	while (!enough(n, wanted, sd)) {
		if (n >= PAIRS_MOST)
			return 0;
		below = n;
		n = n * 2 < PAIRS_MOST ? n * 2 : PAIRS_MOST;
	}
	while (n - below > 1) {
		size_t middle = below + (n - below) / 2;
		if (enough(middle, wanted, sd))
			n = middle;
		else
			below = middle;
	}
	return n;
}

static bool has_power(size_t n, double effect, double sd)
{
	return power_paired(n, effect, sd) >= POWER_WANTED;
}

size_t power_pairs(double effect, double sd)
{
	return sd > 0 ? least_pairs(has_power, fabs(effect), sd) : 2;
}

double power_detectable(size_t n, double sd)
{
	if (sd <= 0)
		return 0;
	double low = 0, high = sd;
	while (power_paired(n, high, sd) < POWER_WANTED)
		high *= 2;
	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;
		if (power_paired(n, middle, sd) < POWER_WANTED)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static bool is_precise(size_t n, double half_width, double sd)
{
	return gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * sd / sqrt((double)n) <=
	       half_width;
}

size_t pairs_for_precision(double half_width, double sd)
{
	return sd > 0 ? least_pairs(is_precise, half_width, sd) : 2;
}
