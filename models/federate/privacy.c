/* models/federate/privacy.c - see privacy.h. */
#include <config.h>

#include "models/federate/privacy.h"

#include <math.h>

/* Orders that are tried: 1 + 2^e, from 1.02 to 257; then between the neighbours of the best one. */
static const double least_exponent = -6.0, most_exponent = 8.0, coarse = 0.25, fine = 1e-4;

/* e^largest x sum: of terms too large or too small for a number by themselves. */
struct log_sum {
	double largest, sum;
};

static void add_term(struct log_sum *sum, double logarithm)
{
	if (logarithm > sum->largest) {
		sum->sum *= exp(sum->largest - logarithm);
		sum->largest = logarithm;
	}
	sum->sum += exp(logarithm - sum->largest);
}

/* ln E[(p(x) / g(x))^order] over x of the Gaussian g around 0, where p is g with all but the share, and with
 * the share the same around 1. By the trapezoidal rule, whose error falls exponentially here: the step is
 * small beside the Gaussian's deviation, and beside pi x noise^2, how far from the real axis p / g is 0. */
static double log_moment(double share, double noise, double order)
{
	const double tail = 12.0 * noise; /* e^-72 of the largest at its ends */
	const double step = noise * fmin(1.0, noise) / 3.0;
	const double variance = noise * noise;
	struct log_sum sum = { .largest = -INFINITY };
	double points = ceil((order + 2.0 * tail) / step);
	for (double i = 0.0; i <= points; i++) {
		double x = i * step - tail, exponent = (x - 0.5) / variance;
		/* of the mixture's two parts the larger one is taken out */
		double ratio = exponent < 0.0
				   ? log1p(share * expm1(exponent))
				   : exponent + log1p((1.0 - share) * expm1(-exponent));
		add_term(&sum, order * ratio - x * x / (2.0 * variance));
	}
	return sum.largest + log(sum.sum * step / (noise * sqrt(2.0 * M_PI)));
}

double privacy_divergence(double share, double noise, double order)
{
	if (share >= 1.0)
		return order / (2.0 * noise * noise);
	return log_moment(share, noise, order) / (order - 1.0);
}

/* By the divergence of order 1 + 2^exponent; each gives a bound. */
static double epsilon_by(const struct private_rounds *rounds, double noise, double exponent)
{
	double above = exp2(exponent), order = 1.0 + above;
	return (double)rounds->rounds * privacy_divergence(rounds->share, noise, order) +
	       log(above / order) - (log(rounds->delta) + log(order)) / above;
}

/* The least between two exponents, by golden section. */
static double refine(const struct private_rounds *rounds, double noise, double low,
		     double high)
{
	const double golden = (sqrt(5.0) - 1.0) / 2.0;
	double left = high - golden * (high - low), right = low + golden * (high - low);
	double at_left = epsilon_by(rounds, noise, left);
	double at_right = epsilon_by(rounds, noise, right);
	while (high - low > fine) {
		if (at_left < at_right) {
			high = right;
			right = left;
			at_right = at_left;
			left = high - golden * (high - low);
			at_left = epsilon_by(rounds, noise, left);
		} else {
			low = left;
			left = right;
			at_left = at_right;
			right = low + golden * (high - low);
			at_right = epsilon_by(rounds, noise, right);
		}
	}
	return fmin(at_left, at_right);
}

double privacy_epsilon(const struct private_rounds *rounds, double noise)
{
	double least = INFINITY, at = least_exponent;
	if (noise <= 0.0)
		return INFINITY;
	for (double e = least_exponent; e <= most_exponent; e += coarse) {
		double epsilon = epsilon_by(rounds, noise, e);
		if (epsilon < least) {
			least = epsilon;
			at = e;
		}
	}
	return fmax(fmin(least, refine(rounds, noise, at - coarse, at + coarse)), 0.0);
}

double privacy_noise(const struct private_rounds *rounds, double epsilon)
{
	const double step = 1e-4, most = 1e6;
	double low = 0.0, high = 1.0;
	while (privacy_epsilon(rounds, high) > epsilon && high < most)
		high *= 2.0;
	if (high >= most)
		return INFINITY;
	while (high - low > step / 2.0) {
		double middle = (low + high) / 2.0;
		if (privacy_epsilon(rounds, middle) > epsilon)
			low = middle;
		else
			high = middle;
	}
	return ceil(high / step) * step;
}
