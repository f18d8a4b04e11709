/* reports/statistics/test-power.c - see test-power.h. */
#include <config.h>

#include "reports/statistics/test-power.h"

#include "reports/statistics/paired.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

/* Points of the integral over the noncentral t distribution. */
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

double power_paired(size_t n, double effect, double sd, double level)
{
	double degrees = (double)(n - 1), spread = 9 / sqrt(2 * degrees);
	struct noncentral law = { degrees, effect / sd * sqrt((double)n),
				  gsl_cdf_tdist_Pinv(1 - level / 2, degrees) };
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

/* What is asked of n pairs. */
struct wish {
	double effect, sd, level;
};

/* The least n from PAIRS_LEAST on for which enough(n) holds; it holds for all larger ones. */
static size_t least_pairs(bool (*enough)(size_t, struct wish), struct wish wish)
{
	size_t below = PAIRS_LEAST - 1, n = PAIRS_LEAST;
	while (!enough(n, wish)) {
		if (n >= PAIRS_MOST)
			return 0;
		below = n;
		n = n * 2 < PAIRS_MOST ? n * 2 : PAIRS_MOST;
	}
	while (n - below > 1) {
		size_t middle = below + (n - below) / 2;
		if (enough(middle, wish))
			n = middle;
		else
			below = middle;
	}
	return n;
}

static bool has_power(size_t n, struct wish wish)
{
	return power_paired(n, wish.effect, wish.sd, wish.level) >= POWER_WANTED;
}

size_t power_pairs(double effect, double sd, double level)
{
	const struct wish wish = { fabs(effect), sd, level };
	return sd > 0 ? least_pairs(has_power, wish) : PAIRS_LEAST;
}

double power_detectable(size_t n, double sd, double level)
{
	if (sd <= 0)
		return 0;
	double low = 0, high = sd;
	while (power_paired(n, high, sd, level) < POWER_WANTED)
		high *= 2;
	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;
		if (power_paired(n, middle, sd, level) < POWER_WANTED)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static bool is_precise(size_t n, struct wish wish)
{
	return gsl_cdf_tdist_Pinv(1 - wish.level / 2, (double)(n - 1)) * wish.sd /
		   sqrt((double)n) <=
	       wish.effect;
}

size_t pairs_for_precision(double half_width, double sd)
{
	const struct wish wish = { half_width, sd, 0.05 };
	return sd > 0 ? least_pairs(is_precise, wish) : PAIRS_LEAST;
}

double power_any_alarm(double level, int64_t n)
{
	return 1 - pow(1 - level, (double)n);
}
