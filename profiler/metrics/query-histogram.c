/* profiler/metrics/query-histogram.c - see query-histogram.h. */
#include <config.h>

#include "profiler/metrics/query-histogram.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double bounds[] = { 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3,
				 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1,  0.2,  0.5,  1,    2,
				 5,    10,   20,   50,   100,  200,  500,  1000 };
enum { BUCKETS = sizeof(bounds) / sizeof(bounds[0]) + 1 };
enum { PROVENANCE = 16, UUID = 37, NUMBER = 24 };

struct source {
	char campaign[UUID], trial[NUMBER];
};

/* Of one variant and provenance. */
struct histogram {
	char variant[QUERY_VARIANT_SIZE], provenance[PROVENANCE];
	uint64_t counts[BUCKETS];
	struct source sources[BUCKETS];
	double values[BUCKETS]; /* of the exemplars */
	double sum;
};

struct query_histograms {
	size_t n;
	struct histogram items[QUERY_HISTOGRAMS_MOST + 1];
};

struct query_histograms *query_histograms_new(void)
{
	return calloc(1, sizeof(struct query_histograms));
}

void query_histograms_free(struct query_histograms *histograms)
{
	free(histograms);
}

static struct histogram *histogram_of(struct query_histograms *histograms,
				      const char *variant, const char *provenance)
{
	char name[QUERY_VARIANT_SIZE];
	/* as it is shown: two that show alike are one, for a page may not have a series twice */
	text_line(variant, name, sizeof(name));
	for (size_t i = 0; i < histograms->n; i++)
		if (strcmp(histograms->items[i].variant, name) == 0 &&
		    strcmp(histograms->items[i].provenance, provenance) == 0)
			return &histograms->items[i];
	if (histograms->n > QUERY_HISTOGRAMS_MOST)
		return &histograms->items[QUERY_HISTOGRAMS_MOST];
	struct histogram *fresh = &histograms->items[histograms->n++];
	bool is_rest = histograms->n > QUERY_HISTOGRAMS_MOST;
	snprintf(fresh->variant, sizeof(fresh->variant), "%s", is_rest ? "(others)" : name);
	snprintf(fresh->provenance, sizeof(fresh->provenance), "%s",
		 is_rest ? "" : provenance);
	return fresh;
}

void query_histograms_add(struct query_histograms *histograms,
			  const struct query_value *value)
{
	size_t bucket = 0;
	if (!(value->joules > 0) || !isfinite(value->joules))
		return;
	struct histogram *to = histogram_of(histograms, value->variant, value->provenance);
	while (bucket + 1 < BUCKETS && value->joules > bounds[bucket])
		bucket++;
	struct source *source = &to->sources[bucket];
	snprintf(source->campaign, sizeof(source->campaign), "%s", value->campaign);
	snprintf(source->trial, sizeof(source->trial), "%" PRId64, value->trial);
	to->values[bucket] = value->joules;
	to->counts[bucket]++;
	to->sum += value->joules;
}

static void lay_out(const struct histogram *item, struct exposition_exemplar *exemplars,
		    struct exposition_histogram *histogram)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		exemplars[i] = (struct exposition_exemplar){ .value = item->values[i] };
		if (item->counts[i] == 0)
			continue;
		exemplars[i].labels[0] =
		    (struct exposition_label){ "campaign_uuid", item->sources[i].campaign };
		exemplars[i].labels[1] =
		    (struct exposition_label){ "trial", item->sources[i].trial };
	}
	*histogram =
	    (struct exposition_histogram){ .labels = { { "variant", item->variant },
						       { "provenance", item->provenance } },
					   .n = BUCKETS,
					   .bounds = bounds,
					   .counts = item->counts,
					   .exemplars = exemplars,
					   .sum = item->sum };
}

void query_histograms_print(const struct query_histograms *histograms, FILE *out,
			    enum exposition_form form)
{
	static const struct exposition_family family = {
		"joulecart_query_joules", EXPOSITION_HISTOGRAM, "joules",
		"Joules per query of trials in campaigns that have ended, each trial once."
	};
	struct exposition_exemplar(*exemplars)[BUCKETS] = calloc(histograms->n + 1,
								 sizeof(*exemplars));
	struct exposition_histogram *shown = calloc(histograms->n + 1, sizeof(*shown));
	for (size_t i = 0; i < histograms->n && exemplars && shown; i++)
		lay_out(&histograms->items[i], exemplars[i], &shown[i]);
	if (exemplars && shown)
		exposition_histograms(out, form, &family, shown, histograms->n);
	free(exemplars);
	free(shown);
}
