/* reports/statistics/paired.h - is there a difference? Tests on log ratios, one of each block.
 *
 * Within a block two things ran next to each other in an order that the seed chose. The
 * logarithm of their ratio is one observation: drift of the machine, which touches both, and
 * the instruments' common gain are not in it. Because the order is random, observations are
 * independent even where successive trials are not (R. A. Fisher, The Design of Experiments,
 * 1935; G. Box, W. Hunter, J. Hunter, Statistics for Experimenters, 2nd ed., ch. 3 and 4).
 * Pure; n values are given in the order of the blocks. */
#ifndef JOULECART_PAIRED_H
#define JOULECART_PAIRED_H
#include <stddef.h>

struct interval {
	double low, high;
};

/* Student's t of the mean, as R's t.test(). */
struct t_test {
	size_t n; /* 0: nothing; 1: mean alone, p = 1 and no interval (low = high = mean) */
	size_t n_least; /* fewer give no verdict */
	double mean, sd;
	double error; /* standard error of the mean */
	struct interval ci95;
	double degrees; /* of freedom; 0: the error is known, the law normal */
	double p;       /* two-sided, of mean = 0 */
};
struct t_test t_paired(const double *values, size_t n);

/* Welch's test of mean(b) - mean(a), for trials that share no block; sd is that of one
 * difference, sqrt(sd_a^2 + sd_b^2); n the smaller of the two. */
struct t_test t_welch(const double *a, size_t n_a, const double *b, size_t n_b);

/* Of one difference whose standard error is known, such as that of counting: the normal law. */
struct t_test t_known(double difference, double error);

/* What a meter cannot resolve in one difference: its standard deviation where the edges fall at
 * random, and the most that it can be. */
struct resolution {
	double sd, bound;
};

/* The same test, never surer than the meter: zero spread is not certainty. The interval is the wider of
 * its own and the normal law's with a standard error of step.sd / sqrt(n): what the steps add is known,
 * not estimated. Values that scatter less than half as much as the steps must make them scatter were
 * not read at random edges: all may err to one side, so the interval holds mean +- step.bound. */
struct t_test t_with_resolution(struct t_test test, struct resolution step);

/* Widens the test by a further standard error on as many degrees of freedom (0: it is known), as
 * Welch and Satterthwaite combine them. */
struct t_test t_with_error(struct t_test test, double error, double degrees);

/* Fewer give no verdict. Three pairs of noise of two levels, where the baseline ran twice, agree by
 * chance in 7 of 100 campaigns; of four or five all must lie on one side (randomised.h), and 5 of 100
 * are kept: doc/statistics.md. Of two groups each must have three. */
enum { PAIRS_LEAST = 4, GROUP_LEAST = 3 };

/* Cohen's d of paired values, mean / sd, with Hedges' correction for small n (L. Hedges,
 * J. Educ. Stat. 6, 1981: 1 - 3 / (4 df - 1)). 0 when sd is 0 or n < 2. */
double effect_size(struct t_test test);

/* Does it matter who came first? places[i] is where the second of the pair ran less where the
 * first did. The slope of values on places, and its p (t, n - 2 degrees; 1 if all places are
 * alike or n < 4). */
struct order_effect {
	double slope; /* log ratio per place */
	double p;
};
struct order_effect order_effect(const double *values, const double *places, size_t n);

/* Lag-1 autocorrelation of the values, and p by its large-sample normal law (sd 1 / sqrt(n);
 * M. Bartlett, 1946); 0 and 1 for n < 4 or equal values. */
struct autocorrelation {
	double lag1;
	double p;
};
struct autocorrelation autocorrelation(const double *values, size_t n);

/* Holm's step-down correction of n p-values in place, as R's p.adjust(method = "holm")
 * (S. Holm, Scand. J. Stat. 6, 1979). */
void holm_adjust(double *p, size_t n);

#endif
