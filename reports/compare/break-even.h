/* reports/compare/break-even.h - after how many queries does building a variant break even? Pure. */
#ifndef JOULECART_BREAK_EVEN_H
#define JOULECART_BREAK_EVEN_H
#include "reports/compare/build-cost.h"
#include "reports/figure/figure.h"
#include "reports/statistics/paired.h"

/* The joules of building over the joules saved with each query. saved: the mean over the blocks of the
 * baseline's joules less the variant's, so that the baseline's spread is in it with what it has in
 * common with the ratio. Both were read by the same instruments, whose gain cancels; so do the grid
 * factor and PUE, and grams break even after as many queries.
 *
 * The interval is that of the logarithm (delta method): the relative errors of building and saving in
 * quadrature, on Welch and Satterthwaite's degrees of freedom. There is none where the variant was
 * built fewer than BUILDS_LEAST times. Unknown, with the reason, where the interval of the log ratio
 * or of what is saved holds 0, or the cost of building is unknown. */
struct figure break_even_queries(const struct build_cost *cost, struct t_test saved,
				 struct t_test log_ratio);

#endif
