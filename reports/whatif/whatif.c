/* reports/whatif/whatif.c - see whatif.h. */
#include <config.h>

#include "reports/whatif/whatif.h"

#include "base/problem.h"
#include "reports/campaign/standing.h"
#include "reports/figure/json-text.h"
#include "reports/sensitivity/tornado-show.h"
#include "reports/whatif/whatif-json.h"
#include "reports/whatif/whatif-text.h"
#include "schema/database/migrate.h"

#include <jansson.h>

static int add_json(sqlite3 *db, const struct whatif_options *options,
		    const struct whatif *whatif, const struct tornado *tornado,
		    struct arena *arena, json_t *list, struct problem *why)
{
	struct device_comparison both;
	if (options->device && device_compare(db, whatif, options, arena, &both, why) != 0)
		return -1;
	json_t *campaign = whatif_json(whatif, options->per_year);
	if (options->device)
		json_object_set_new(campaign, "device", device_json(&both, options->bytes));
	if (options->sensitivity)
		json_object_set_new(campaign, "sensitivity", tornado_json(tornado));
	json_array_append_new(list, campaign);
	return 0;
}

/* All campaigns into *list, or printed one after the other. */
static int each_campaign(sqlite3 *db, const struct whatif_options *options,
			 const struct report *report, struct arena *arena, FILE *out,
			 json_t *list, struct problem *why)
{
	for (size_t i = 0; i < report->n_campaigns; i++) {
		struct whatif whatif;
		struct tornado tornado = { 0 };
		if (whatif_read(db, options, &report->campaigns[i], arena, &whatif, why) !=
		    0)
			return -1;
		if (!list && report->n_campaigns > 1)
			fprintf(out, "%s campaign %lld", i ? "\n" : "",
				(long long)report->campaigns[i].campaign_id);
		if (options->sensitivity &&
		    tornado_read(db, &report->campaigns[i], arena, &tornado) != 0)
			return store_problem(db, "read", options->path, why);
		int code = list ? add_json(db, options, &whatif, &tornado, arena, list, why)
				: whatif_text(&whatif, options, db, arena, out, why);
		if (code == 0 && !list && options->sensitivity)
			code = tornado_text(&tornado, arena, out);
		if (code != 0)
			return -1;
	}
	return 0;
}

int whatif_print(sqlite3 *db, const struct whatif_options *options, FILE *out,
		 struct problem *why)
{
	const struct report *report = report_read(db, options->campaign_id, options->path,
						  why);
	struct arena *arena = report ? arena_new() : NULL;
	json_t *list = options->form == TABLE_JSON ? json_array() : NULL;
	int code = arena ? 0 : -1;
	if (code == 0 && options->device) /* before anything is printed */
		code = device_check(db, options->device, arena, why);
	if (code == 0)
		code = each_campaign(db, options, report, arena, out, list, why);
	if (code == 0 && list) {
		json_t *root = json_pack("{s:s, s:O}", "schema", "joulecart-whatif-1",
					 "campaigns", list);
		standing_json(options->standing, root);
		json_print(root, JSON_INDENT(2) | JSON_REAL_PRECISION(9), out);
	}
	if (code == 0 && !list && options->standing)
		standing_text(options->standing, out);
	json_decref(list);
	arena_free(arena);
	report_free(report);
	return code;
}
