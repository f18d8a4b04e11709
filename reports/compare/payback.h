/* reports/compare/payback.h - after how many queries is the making of a variant paid back? Pure. */
#ifndef JOULECART_PAYBACK_H
#define JOULECART_PAYBACK_H
#include "reports/figure/figure.h"
#include "reports/statistics/paired.h"

/* made_j, the joules spent once, over the joules saved with each query, base_j * (1 - ratio):
 * ratio is exp(log_ratio.mean), its interval that of the t test. base_j and made_j were read by
 * the same instruments, whose gain cancels; what is left is the spread of the ratio, and of
 * made_j if it was made more than once (made_j.has_interval). The grid factor and PUE cancel
 * as well: grams are paid back after as many queries. Unknown, with the reason, where the
 * interval of the ratio holds 1 or lies above it, or made_j is unknown. */
struct figure payback_queries(struct figure made_j, double base_j, struct t_test log_ratio);

#endif
