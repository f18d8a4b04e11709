/* profiler/metrics/exposition.c - see exposition.h. */
#include <config.h>

#include "profiler/metrics/exposition.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

const char *exposition_content_type(enum exposition_form form)
{
	return form == EXPOSITION_OPENMETRICS
		   ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		   : "text/plain; version=0.0.4; charset=utf-8";
}

/* Whatever a sensor calls itself: UTF-8 on one line, with what the form asks to escape. */
static void put_value(FILE *out, const char *text)
{
	char line[256];
	text_line(text, line, sizeof(line));
	for (const char *c = line; *c; c++) {
		if (*c == '"' || *c == '\\')
			fputc('\\', out);
		fputc(*c, out);
	}
}

/* Those with a name, of n. */
static void put_labels(FILE *out, const struct exposition_label *labels, size_t n)
{
	bool is_first = true;
	for (size_t i = 0; i < n; i++) {
		if (!labels[i].name)
			continue;
		fprintf(out, "%s%s=\"", is_first ? "{" : ",", labels[i].name);
		put_value(out, labels[i].value);
		fputc('"', out);
		is_first = false;
	}
	if (!is_first)
		fputc('}', out);
}

static void put_sample(FILE *out, const char *name, const char *suffix,
		       const struct exposition_point *point, double value)
{
	fprintf(out, "%s%s", name, suffix);
	put_labels(out, point->labels, EXPOSITION_LABELS);
	fprintf(out, " %.15g\n", value);
}

static const char *suffix_of(enum exposition_type type)
{
	return type == EXPOSITION_COUNTER ? "_total"
	       : type == EXPOSITION_INFO  ? "_info"
					  : "";
}

static void put_head(FILE *out, enum exposition_form form,
		     const struct exposition_family *family)
{
	static const char *const types[] = { "counter", "gauge", "info", "histogram" };
	bool is_open = form == EXPOSITION_OPENMETRICS;
	bool is_info = family->type == EXPOSITION_INFO;
	const char *suffix = is_open ? "" : suffix_of(family->type);
	fprintf(out, "# TYPE %s%s %s\n", family->name, suffix,
		is_info && !is_open ? "gauge" : types[family->type]);
	if (is_open && family->unit)
		fprintf(out, "# UNIT %s %s\n", family->name, family->unit);
	fprintf(out, "# HELP %s%s %s\n", family->name, suffix, family->help);
}

static bool is_known(const struct exposition_point *point)
{
	return isfinite(point->value);
}

static bool has_created(const struct exposition_family *family,
			const struct exposition_point *point)
{
	return family->type == EXPOSITION_COUNTER && point->created_s > 0 &&
	       is_known(point);
}

/* The times of creation as the family of gauges that they are in the older form. */
static void put_created(FILE *out, const struct exposition_family *family,
			const struct exposition_point *points, size_t n)
{
	bool is_begun = false;
	for (size_t i = 0; i < n; i++) {
		if (!has_created(family, &points[i]))
			continue;
		if (!is_begun)
			fprintf(
			    out,
			    "# TYPE %s_created gauge\n"
			    "# HELP %s_created Since when %s_total counts, UNIX time.\n",
			    family->name, family->name, family->name);
		is_begun = true;
		put_sample(out, family->name, "_created", &points[i], points[i].created_s);
	}
}

void exposition_family(FILE *out, enum exposition_form form,
		       const struct exposition_family *family,
		       const struct exposition_point *points, size_t n)
{
	size_t n_known = 0;
	for (size_t i = 0; i < n; i++)
		n_known += is_known(&points[i]);
	if (n_known == 0)
		return;
	put_head(out, form, family);
	for (size_t i = 0; i < n; i++) {
		if (!is_known(&points[i]))
			continue;
		put_sample(out, family->name, suffix_of(family->type), &points[i],
			   points[i].value);
		if (form == EXPOSITION_OPENMETRICS && has_created(family, &points[i]))
			put_sample(out, family->name, "_created", &points[i],
				   points[i].created_s);
	}
	if (form == EXPOSITION_TEXT)
		put_created(out, family, points, n);
}

/* --- histograms ------------------------------------------------------------------------ */

/* "0.001", as both forms write a bound; the last has none. */
static void put_bucket(FILE *out, const char *name,
		       const struct exposition_histogram *histogram, size_t i, uint64_t n,
		       bool has_exemplar)
{
	struct exposition_label labels[EXPOSITION_LABELS + 1];
	char bound[32] = "+Inf";
	if (i + 1 < histogram->n)
		snprintf(bound, sizeof(bound), "%.15g", histogram->bounds[i]);
	memcpy(labels, histogram->labels, sizeof(histogram->labels));
	labels[EXPOSITION_LABELS] = (struct exposition_label){ "le", bound };
	fprintf(out, "%s_bucket", name);
	put_labels(out, labels, EXPOSITION_LABELS + 1);
	fprintf(out, " %" PRIu64, n);
	const struct exposition_exemplar *exemplar = &histogram->exemplars[i];
	if (has_exemplar && exemplar->labels[0].name) {
		fputs(" # ", out);
		put_labels(out, exemplar->labels, EXEMPLAR_LABELS);
		fprintf(out, " %.15g", exemplar->value);
	}
	fputc('\n', out);
}

static void put_histogram(FILE *out, enum exposition_form form, const char *name,
			  const struct exposition_histogram *histogram)
{
	struct exposition_point labelled = { .value = NAN };
	uint64_t n = 0;
	memcpy(labelled.labels, histogram->labels, sizeof(labelled.labels));
	for (size_t i = 0; i < histogram->n; i++) {
		n += histogram->counts[i];
		put_bucket(out, name, histogram, i, n, form == EXPOSITION_OPENMETRICS);
	}
	put_sample(out, name, "_sum", &labelled, histogram->sum);
	put_sample(out, name, "_count", &labelled, (double)n);
}

void exposition_histograms(FILE *out, enum exposition_form form,
			   const struct exposition_family *family,
			   const struct exposition_histogram *histograms, size_t n)
{
	if (n == 0)
		return;
	put_head(out, form, family);
	for (size_t i = 0; i < n; i++)
		put_histogram(out, form, family->name, &histograms[i]);
}

void exposition_end(FILE *out, enum exposition_form form)
{
	if (form == EXPOSITION_OPENMETRICS)
		fputs("# EOF\n", out);
}
