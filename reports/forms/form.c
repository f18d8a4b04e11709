/* reports/forms/form.c - see form.h. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/format.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *form_stated(const struct form *form, enum stated stated)
{
	const char *value = form->wish->statement->values[stated];
	return value ? shown_text(value, form->arena) : NULL;
}

int form_need(const struct form *form, const enum stated *needed, size_t n,
	      struct problem *why)
{
	const char *missing = NULL, *meaning = NULL;
	for (size_t i = 0; i < n; i++) {
		if (form->wish->statement->values[needed[i]])
			continue;
		meaning = missing ? "" : stated_help(needed[i]);
		missing = missing
			      ? arena_format(form->arena, "%s, --%s", missing,
					     stated_key(needed[i]))
			      : arena_format(form->arena, "--%s", stated_key(needed[i]));
	}
	if (!missing)
		return 0;
	why->kind = PROBLEM_USAGE;
	problem_why(why, "the form asks for what no sensor knows%s%s", *meaning ? ": " : "",
		    meaning);
	return problem_todo(why, "give %s, or state it in report.ini beside the database",
			    missing);
}

int form_need_figure(struct figure figure, const char *name, struct problem *why)
{
	if (figure.is_known && isfinite(figure.value))
		return 0;
	return problem_refuse(why, "'joulecart report' shows what is known",
			      "%s is not known: %s", name,
			      figure.reason ? figure.reason : "no reason is given");
}

int form_need_training(const struct form *form, struct problem *why)
{
	if (form->training)
		return 0;
	return problem_refuse(why,
			      "measure one: joulecart bench, or run around it with "
			      "--activity training here",
			      "no training of '%s' was measured", form->variant);
}

json_t *form_text(const struct form *form, const char *text)
{
	return text ? json_string(shown_text(text, form->arena)) : json_null();
}

void form_add(const struct form *form, json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, form_text(form, text));
}

void form_add_stated(const struct form *form, json_t *object, const char *key,
		     enum stated stated)
{
	form_add(form, object, key, form_stated(form, stated));
}

const char *form_way(const struct form_activity *activity)
{
	return format_provenance(activity->run->figures[FIGURE_JOULES]);
}

static const char *interval_words(const struct form *form, struct figure figure)
{
	if (!figure.has_interval)
		return "no interval";
	return arena_format(form->arena, "95 %%: %.3g to %.3g", figure.low, figure.high);
}

/* ", read by powercap and nvml"; of an estimate nothing: nobody read it. */
static const char *read_by(const struct form *form, const struct form_activity *activity)
{
	const char *cpu = form->machine.cpu_way, *gpu = form->machine.gpu_way;
	if ((!cpu && !gpu) ||
	    provenance_is_estimate(activity->run->figures[FIGURE_JOULES].provenance))
		return "";
	return arena_format(
	    form->arena, ", read by %s%s%s", shown_text(cpu ? cpu : gpu, form->arena),
	    cpu && gpu ? " and " : "", cpu && gpu ? shown_text(gpu, form->arena) : "");
}

const char *form_comment(const struct form *form, const struct form_activity *activity)
{
	const struct figure *kwh = &activity->run->figures[FIGURE_KWH];
	const struct model_campaign *campaign = form->campaign;
	return arena_format(
	    form->arena,
	    "Energy at the sensors: %s%s. kWh of one run, mean of %lld run%s (%s), with "
	    "PUE "
	    "%g%s%s; grams by %g g/kWh of %s%s. %s alone, without that of the models it is "
	    "made from. %s%s%s",
	    form_way(activity), read_by(form, activity), (long long)activity->run->n,
	    activity->run->n == 1 ? "" : "s", interval_words(form, *kwh), campaign->pue,
	    campaign->pue_assumed ? " (assumed)" : "",
	    campaign->psu > 0 ? " and the power supply's loss" : "", campaign->g_per_kwh,
	    shown_text(campaign->zone, form->arena),
	    campaign->zone_assumed ? " (assumed)" : "",
	    strcmp(activity->name, "training") == 0 ? "This training" : "This serving",
	    form->wish->standing->seal.sentence,
	    *form->wish->standing->departures ? " Left aside: " : "",
	    form->wish->standing->departures);
}

double form_metric(const struct form_activity *activity, const char *name)
{
	for (size_t i = 0; i < activity->row->n_qualities; i++)
		if (strcmp(activity->row->qualities[i].name, name) == 0)
			return activity->row->qualities[i].mean;
	return NAN;
}

const char *form_now(const struct form *form)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	char *end = NULL, text[32];
	time_t now = fixed ? (time_t)strtoll(fixed, &end, 10) : time(NULL);
	struct tm utc;
	if (fixed && (end == fixed || *end))
		now = time(NULL);
	if (!gmtime_r(&now, &utc) ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		return "1970-01-01T00:00:00Z";
	return arena_string(form->arena, text);
}

const char *form_uuid(const struct form *form)
{
	const char *uuid = form->campaign->uuid;
	size_t i = 0;
	for (; uuid[i]; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (is_dash ? uuid[i] != '-'
			    : !isdigit((unsigned char)uuid[i]) &&
				  !(uuid[i] >= 'a' && uuid[i] <= 'f'))
			return NULL;
	}
	return i == 36 ? uuid : NULL;
}
