/* profiler/metrics/exposition.h - families of metrics as text, in the two forms that Prometheus reads.
 *
 * OpenMetrics 1.0 (github.com/prometheus/OpenMetrics, specification) and the older text format
 * 0.0.4. What differs: a counter's family is named without "_total" in OpenMetrics and with it
 * in 0.0.4; only OpenMetrics has units, and a counter's time of creation beside its value; in
 * 0.0.4 that is a family of gauges of its own. An OpenMetrics text ends with exposition_end().
 * Pure: it prints to a stream and keeps nothing. Label values may be any text. */
#ifndef JOULECART_EXPOSITION_H
#define JOULECART_EXPOSITION_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum exposition_form { EXPOSITION_OPENMETRICS, EXPOSITION_TEXT };

/* What HTTP says of the text: a constant text, never NULL. */
const char *exposition_content_type(enum exposition_form form);

enum exposition_type {
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_INFO,
	EXPOSITION_HISTOGRAM
};

struct exposition_family {
	const char *name; /* without "_total" */
	enum exposition_type type;
	const char *unit; /* a base unit that the name ends with, or NULL */
	const char *help; /* one line, no backslash */
};

enum { EXPOSITION_LABELS = 6 };
struct exposition_label {
	const char *name, *value;
};

/* One sample. NAN as value: it is not known, and left out. */
struct exposition_point {
	struct exposition_label labels[EXPOSITION_LABELS]; /* those with a name */
	double value;
	double created_s; /* of a counter: since when it counts, UNIX time; 0: not told */
};

/* One of the values in a bucket, and where it is from; only OpenMetrics has these. All of its names
 * and values together have at most 128 characters, as that asks. */
enum { EXEMPLAR_LABELS = 2 };
struct exposition_exemplar {
	/* There is no exemplar where the first has no name. */
	struct exposition_label labels[EXEMPLAR_LABELS];
	double value;
};

struct exposition_histogram {
	struct exposition_label labels[EXPOSITION_LABELS];
	size_t n;                                    /* buckets; the last has no bound */
	const double *bounds;                        /* n - 1, rising: a bucket's most */
	const uint64_t *counts;                      /* n, each of its bucket alone */
	const struct exposition_exemplar *exemplars; /* n */
	double sum;
};

/* The family with its n histograms; nothing if there is none. */
void exposition_histograms(FILE *out, enum exposition_form form,
			   const struct exposition_family *family,
			   const struct exposition_histogram *histograms, size_t n);

/* The family with its n points; nothing if none of them is known. */
void exposition_family(FILE *out, enum exposition_form form,
		       const struct exposition_family *family,
		       const struct exposition_point *points, size_t n);
void exposition_end(FILE *out, enum exposition_form form);

#endif
