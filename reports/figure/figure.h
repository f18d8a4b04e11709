/* reports/figure/figure.h - a number that can be defended: with its interval, how it was got, or why
 * it is missing. The unit is in the name of the field that holds the figure. */
#ifndef JOULECART_FIGURE_H
#define JOULECART_FIGURE_H
#include "reports/figure/provenance.h"

#include <stdbool.h>

struct figure {
	bool is_known;
	bool has_interval;
	double value;     /* meaningless unless is_known */
	double low, high; /* 95 %; meaningless unless has_interval */
	enum figure_provenance provenance;
	const char
	    *reason; /* why not known, or why without interval; NULL: nothing to say */
};

static inline struct figure figure_unknown(const char *reason)
{
	return (struct figure){ .reason = reason };
}

/* The figure in another unit, or of so many: value and interval times factor, which is > 0. */
static inline struct figure figure_times(struct figure figure, double factor)
{
	figure.value *= factor;
	figure.low *= factor;
	figure.high *= factor;
	return figure;
}

#endif
