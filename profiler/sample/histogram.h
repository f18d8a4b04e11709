/* profiler/sample/histogram.h - how often which duration was seen, without allocation or sorting.
 *
 * Sixteen classes an octave: a quantile is at most 1/16 above the true one. */
#ifndef JOULECART_HISTOGRAM_H
#define JOULECART_HISTOGRAM_H
#include <stdint.h>

/* A class is 4.4 % wide, the error of a percentile; 64 octaves hold every int64_t. */
enum { HISTOGRAM_PER_OCTAVE = 16, HISTOGRAM_CLASSES = 64 * HISTOGRAM_PER_OCTAVE };

struct histogram {
	uint32_t counts[HISTOGRAM_CLASSES];
	int64_t n, max_ns;
};

/* A negative duration counts as 0. */
void histogram_add(struct histogram *histogram, int64_t ns);

/* The smallest bound that the share (0 to 1) of all durations does not exceed: the top of its
 * class, but never above the greatest that was seen. 0 when there is none. */
int64_t histogram_quantile(const struct histogram *histogram, double share);

#endif
