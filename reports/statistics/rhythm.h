/* reports/statistics/rhythm.h - samples at even distances of something that repeats itself: do the two keep
 * step? Then the samples meet the same few parts of each round, and counting them says less than
 * their number promises. */
#ifndef JOULECART_RHYTHM_H
#define JOULECART_RHYTHM_H
#include <stddef.h>
#include <stdint.h>

/* The kinds, below n_kinds, in the order in which they were sampled. Returns the standard error that the
 * share of a kind has on top of that of counting: 0 where no rhythm shows, at most 0.25. A rhythm that
 * equals the sampling's to within a round in the whole time cannot show, and is not found. NAN: no
 * memory. Pure. */
double rhythm_error(const uint32_t *kinds, size_t n, size_t n_kinds);

#endif
