/* reports/account/account-show.c - see account-show.h. */
#include <config.h>

#include "reports/account/account-show.h"

#include "reports/figure/figure-json.h"
#include "reports/figure/json-text.h"
#include "schema/factors/grid-time.h"

#include <math.h>

static json_t *json_row(const struct matching_row *row)
{
	const struct matched *matched = &row->matched;
	double rest_g = matching_rest_g(row);
	return json_pack(
	    "{s:I, s:o, s:o, s:I, s:o, s:b, s:f, s:f, s:f, s:f, s:o, s:o, s:b, s:o, s:o}",
	    "campaign", (json_int_t)row->campaign_id, "variant", json_text(row->variant),
	    "job", json_text(row->job), "trials", (json_int_t)row->n_trials, "zone",
	    json_text(row->zone), "zone_has_certificates", row->is_zone_certified, "kwh",
	    matched->kwh, "matched_kwh", matched->matched_kwh, "matched_g",
	    matched->matched_g, "unmatched_kwh", row->unmatched_kwh, "unmatched_g",
	    json_real_or_null(rest_g), "unmatched_g_per_kwh",
	    json_real_or_null(row->rest_g_per_kwh), "unmatched_is_residual_mix",
	    row->is_residual, "unmatched_basis", json_text(row->rest_is), "scope2_market_g",
	    json_real_or_null(matched->matched_g + rest_g));
}

static json_t *json_certificate(const struct matching_certificate *one)
{
	char hour[GRID_TIME_SIZE];
	return json_pack(
	    "{s:o, s:s, s:o, s:o, s:f, s:f, s:f, s:o}", "certificate",
	    json_text(one->certificate), "hour", grid_time_text(one->offer.begin_ns, hour),
	    "zone", json_text(one->zone), "technology", json_text(one->technology),
	    "g_per_kwh", one->offer.g_per_kwh, "kwh", one->offer.kwh, "matched_kwh",
	    one->offer.matched_kwh, "file", json_text(one->file));
}

json_t *matching_json(const struct matching *matching)
{
	if (!matching->is_any)
		return json_null();
	json_t *rows = json_array(), *certificates = json_array();
	for (size_t i = 0; i < matching->n; i++)
		json_array_append_new(rows, json_row(&matching->rows[i]));
	for (size_t i = 0; i < matching->n_certificates; i++)
		json_array_append_new(certificates,
				      json_certificate(&matching->certificates[i]));
	return json_pack("{s:o, s:o}", "rows", rows, "certificates", certificates);
}

json_t *exclusions_json(const struct exclusions *exclusions)
{
	json_t *list = json_array();
	for (size_t i = 0; i < exclusions->n; i++) {
		const struct exclusion *one = &exclusions->rows[i];
		json_array_append_new(
		    list,
		    json_pack("{s:I, s:o, s:s, s:o, s:o, s:o}", "campaign",
			      (json_int_t)one->campaign_id, "component",
			      json_text(one->component), "share_of",
			      one->is_of_grams ? "grams" : "joules", "low",
			      json_real_or_null(one->is_known ? one->low : (double)NAN),
			      "high",
			      json_real_or_null(one->is_known ? one->high : (double)NAN),
			      "basis", json_text(one->basis)));
	}
	return list;
}

const char *matching_line(const struct matching_row *row, struct arena *arena)
{
	const struct matched *matched = &row->matched;
	const char *line = arena_format(arena,
					"scope 2, market-based by the hour, %s (%s): of "
					"%.3g kWh, certificates of the same "
					"hours match %.3g kWh (%.3g g)",
					row->variant, row->job, matched->kwh,
					matched->matched_kwh, matched->matched_g);
	if (!row->is_zone_certified)
		line = arena_format(arena, "%s, none of which is of zone %s", line,
				    row->zone);
	if (isnan(row->rest_g_per_kwh))
		return arena_format(arena,
				    "%s; not matched: %.3g kWh, without a factor (%s)",
				    line, row->unmatched_kwh, row->rest_is);
	return arena_format(arena, "%s; not matched: %.3g kWh (%.3g g, at %.4g g/kWh: %s)",
			    line, row->unmatched_kwh, matching_rest_g(row),
			    row->rest_g_per_kwh, row->rest_is);
}

static const char *listed(const char *list, const char *next, const char *between,
			  struct arena *arena)
{
	return list ? arena_format(arena, "%s%s%s", list, between, next) : next;
}

const char *exclusions_line(const struct exclusions *exclusions, int64_t campaign_id,
			    struct arena *arena)
{
	const char *known = NULL, *unknown = NULL;
	for (size_t i = 0; i < exclusions->n; i++) {
		const struct exclusion *one = &exclusions->rows[i];
		if (one->campaign_id != campaign_id)
			continue;
		if (!one->is_known)
			unknown = listed(unknown, one->component, ", ", arena);
		else
			known = listed(known,
				       arena_format(arena, "%s, %s", one->component,
						    exclusion_size(one, arena)),
				       "; ", arena);
	}
	if (unknown)
		known = listed(known, arena_format(arena, "of unknown size: %s", unknown),
			       "; ", arena);
	return known ? arena_format(arena, "not counted: %s", known) : NULL;
}
