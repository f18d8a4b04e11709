/* reports/statistics/stats.h - what several trials say together.
 *
 * Two doubts are kept apart and combined at the end, in quadrature:
 *   repeatability   Student's t interval (95 %) of the mean over the trials, which are taken
 *                   as independent draws: t(0.975, n - 1) * sd / sqrt(n)
 *   instrument      expanded uncertainty (k = 2, about 95 %) of each trial's figure. A gain
 *                   errs alike in every trial, so averaging does not lessen it: its share in
 *                   the mean is the mean of the trials' half-widths, per side
 * No state, no errors; n is at least 1. */
#ifndef JOULECART_STATS_H
#define JOULECART_STATS_H
#include <stddef.h>
#include <stdint.h>

/* One trial's figure with its own interval, low <= value <= high. */
struct observation {
	double value, low, high;
	int64_t block; /* trials of one block were run next to each other */
};

struct estimate {
	double mean;
	double low, high; /* 95 % */
};

/* Mean with both doubts; one trial shows no spread: the caller says so. low is never below 0:
 * energies are not negative. */
struct estimate estimate_mean(const struct observation *trials, size_t n);

#endif
