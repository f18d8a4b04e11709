/* reports/statistics/paired.c - see paired.h. */
#include <config.h>

#include "reports/statistics/paired.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>

/* A spread that is only the rounding of doubles is none. */
static bool is_spread(double sd, double mean)
{
	return sd > 1e-14 * fmax(1, fabs(mean));
}

/* Student's quantile and upper tail; 0 degrees: the normal law. */
static double t_quantile(double p, double degrees)
{
	return degrees > 0 ? gsl_cdf_tdist_Pinv(p, degrees) : gsl_cdf_ugaussian_Pinv(p);
}

static double t_tail(double t, double degrees)
{
	return degrees > 0 ? gsl_cdf_tdist_Q(t, degrees) : gsl_cdf_ugaussian_Q(t);
}

/* Interval and p from a mean and its standard error. */
static struct t_test judge(struct t_test test, double error)
{
	test.error = error;
	if (!is_spread(error, test.mean)) {
		test.ci95 = (struct interval){ test.mean, test.mean };
		test.p = fabs(test.mean) > 1e-14 ? 0 : 1;
		return test;
	}
	double half = t_quantile(0.975, test.degrees) * error;
	test.ci95 = (struct interval){ test.mean - half, test.mean + half };
	test.p = 2 * t_tail(fabs(test.mean) / error, test.degrees);
	return test;
}

struct t_test t_paired(const double *values, size_t n)
{
	struct t_test test = { .n = n, .n_least = PAIRS_LEAST, .p = 1 };
	if (n > 0)
		test.mean = gsl_stats_mean(values, 1, n);
	test.ci95 = (struct interval){ test.mean, test.mean };
	if (n < 2)
		return test;
	test.sd = gsl_stats_sd_m(values, 1, n, test.mean);
	test.degrees = (double)(n - 1);
	return judge(test, test.sd / sqrt((double)n));
}

struct t_test t_welch(const double *a, size_t n_a, const double *b, size_t n_b)
{
	struct t_test test = { .n = n_a < n_b ? n_a : n_b, .n_least = GROUP_LEAST, .p = 1 };
	if (test.n == 0)
		return test;
	test.mean = gsl_stats_mean(b, 1, n_b) - gsl_stats_mean(a, 1, n_a);
	test.ci95 = (struct interval){ test.mean, test.mean };
	if (test.n < 2)
		return test;
	double variance_a = gsl_stats_variance(a, 1, n_a);
	double variance_b = gsl_stats_variance(b, 1, n_b);
	double of_a = variance_a / (double)n_a, of_b = variance_b / (double)n_b;
	test.sd = sqrt(variance_a + variance_b);
	if (is_spread(test.sd,
		      test.mean)) /* Welch and Satterthwaite's degrees of freedom */
		test.degrees = (of_a + of_b) * (of_a + of_b) /
			       (of_a * of_a / (double)(n_a - 1) +
				of_b * of_b / (double)(n_b - 1));
	return judge(test, sqrt(of_a + of_b));
}

struct t_test t_known(double difference, double error)
{
	const struct t_test test = { .n = 1, .n_least = 1, .mean = difference };
	return judge(test, error);
}

/* The wider of two: the test itself, and that of an error which is known, and so normal. */
static struct t_test no_surer_than(struct t_test test, double error)
{
	struct t_test known = test;
	known.degrees = 0;
	known = judge(known, error);
	bool is_wider = known.ci95.high - known.ci95.low > test.ci95.high - test.ci95.low;
	known.p = test.p = fmax(known.p, test.p);
	return is_wider ? known : test;
}

struct t_test t_with_resolution(struct t_test test, struct resolution step)
{
	bool is_fine = test.sd >= step.sd / 2;
	if (test.n < 2 || step.sd <= 0)
		return test;
	test = no_surer_than(test, step.sd / sqrt((double)test.n));
	test.sd = fmax(test.sd, step.sd);
	if (is_fine)
		return test;
	test.ci95.low = fmin(test.ci95.low, test.mean - step.bound);
	test.ci95.high = fmax(test.ci95.high, test.mean + step.bound);
	if (fabs(test.mean) <= step.bound)
		test.p = 1;
	return test;
}

struct t_test t_with_error(struct t_test test, double error, double degrees)
{
	double own = test.error * test.error, more = error * error;
	if (test.n < 2 || error <= 0)
		return test;
	double weights = test.degrees > 0 ? own * own / test.degrees : 0;
	if (degrees > 0)
		weights += more * more / degrees;
	test.degrees = weights > 0 ? (own + more) * (own + more) / weights : 0;
	return judge(test, sqrt(own + more));
}

double effect_size(struct t_test test)
{
	if (test.n < 2 || !is_spread(test.sd, test.mean))
		return 0;
	double correction = test.degrees > 0 ? 1 - 3 / (4 * test.degrees - 1) : 1;
	return test.mean / test.sd * correction;
}

struct order_effect order_effect(const double *values, const double *places, size_t n)
{
	struct order_effect effect = { 0, 1 };
	if (n < 4 || gsl_stats_variance(places, 1, n) == 0)
		return effect;
	double intercept, c00, c01, c11, squares;
	gsl_fit_linear(places, 1, values, 1, n, &intercept, &effect.slope, &c00, &c01, &c11,
		       &squares);
	double error = sqrt(c11);
	if (is_spread(error, effect.slope))
		effect.p = 2 * gsl_cdf_tdist_Q(fabs(effect.slope) / error, (double)(n - 2));
	return effect;
}

struct autocorrelation autocorrelation(const double *values, size_t n)
{
	if (n < 4 || !is_spread(gsl_stats_sd(values, 1, n), 0))
		return (struct autocorrelation){ 0, 1 };
	/* Not GSL's lag1: it divides by a running mean of squares. This is R's acf(). */
	double mean = gsl_stats_mean(values, 1, n), shared = 0, all = 0;
	for (size_t i = 0; i < n; i++) {
		all += (values[i] - mean) * (values[i] - mean);
		if (i > 0)
			shared += (values[i] - mean) * (values[i - 1] - mean);
	}
	double lag1 = shared / all;
	return (struct autocorrelation){ lag1, 2 * gsl_cdf_ugaussian_Q(fabs(lag1) *
								       sqrt((double)n)) };
}

/* The smallest p that is not yet done; done ones are negative. */
static size_t smallest(const double *p, size_t n)
{
	size_t found = n;
	for (size_t i = 0; i < n; i++)
		if (p[i] >= 0 && (found == n || p[i] < p[found]))
			found = i;
	return found;
}

void holm_adjust(double *p, size_t n)
{
	double least = 0;
	for (size_t left = n; left > 0; left--) {
		size_t i = smallest(p, n);
		least = fmax(least, fmin(1, (double)left * p[i]));
		p[i] = -1 - least; /* done; 0 would not show */
	}
	for (size_t i = 0; i < n; i++)
		p[i] = -1 - p[i];
}
