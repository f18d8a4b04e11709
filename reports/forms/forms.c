/* reports/forms/forms.c - see forms.h: reads the report once, chooses the model, and lets the form's own file fill it. */
#include <config.h>

#include "reports/forms/forms.h"

#include "base/problem.h"
#include "reports/campaign/variants.h"
#include "reports/figure/column-text.h"
#include "reports/figure/json-text.h"
#include "reports/figure/rows.h"
#include "reports/forms/form.h"
#include "schema/database/guard.h"

#include <string.h>

/* A number has a point: without, YAML reads 1e-7 as a text. A JSON string is one of YAML's. */
static void put_scalar(const json_t *value, FILE *out)
{
	if (json_is_real(value))
		fprintf(out, "%#.17g\n", json_real_value(value));
	else
		json_print_shown(json_incref((json_t *)(uintptr_t)value), JSON_COMPACT,
				 out);
}

/* The front matter of a model card is YAML; every other form is JSON. */
static int put_card(json_t *card, FILE *out)
{
	const char *key, *inner;
	json_t *value, *member;
	fputs("---\n", out);
	json_object_foreach(card, key, value)
	{
		fprintf(out, "%s:%s", key, json_is_object(value) ? "\n" : " ");
		if (!json_is_object(value))
			put_scalar(value, out);
		json_object_foreach(value, inner, member)
		{
			fprintf(out, "  %s: ", inner);
			put_scalar(member, out);
		}
	}
	fputs("---\n", out);
	json_decref(card);
	return 0;
}

static int put_json(json_t *object, FILE *out)
{
	return json_print_shown(object, JSON_INDENT(2), out);
}

static const struct {
	const char *name;
	form_fill *fill;
	int (*put)(json_t *value, FILE *out);
} formats[] = {
	{ "cyclonedx", form_cyclonedx, put_json }, { "spdx-ai", form_spdx, put_json },
	{ "boamps", form_boamps, put_json },       { "hf-card", form_hf_card, put_card },
	{ "mlperf", form_mlperf, put_json },       { "annex-xi", form_annex_xi, put_json },
	{ "sci-ai", form_sci, put_json },
};
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static size_t format_of(const char *name)
{
	size_t i = 0;
	while (i < N_FORMATS && strcmp(formats[i].name, name) != 0)
		i++;
	return i;
}

bool forms_has(const char *format)
{
	return format_of(format) < N_FORMATS;
}

/* --- which model ----------------------------------------------------------------------- */

static bool is_model(const struct model_row *row)
{
	return strcmp(row->job, "idle") != 0;
}

static bool is_named_before(const struct model_campaign *campaign, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (is_model(&campaign->rows[i]) &&
		    strcmp(campaign->rows[i].variant, campaign->rows[row].variant) == 0)
			return true;
	return false;
}

/* The variant that is wished for, or the only one; NULL with *why, which names them. */
static const char *choose_variant(const struct model_campaign *campaign, const char *wished,
				  struct arena *arena, struct problem *why)
{
	const char *chosen = NULL, *names = NULL;
	bool is_found = false, has_several = false;
	wished = guarded_text(wished, arena);
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		if (!is_model(row) || is_named_before(campaign, i))
			continue;
		is_found |= wished && strcmp(wished, row->variant) == 0;
		has_several = chosen != NULL;
		if (!names)
			names = row->variant;
		else if (strlen(names) < sizeof(why->why)) /* more is not shown */
			names = arena_format(arena, "%s, %s", names, row->variant);
		chosen = row->variant;
	}
	if (chosen && (is_found || (!wished && !has_several)))
		return is_found ? wished : chosen;
	why->kind = PROBLEM_USAGE;
	if (!chosen)
		problem_refuse(why, "name another one with --campaign",
			       "its campaign has no trial of a model");
	else if (wished)
		problem_refuse(why, "'joulecart report' lists them",
			       "its campaign has no variant '%s', but %s", wished, names);
	else
		problem_refuse(why, "name one with --variant",
			       "a form is of one model, and the campaign has %s", names);
	return NULL;
}

/* What a row is, or NULL: a command whose activity nobody said. */
static const char *activity_of(const struct model_row *row, const char *said)
{
	if (strcmp(row->job, "train") == 0)
		return "training";
	if (strcmp(row->job, "infer") == 0)
		return "inference";
	return said ? said : row->queries > 0 ? "inference" : NULL;
}

static int take_rows(struct form *form, const char *variant, struct problem *why)
{
	bool is_unsaid = false;
	for (size_t i = 0; i < form->campaign->n_rows; i++) {
		const struct model_row *row = &form->campaign->rows[i];
		if (!is_model(row) || strcmp(row->variant, variant) != 0)
			continue;
		const char *name = activity_of(row, form->wish->activity);
		is_unsaid |= !name;
		if (!name || !row->per_run)
			continue;
		struct form_activity *activity = arena_room(form->arena, sizeof(*activity));
		*activity = (struct form_activity){ name, row, row->per_run,
						    row->per_query };
		if (strcmp(name, "training") == 0)
			form->training = activity;
		else
			form->inference = activity;
	}
	form->chosen = form->inference ? form->inference : form->training;
	if (form->wish->activity)
		form->chosen = strcmp(form->wish->activity, "training") == 0
				   ? form->training
				   : form->inference;
	if (form->chosen)
		return 0;
	if (is_unsaid) {
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "say which with --activity",
				      "it is a command, which may train or infer");
	}
	return problem_refuse(why, "'joulecart report' says why",
			      "no trial of '%s' counts as %s", variant,
			      form->wish->activity ? form->wish->activity : "a run");
}

/* --- reading --------------------------------------------------------------------------- */

static const char machine_sql[] =
    "SELECT h.os, h.n_packages, c.rate_hz,"
    " (SELECT group_concat(DISTINCT k.collector) FROM channel k JOIN trial t"
    "  ON t.trial_id = k.trial_id WHERE t.campaign_id = ?1 AND k.counted"
    "  AND k.unit IN ('J', 'W') AND k.domain IS NOT 'gpu'),"
    " (SELECT group_concat(DISTINCT k.collector) FROM channel k JOIN trial t"
    "  ON t.trial_id = k.trial_id WHERE t.campaign_id = ?1 AND k.counted"
    "  AND k.unit IN ('J', 'W') AND k.domain = 'gpu'),"
    " (SELECT count(DISTINCT k.name) FROM channel k JOIN trial t"
    "  ON t.trial_id = k.trial_id WHERE t.campaign_id = ?1 AND k.counted"
    "  AND k.unit IN ('J', 'W') AND k.domain = 'gpu')"
    " FROM campaign c JOIN host h ON h.host_id = c.host_id WHERE c.campaign_id = ?1";

static void take_machine(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct form_machine machine = { .os = text_of(row, 0, reading),
					      .n_packages = count_or(row, 1, 0),
					      .rate_hz = sqlite3_column_double(row, 2),
					      .cpu_way = text_of(row, 3, reading),
					      .gpu_way = text_of(row, 4, reading),
					      .n_gpus = count_or(row, 5, 0) };
	arena_append(reading->arena, &machine, sizeof(machine));
}

static int read_machine(sqlite3 *db, struct form *form, struct problem *why)
{
	const struct list_reading reading = { .db = db,
					      .arena = form->arena,
					      .campaign_id = form->campaign->campaign_id };
	size_t n;
	if (each_row(&reading, machine_sql, take_machine) != 0)
		return guard_why(db, why);
	const struct form_machine *machines = rows_taken(&reading, sizeof(*machines), &n);
	if (n > 0)
		form->machine = machines[0];
	return 0;
}

static int fill(sqlite3 *db, const struct report *report, struct form *form, FILE *out,
		struct problem *why)
{
	size_t format = format_of(form->wish->format);
	problem_what(why, "cannot export as %s", form->wish->format);
	form->campaign = &report->campaigns[report->n_campaigns - 1];
	const char *variant = choose_variant(form->campaign, form->wish->variant,
					     form->arena, why);
	if (!variant || take_rows(form, variant, why) != 0 ||
	    read_machine(db, form, why) != 0)
		return -1;
	form->variant = shown_text(variant, form->arena);
	json_t *value = formats[format].fill(form, why);
	if (!value)
		return -1;
	return formats[format].put(value, out) == 0 ? 0 : problem_why(why, "out of memory");
}

int forms_write(sqlite3 *db, const struct form_wish *wish, FILE *out, struct problem *why)
{
	int64_t campaign_id = wish->campaign_id ? wish->campaign_id : campaign_newest(db);
	problem_what(why, "cannot export as %s", wish->format);
	if (campaign_id < 0)
		return guard_why(db, why);
	if (campaign_id == 0)
		return problem_refuse(why, "measure one: joulecart bench",
				      "the database has no campaign");
	struct form form = { .wish = wish, .arena = arena_new() };
	if (!form.arena)
		return problem_why(why, "out of memory");
	const struct report *report = report_read(db, campaign_id, wish->path, why);
	int code = report && report->n_campaigns > 0 ? fill(db, report, &form, out, why)
						     : -1;
	report_free(report);
	arena_free(form.arena);
	return code;
}
