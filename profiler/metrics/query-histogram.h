/* profiler/metrics/query-histogram.h - how joules per query spread over trials, by variant, as metrics.
 *
 * One value is one trial: its joules over its queries. Bounds are 1, 2 and 5 times powers of ten from 1 uJ to
 * 1 kJ. Each bucket remembers its last trial, by the UUID of the campaign and the trial's place in it. */
#ifndef JOULECART_QUERY_HISTOGRAM_H
#define JOULECART_QUERY_HISTOGRAM_H
#include "profiler/metrics/exposition.h"

struct query_histograms;

/* Beyond so many variants and provenances the rest are one, "(others)". */
enum { QUERY_HISTOGRAMS_MOST = 100 };

/* The caller's; NULL: no memory. */
struct query_histograms *query_histograms_new(void);
void query_histograms_free(struct query_histograms *histograms); /* takes NULL */

/* Longer names of variants are cut. */
enum { QUERY_VARIANT_SIZE = 128 };

struct query_value {
	const char *variant, *provenance; /* guarded */
	const char *campaign;             /* UUID */
	int64_t trial;                    /* its place in the campaign */
	double joules;                    /* per query; above 0 */
};
void query_histograms_add(struct query_histograms *histograms,
			  const struct query_value *value);

/* joulecart_query_joules {variant,provenance}; nothing before a trial was added. */
void query_histograms_print(const struct query_histograms *histograms, FILE *out,
			    enum exposition_form form);

#endif
