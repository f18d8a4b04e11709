/* reports/statistics/bootstrap.h - the interval of a mean without assuming a distribution. Pure. */
#ifndef JOULECART_BOOTSTRAP_H
#define JOULECART_BOOTSTRAP_H
#include "reports/statistics/paired.h"

#include <stdint.h>

/* 2.5 % of one more, as Davison and Hinkley count, are a whole rank: the 250th. */
enum { BOOTSTRAP_RESAMPLES = 9999 };

/* BCa interval (95 %) of the mean: bias-corrected and accelerated (B. Efron, J. Am. Stat.
 * Assoc. 82, 1987; A. Davison, D. Hinkley, Bootstrap Methods and their Application, 1997,
 * sec. 5.3), as boot.ci(type = "bca") of R's package boot has it: quantiles of the resampled
 * means interpolated on the normal scale, acceleration from the influence values x - mean.
 * Resampling is by GSL's mt19937 from the seed: the same data give the same interval.
 * means, if not NULL, receives the n_resamples sorted means. Equal values: low = high.
 * Returns 0, or -1: no memory. */
int bootstrap_bca(const double *values, size_t n, size_t n_resamples, uint64_t seed,
		  double *means, struct interval *ci95);

#endif
