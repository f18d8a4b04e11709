/* reports/whatif/whatif-json.c - see whatif-json.h. */
#include <config.h>

#include "reports/whatif/whatif-json.h"

#include "reports/figure/figure-json.h"

static json_t *json_case(const struct whatif_case *with)
{
	return json_pack(
	    "{s:s, s:s?, s:s?, s:f, s:f, s:o, s:o, s:f, s:f, s:b}", "label", with->label,
	    "zone", with->zone, "scope", with->scope, "g_per_kwh", with->g_per_kwh, "pue",
	    with->pue, "psu_efficiency", with->psu > 0 ? json_real(with->psu) : json_null(),
	    "te_kg", with->te_kg > 0 ? json_real(with->te_kg) : json_null(), "life_years",
	    with->life_years, "share", with->share, "hourly", with->series != NULL);
}

static json_t *json_row(const struct whatif *whatif, const struct whatif_row *row,
			double per_year)
{
	json_t *list = json_array();
	for (size_t i = 0; i < whatif->n_cases; i++) {
		const struct hourly *hourly = &row->hourly[i];
		json_t *one = json_pack(
		    "{s:s, s:o, s:o, s:o, s:o}", "case", whatif->cases[i].label, "gco2e",
		    json_figure(row->grams[i]), "kwh", json_figure(row->kwh[i]), "o_g",
		    json_figure(row->o_g[i]), "m_g", json_figure(row->m_g[i]));
		if (whatif->cases[i].series)
			json_object_update_new(
			    one, json_pack("{s:f, s:f}", "g_per_kwh_own_clock",
					   hourly_g_per_kwh(hourly), "coverage",
					   hourly->covered / hourly->energy));
		if (per_year > 0)
			json_object_set_new(
			    one, "gco2e_per_year",
			    json_figure(
				row->is_per_query
				    ? figure_times(row->grams[i], per_year)
				    : figure_unknown("the run does not say how many "
						     "queries it served")));
		json_array_append_new(list, one);
	}
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "variant", row->variant, "job",
			 row->job, "per", row->is_per_query ? "query" : "run", "joules",
			 json_figure(row->energy_j), "cases", list);
}

json_t *whatif_json(const struct whatif *whatif, double per_year)
{
	json_t *cases = json_array(), *rows = json_array();
	for (size_t i = 0; i < whatif->n_cases; i++)
		json_array_append_new(cases, json_case(&whatif->cases[i]));
	for (size_t i = 0; i < whatif->n_rows; i++)
		json_array_append_new(rows, json_row(whatif, &whatif->rows[i], per_year));
	return json_pack("{s:I, s:o, s:o}", "campaign",
			 (json_int_t)whatif->campaign->campaign_id, "cases", cases, "rows",
			 rows);
}

static json_t *json_account(const struct device_account *account)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "compute_g", json_figure(account->compute),
			 "network_g", json_figure(account->network), "embodied_g",
			 json_figure(account->embodied), "total_g",
			 json_figure(account->total));
}

json_t *device_json(const struct device_comparison *both, double bytes)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:f, s:b, s:o, s:o}", "name",
			 both->profile.name, "variant", both->variant, "case", both->label,
			 "per", both->is_per_query ? "query" : "run", "bytes", bytes,
			 "joules_as_stored", both->is_as_stored, "cloud",
			 json_account(&both->cloud), "local", json_account(&both->local));
}
