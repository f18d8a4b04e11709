/* reports/statistics/outliers.h - observations far from the others. Pure. */
#ifndef JOULECART_OUTLIERS_H
#define JOULECART_OUTLIERS_H
#include <stddef.h>

/* The indices of the values further from the median than 3.5 scaled median deviations
 * (B. Iglewicz, D. Hoaglin, How to Detect and Handle Outliers, 1993), into found, which has room
 * for n as `room` has. Returns how many; none of fewer than 5 values, or without deviation. */
size_t outliers_find(const double *values, size_t n, double *room, size_t *found);

#endif
