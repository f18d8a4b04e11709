/* profiler/compress/compress-json.c - see compress-text.h. */
#include <config.h>

#include "profiler/compress/compress-text.h"
#include "reports/figure/json-text.h"

#include <jansson.h>
#include <math.h>

static const char *verdict_word(enum verdict_kind verdict)
{
	static const char *const words[] = {
		[VERDICT_UNDECIDED] = "cannot-tell",
		[VERDICT_FITS] = "chosen",
		[VERDICT_COSTS_TOO_MUCH] = "over-budget",
		[VERDICT_TOO_BAD] = "below-limit",
		[VERDICT_BEATEN] = "fits",
		[VERDICT_FAILED] = "fails",
	};
	return words[verdict];
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *bounds_json(struct bounds bounds)
{
	return json_pack("{s:o, s:o, s:o}", "value", number(bounds.mean), "low",
			 number(bounds.low), "high", number(bounds.high));
}

static json_t *candidate_json(const struct searched *one,
			      const struct compress_options *options)
{
	struct bounds quality = one->quality;
	json_t *levels = json_object();
	for (size_t t = 0; t < options->techniques.n; t++) {
		const struct technique *technique = &options->techniques.techniques[t];
		json_object_set_new(levels, technique->name,
				    json_text(technique->values[one->point.level[t]]));
	}
	if (options->quality.is_lower_better)
		quality = (struct bounds){ -quality.mean, -quality.high, -quality.low };
	return json_pack("{s:o, s:s, s:I, s:o, s:o, s:o, s:o}", "levels", levels, "verdict",
			 verdict_word(one->verdict), "trials", (json_int_t)one->n_trials,
			 "cost", bounds_json(one->cost), "quality", bounds_json(quality),
			 "trials_needed",
			 one->more.trials > 0 ? number(one->more.trials) : json_null(),
			 "test_queries_needed",
			 one->more.queries > 0 ? number(one->more.queries) : json_null());
}

int compress_json(const struct compress_result *result,
		  const struct compress_options *options, FILE *out)
{
	const struct search_result *search = &result->search;
	double saved = result->mildest_j - result->chosen_j;
	bool is_paid_back = search->is_found && result->is_spent_known &&
			    result->chosen_j > 0 && saved > 0;
	json_t *candidates = json_array();
	for (size_t i = 0; i < search->n; i++)
		json_array_append_new(candidates,
				      candidate_json(&search->candidates[i], options));
	json_t *root = json_pack(
	    "{s:o, s:o, s:s, s:o, s:o, s:b, s:I, s:f, s:b, s:f, s:o, s:o, s:s, s:o}",
	    "budget", json_text(options->budget.text), "quality",
	    json_text(options->quality.name), "unit", options->budget.unit, "chosen",
	    search->is_found ? json_integer((json_int_t)search->chosen) : json_null(),
	    "nearest",
	    search->is_found || !search->has_nearest
		? json_null()
		: json_integer((json_int_t)search->nearest),
	    "stopped", search->is_stopped, "trials", (json_int_t)search->n_trials,
	    "search_joules", result->spent_j, "search_joules_complete",
	    (int)result->is_spent_known, "search_seconds", result->spent_s, "provenance",
	    result->spent_j > 0 ? json_text(provenance_word(result->weakest)) : json_null(),
	    "paid_back_after",
	    is_paid_back ? number(ceil(result->spent_j / saved)) : json_null(),
	    "paid_back_unit", result->is_per_query ? "query" : "run", "candidates",
	    candidates);
	return json_print(root, JSON_INDENT(2), out);
}
