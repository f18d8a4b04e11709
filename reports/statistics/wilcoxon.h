/* reports/statistics/wilcoxon.h - the same question by ranks: an outlier weighs no more than any other
 * trial. Pure. */
#ifndef JOULECART_WILCOXON_H
#define JOULECART_WILCOXON_H
#include "reports/statistics/paired.h"

#include <stdbool.h>

/* Wilcoxon's signed-rank test of values about 0, as R's wilcox.test(): zeros are left out;
 * exact below 50 values without ties, else the normal approximation with correction for ties
 * and continuity (M. Hollander, D. Wolfe, Nonparametric Statistical Methods, ch. 3).
 * shift is Hodges and Lehmann's: the median of the means of all pairs of values, with its 95 %
 * interval by the same distribution (exact: at least 95 %; too few values for one: all that
 * the values allow). */
struct wilcoxon {
	double statistic; /* V: the sum of the ranks of positive values */
	double p;         /* two-sided; 1 if all are zero */
	bool is_exact;
	double shift;
	struct interval ci95;
};

/* Returns 0, or -1: no memory. n is at least 1. */
int wilcoxon_signed_rank(const double *values, size_t n, struct wilcoxon *result);

#endif
