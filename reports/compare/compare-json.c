/* reports/compare/compare-json.c - a comparison as one JSON object. Its keys may only grow; "schema"
 * changes when one of them changes its meaning. Ratios are to the baseline; what is not known
 * is null. */
#include <config.h>

#include "reports/campaign/standing.h"
#include "reports/compare/compare-export.h"
#include "reports/figure/figure-json.h"
#include "reports/figure/json-text.h"
#include "reports/statistics/test-power.h"

#include <jansson.h>
#include <math.h>

/* Of logarithms as ratios. */
static json_t *ratios(struct interval logs)
{
	return json_pack("[o,o]", json_real_or_null(exp(logs.low)),
			 json_real_or_null(exp(logs.high)));
}

static json_t *json_compared(const struct compared *compared)
{
	return json_pack(
	    "{s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "variant", compared->variant,
	    "campaign", (json_int_t)compared->campaign_id, "trials",
	    (json_int_t)compared->n_trials, "failed", (json_int_t)compared->n_failed,
	    "left_out", (json_int_t)compared->n_left_out, "left_out_reason",
	    json_text_or_null(compared->left_out_reason), "workload",
	    json_text_or_null(compared->workload), "joules", json_figure(compared->joules),
	    "quality", json_plain_figure(compared->quality));
}

static json_t *json_ranks(const struct difference *difference)
{
	const struct wilcoxon *ranks = &difference->wilcoxon;
	if (!difference->has_ranks)
		return json_null();
	return json_pack("{s:f, s:f, s:b, s:f, s:o}", "v", ranks->statistic, "p", ranks->p,
			 "is_exact", ranks->is_exact, "hodges_lehmann_ratio",
			 exp(ranks->shift), "hodges_lehmann_ci95", ratios(ranks->ci95));
}

static json_t *json_pairs(const struct difference *difference)
{
	json_t *pairs = json_array();
	for (size_t i = 0; difference->log_ratios && i < difference->n_pairs; i++)
		json_array_append_new(pairs,
				      json_pack("{s:I, s:f}", "block",
						(json_int_t)difference->blocks[i], "ratio",
						exp(difference->log_ratios[i])));
	return pairs;
}

static json_t *json_outliers(const struct difference *difference)
{
	json_t *blocks = json_array();
	for (size_t i = 0; i < difference->n_outliers; i++)
		json_array_append_new(
		    blocks, json_integer((json_int_t)difference->outliers[i].block));
	return blocks;
}

static json_t *json_change(struct change change)
{
	return change.is_known ? json_real_or_null(change.ratio) : json_null();
}

static json_t *json_why(const struct why *why)
{
	return json_pack(
	    "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "seconds",
	    json_change(why->seconds), "watts", json_change(why->watts), "cpu_seconds",
	    json_change(why->cpu_seconds), "instructions", json_change(why->instructions),
	    "instructions_per_cycle", json_change(why->per_cycle), "clock",
	    json_change(why->clock), "cpus_at_once", json_change(why->cores),
	    "cache_misses", json_change(why->cache_misses), "user_instructions",
	    json_change(why->user_instructions), "user_instructions_per_cycle",
	    json_change(why->user_per_cycle), "user_cache_misses",
	    json_change(why->user_cache_misses));
}

static const char *verdict_word(enum verdict verdict)
{
	return verdict == VERDICT_LESS   ? "less"
	       : verdict == VERDICT_MORE ? "more"
					 : "cannot tell";
}

static json_t *json_tests(const struct difference *difference)
{
	const struct t_test *t = &difference->t;
	return json_pack(
	    "{s:o, s:o, s:f, s:f, s:f, s:f, s:o, s:o, s:f, s:f, s:f, s:f, s:f}",
	    "randomisation_p",
	    difference->has_randomised ? json_real(difference->p_randomised) : json_null(),
	    "bca_ci95", difference->has_ranks ? ratios(difference->bca) : json_null(),
	    "t_p", t->p, "holm_p", difference->p_adjusted, "sd_log_ratio", t->sd, "degrees",
	    t->degrees, "wilcoxon", json_ranks(difference), "outlier_blocks",
	    json_outliers(difference), "effect_size", difference->effect_size,
	    "order_effect_log_ratio_per_place", difference->order.slope, "order_effect_p",
	    difference->order.p, "autocorrelation", difference->autocorrelation.lag1,
	    "autocorrelation_p", difference->autocorrelation.p);
}

static json_t *json_units(const struct unit_changes *units)
{
	json_t *list = json_array();
	for (size_t i = 0; i < units->n; i++) {
		const struct unit_change *change = &units->changes[i];
		json_t *ci95 = change->t.n > 1 ? ratios(change->t.ci95) : json_null();
		json_array_append_new(
		    list,
		    json_pack("{s:s, s:o, s:o, s:b, s:I, s:f, s:o}", "unit", change->unit,
			      "joules", json_figure(change->joules), "baseline_joules",
			      json_figure(change->baseline), "is_interleaved",
			      change->is_paired, "pairs", (json_int_t)change->n_pairs,
			      "ratio", exp(change->t.mean), "ci95", ci95));
	}
	return list;
}

static json_t *json_difference(const struct comparison *comparison,
			       const struct difference *difference)
{
	const struct t_test *t = &difference->t;
	const struct build_cost *cost = &difference->variant->cost;
	json_t *ci95 = t->n > 1 ? ratios(t->ci95) : json_null();
	json_t *needed = difference->pairs_needed
			     ? json_integer((json_int_t)difference->pairs_needed)
			     : json_null();
	return json_pack(
	    "{s:s, s:s, s:s, s:b, s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, "
	    "s:I, s:f, s:b, s:o, s:o}",
	    "variant", difference->variant->variant, "baseline",
	    comparison->compared[0].variant, "verdict", verdict_word(difference->verdict),
	    "is_interleaved", difference->is_paired, "pairs",
	    (json_int_t)difference->n_pairs, "ratio", exp(t->mean), "ci95", ci95, "tests",
	    json_tests(difference), "detectable_ratio",
	    t->n > 1 ? json_real_or_null(exp(difference->detectable)) : json_null(),
	    "pairs_needed", needed, "per_block", json_pairs(difference), "quality_change",
	    json_plain_figure(difference->quality_change), "quality_paired_queries",
	    (json_int_t)difference->n_paired_queries, "why", json_why(&difference->why),
	    "made_joules", json_figure(cost->joules), "made_times", (json_int_t)cost->n,
	    "made_parents_joules", cost->parents_j, "made_lacks_parent", cost->lacks_parent,
	    "paid_after_queries", json_plain_figure(difference->break_even), "units",
	    json_units(&difference->units));
}

static json_t *json_null_run(const struct comparison *comparison)
{
	if (comparison->null.n < 2)
		return json_null();
	return json_pack("{s:I, s:f, s:o, s:b}", "pairs", (json_int_t)comparison->null.n,
			 "ratio", exp(comparison->null.mean), "ci95",
			 ratios(comparison->null.ci95), "within_blocks",
			 comparison->is_null_within_blocks);
}

static json_t *json_comparison(const struct comparison *comparison)
{
	json_t *variants = json_array(), *differences = json_array();
	json_t *notices = json_array();
	for (size_t i = 0; i < comparison->n_compared; i++)
		json_array_append_new(variants, json_compared(&comparison->compared[i]));
	for (size_t i = 0; i + 1 < comparison->n_compared; i++)
		json_array_append_new(
		    differences, json_difference(comparison, &comparison->differences[i]));
	for (size_t i = 0; i < comparison->n_notices; i++)
		json_array_append_new(notices, json_text(comparison->notices[i]));
	bool is_estimate = comparison->provenance == PROVENANCE_ESTIMATED;
	json_t *object = json_pack(
	    "{s:s, s:o, s:o, s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
	    "joulecart-compare-1", "database", json_text_or_null(comparison->path),
	    "campaign",
	    comparison->campaign_id ? json_integer((json_int_t)comparison->campaign_id)
				    : json_null(),
	    "campaigns_of_these", (json_int_t)comparison->n_campaigns, "unit",
	    comparison->is_per_query ? "J/query" : "J/run", "provenance",
	    provenance_word(comparison->provenance), "warning",
	    json_text_or_null(is_estimate ? "estimated: only CPU time is compared" : NULL),
	    "quality_metric", json_text_or_null(comparison->quality_name), "variants",
	    variants, "differences", differences, "baseline_against_itself",
	    json_null_run(comparison), "notices", notices);
	standing_json(comparison->standing, object);
	return object;
}

int compare_json(const struct comparison *comparison, FILE *out)
{
	json_t *object = json_comparison(comparison);
	return json_print(object, JSON_INDENT(2) | JSON_REAL_PRECISION(12), out);
}
