/* reports/render/render-json.c - one JSON object. Its keys may only grow; "schema" changes when one
 * of them changes its meaning. Units are in the keys; what is not known is null, and a reason
 * stands beside it. */
#include <config.h>

#include "reports/account/account-show.h"
#include "reports/campaign/standing.h"
#include "reports/figure/figure-json.h"
#include "reports/figure/json-text.h"
#include "reports/render/render.h"
#include "reports/signed/signatures.h"
#include "reports/stated/stated-show.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* Null where there is no figure; jansson would refuse a NaN. */
static json_t *real_or_null(bool is_known, double value)
{
	return is_known ? json_real(value) : json_null();
}

/* Null: no events were counted. */
static json_t *json_ratios(const struct ratios *ratios)
{
	if (!ratios->scope)
		return json_null();
	json_t *object = json_pack("{s:s}", "scope", ratios->scope);
	for (int i = 0; i < N_RATIOS; i++)
		json_object_set_new(
		    object, ratio_name((enum ratio)i),
		    real_or_null(!isnan(ratios->values[i]), ratios->values[i]));
	return object;
}

/* Every figure of v_figure by its name; null: no trial counts. */
static json_t *json_figures(const struct figure_group *group)
{
	json_t *object = group ? json_object() : json_null();
	for (int kind = 0; group && kind < N_FIGURE_KINDS; kind++)
		json_object_set_new(object, figure_kind_word((enum figure_kind)kind),
				    json_figure(group->figures[kind]));
	return object;
}

static json_t *json_unit(const struct unit_row *row)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "unit", row->unit, "n",
			 row->n > 0 ? json_integer(row->n) : json_null(), "joules_per_unit",
			 json_figure(row->joules), "queries_per_unit",
			 real_or_null(row->queries > 0, row->queries), "gco2e_per_unit",
			 json_figure(row->grams), "gco2e_has_embodied", row->has_embodied,
			 "training_gco2e_per_unit", json_figure(row->training_g),
			 "gco2e_per_unit_with_training", json_figure(row->all_g));
}

/* A year of sessions at that traffic; nothing without it. */
static void add_year(const struct model_row *row, const struct unit_row *unit,
		     double per_day, json_t *object)
{
	if (per_day <= 0 || strcmp(unit->unit, UNIT_SESSIONS) != 0)
		return;
	struct unit_year year = unit_year_of(unit, row->per_query, per_day);
	json_object_set_new(object, "per_day", json_real(per_day));
	json_object_set_new(object, "kwh_per_year", json_figure(year.kwh));
	json_object_set_new(object, "kgco2e_per_year", json_figure(year.kg));
}

static json_t *json_units(const struct model_row *row, double per_day)
{
	json_t *list = json_array();
	const struct unit_list *units = &row->units;
	for (size_t i = 0; i < units->n; i++) {
		json_t *one = json_unit(&units->rows[i]);
		add_year(row, &units->rows[i], per_day, one);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *json_gap(const struct quality_gap *gap)
{
	if (!gap->is_known)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:f, s:b}", "kind", json_text(gap->kind), "low",
			 json_text(gap->low), "high", json_text(gap->high), "difference",
			 gap->points, "is_shown", gap->is_shown);
}

static json_t *json_row(const struct model_campaign *campaign, const struct model_row *row,
			double per_day)
{
	json_t *quality = json_object();
	for (size_t i = 0; i < row->n_qualities; i++)
		json_object_set_new(quality, row->qualities[i].name,
				    json_real(row->qualities[i].mean));
	return json_pack(
	    "{s:I, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
	    "s:o, s:o, s:{s:o, s:o}, s:o}",
	    "campaign", (json_int_t)campaign->campaign_id, "variant", row->variant, "job",
	    row->job, "trials", (json_int_t)row->n_trials, "usable_trials",
	    (json_int_t)row->n_usable, "queries",
	    row->queries > 0 ? json_integer(row->queries) : json_null(), "queries_reason",
	    json_text_or_null(row->queries > 0 ? NULL
			      : row->joules_per_query.reason
				  ? row->joules_per_query.reason
				  : "no trial reports how many queries it served"),
	    "joules_per_query", json_figure(row->joules_per_query), "joules_per_run",
	    json_figure(row->joules_per_run), "seconds_per_run",
	    json_plain_figure(row->seconds), "gco2e_per_1000_queries",
	    json_figure(row->grams_per_1000_queries), "gco2e_per_run",
	    json_figure(row->grams_per_run), "ratio_to_baseline",
	    json_plain_figure(row->ratio), "training_joules", json_figure(row->training_j),
	    "quality", quality, "largest_gap", json_gap(&row->gap), "events",
	    json_ratios(&row->ratios), "figures", "per_query", json_figures(row->per_query),
	    "per_run", json_figures(row->per_run), "units", json_units(row, per_day));
}

static json_t *json_factor(const struct model_campaign *campaign)
{
	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:b, s:o, s:o, s:o,"
			 " s:o}",
			 "zone", campaign->zone, "zone_assumed", campaign->zone_assumed,
			 "zone_name", json_text_or_null(campaign->zone_name), "g_per_kwh",
			 real_or_null(campaign->g_per_kwh > 0, campaign->g_per_kwh), "year",
			 campaign->factor_year ? json_integer(campaign->factor_year)
					       : json_null(),
			 "boundary", json_text_or_null(campaign->factor_boundary), "source",
			 json_text_or_null(campaign->factor_source), "licence",
			 json_text_or_null(campaign->factor_licence), "pue", campaign->pue,
			 "pue_assumed", campaign->pue_assumed, "psu_efficiency",
			 real_or_null(campaign->psu > 0, campaign->psu), "scope",
			 json_text_or_null(campaign->factor_scope), "method",
			 json_text_or_null(campaign->factor_method), "basis",
			 json_text_or_null(campaign->factor_basis));
}

static json_t *json_notes(const struct note_list *notes)
{
	json_t *list = json_array();
	for (size_t i = 0; i < notes->n; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "kind", notes->notes[i].kind,
						"text", notes->notes[i].text));
	return list;
}

static json_t *json_host(const struct model_campaign *campaign)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "cpu_model",
			 json_text_or_null(campaign->cpu_model), "hypervisor",
			 json_text_or_null(campaign->hypervisor), "kernel",
			 json_text_or_null(campaign->kernel), "governor",
			 json_text_or_null(campaign->governor));
}

/* Lateness: from a tick's deadline to its begin, of the worst trial. */
static json_t *json_sampling(const struct sampling *sampling)
{
	if (!sampling->is_known)
		return json_null();
	return json_pack(
	    "{s:I, s:I, s:I, s:I, s:I, s:f, s:o, s:o, s:o, s:o, s:o}", "ticks",
	    (json_int_t)sampling->ticks, "missed", (json_int_t)sampling->missed,
	    "late_p50_ns", (json_int_t)sampling->late_p50_ns, "late_p99_ns",
	    (json_int_t)sampling->late_p99_ns, "late_max_ns",
	    (json_int_t)sampling->late_max_ns, "cpu_s", sampling->cpu_s,
	    "why_not_real_time", json_text_or_null(sampling->why_not_real_time),
	    "why_not_pinned", json_text_or_null(sampling->why_not_pinned), "slowdown",
	    real_or_null(sampling->slowdown.is_known, sampling->slowdown.value),
	    "slowdown_low",
	    real_or_null(sampling->slowdown.is_known, sampling->slowdown.low),
	    "slowdown_high",
	    real_or_null(sampling->slowdown.is_known, sampling->slowdown.high));
}

/* As it was stored, if that is JSON. */
static json_t *json_command(const char *text)
{
	json_t *command = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	return command ? command : json_text(text);
}

static json_t *json_campaign(const struct model_campaign *campaign)
{
	return json_pack(
	    "{s:I, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:I, s:I, s:f, s:o, s:o, s:o, s:s, "
	    "s:o}",
	    "campaign", (json_int_t)campaign->campaign_id, "uuid", campaign->uuid, "kind",
	    campaign->kind, "begin_utc", json_text_or_null(campaign->begin_utc),
	    "tool_version", campaign->tool_version, "git_revision",
	    json_text_or_null(campaign->git_revision), "command_line",
	    json_command(campaign->command_line), "host", json_host(campaign), "trials",
	    (json_int_t)campaign->n_trials, "usable_trials", (json_int_t)campaign->n_usable,
	    "trial_seconds", campaign->wall_s, "own_cpu_s",
	    real_or_null(campaign->has_own_cost, campaign->own_cpu_s), "sampler",
	    json_sampling(&campaign->sampling), "carbon_factor", json_factor(campaign),
	    "baseline", campaign->baseline, "notes", json_notes(&campaign->notes));
}

static json_t *json_report(const struct report *report)
{
	json_t *campaigns = json_array(), *variants = json_array();
	bool has_own_cost = false;
	double own_cpu_s = 0;
	for (size_t i = 0; i < report->n_campaigns; i++) {
		const struct model_campaign *campaign = &report->campaigns[i];
		own_cpu_s += campaign->own_cpu_s;
		has_own_cost |= campaign->has_own_cost;
		json_array_append_new(campaigns, json_campaign(campaign));
		for (size_t j = 0; j < campaign->n_rows; j++)
			json_array_append_new(variants,
					      json_row(campaign, &campaign->rows[j],
						       report->sessions_per_day));
	}
	json_t *accounts = report->accounts ? json_loads(report->accounts, 0, NULL)
					    : json_null();
	json_t *head = json_pack("{s:s, s:o}", "schema", "joulecart-report-1", "database",
				 json_text_or_null(report->path));
	standing_json(report->standing, head);
	json_object_set_new(head, "signatures",
			    report->signatures ? signatures_json(report->signatures)
					       : json_null());
	stated_json(report->stated, head);
	json_t *figures = json_pack(
	    "{s:o, s:o, s:o, s:o, s:o, s:o}", "campaigns", campaigns, "variants", variants,
	    "own_cpu_s", real_or_null(has_own_cost, own_cpu_s), "carbon_accounts", accounts,
	    "hourly_matching",
	    report->matching ? matching_json(report->matching) : json_null(), "exclusions",
	    report->exclusions ? exclusions_json(report->exclusions) : json_null());
	json_object_update(head, figures);
	json_decref(figures);
	return head;
}

static int render_json(const struct report *report, FILE *out)
{
	json_t *object = json_report(report);
	return json_print(object, JSON_INDENT(2) | JSON_REAL_PRECISION(9), out);
}

const struct renderer renderer_json = { "json", render_json };
