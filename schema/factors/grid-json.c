/* schema/factors/grid-json.c - intensities in JSON, as three services answer. See grid-parse.h. */
#include <config.h>

#include "base/problem.h"
#include "schema/factors/grid-parse.h"
#include "schema/factors/grid-series.h"
#include "schema/factors/grid-time.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* "a.b" of nested objects; NULL: not there. */
static json_t *member(json_t *object, const char *path)
{
	char name[32];
	const char *dot = strchr(path, '.');
	if (!dot)
		return json_object_get(object, path);
	snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
	return member(json_object_get(object, name), dot + 1);
}

static const char *text_of(json_t *object, const char *path)
{
	const char *text = json_string_value(member(object, path));
	return text ? text : "";
}

/* Where each thing is in one answer of the service. */
struct json_format {
	struct grid_format common;
	const char *list;  /* the array of points */
	const char *known; /* a member of its first point that no other format has */
	const char *time, *end, *value,
	    *instead;                  /* of a point; instead: where value is null */
	const char *zone;              /* of the whole answer */
	const char *scope, *estimated; /* of a point */
	const char *signal;            /* of the answer: what its values are */
};

static const struct json_format formats[] = {
	{ .common = { .name = "electricitymaps-json",
		      .publisher = "Electricity Maps",
		      .licence = "paid or free tier: the terms of your copy",
		      .unit = "gCO2eq/kWh",
		      .method = "average",
		      .basis = "consumption",
		      .g_per_kwh = 1,
		      .is_utc = true },
	  .list = "history",
	  .known = "carbonIntensity",
	  .time = "datetime",
	  .value = "carbonIntensity",
	  .zone = "zone",
	  .scope = "emissionFactorType",
	  .estimated = "isEstimated" },
	{ .common = { .name = "carbonintensity-uk-json",
		      .publisher = "NESO",
		      .licence = "CC BY 4.0 (NESO Carbon Intensity API)",
		      .unit = "gCO2/kWh",
		      .method = "average",
		      .scope = "direct",
		      .basis = "consumption",
		      .zone = "GB",
		      .g_per_kwh = 1,
		      .is_utc = true },
	  .list = "data",
	  .known = "intensity.forecast",
	  .time = "from",
	  .end = "to",
	  .value = "intensity.actual",
	  .instead = "intensity.forecast" },
	{ .common = { .name = "watttime-json",
		      .publisher = "WattTime",
		      .licence = "proprietary: your own copy",
		      .unit = "lbs_co2_per_mwh",
		      .scope = "direct",
		      .g_per_kwh = G_PER_KWH_OF_LB_PER_MWH,
		      .is_utc = true },
	  .list = "data",
	  .known = "point_time",
	  .time = "point_time",
	  .value = "value",
	  .zone = "meta.region",
	  .signal = "meta.signal_type" },
};

static const struct json_format *format_of(json_t *root)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (member(json_array_get(json_object_get(root, formats[i].list), 0),
			   formats[i].known))
			return &formats[i];
	return NULL;
}

/* WattTime's two signals answer different questions, in pounds both. */
static int read_signal(json_t *root, const struct json_format *format, const char **method,
		       struct problem *why)
{
	const char *signal = format->signal ? text_of(root, format->signal) : "";
	const char *units = text_of(root, "meta.units");
	*method = format->common.method;
	if (!format->signal)
		return 0;
	if (strcmp(signal, "co2_moer") == 0)
		*method = "marginal";
	else if (strcmp(signal, "co2_aoer") == 0)
		*method = "average";
	else
		return problem_why(
		    why, "its signal '%.40s' is neither co2_moer nor co2_aoer", signal);
	if (strcmp(units, "lbs_co2_per_mwh") != 0)
		return problem_why(why, "its unit '%.40s' is not lbs_co2_per_mwh", units);
	return 0;
}

static int bad_point(size_t index, const char *what, struct problem *why)
{
	return problem_why(why, "value %zu has no %s", index + 1, what);
}

static int read_point(json_t *object, size_t index, const struct json_format *format,
		      const char *method, struct grid_file *file, struct problem *why)
{
	const struct grid_format *common = &format->common;
	struct grid_point point = { .is_estimated = -1 };
	json_t *value = member(object, format->value);
	const char *scope = format->scope ? text_of(object, format->scope) : "";
	if (grid_time(text_of(object, format->time), common->is_utc, &point.begin_ns) ||
	    (format->end && grid_time(text_of(object, format->end), 1, &point.end_ns)))
		return bad_point(index, "time", why);
	if (format->estimated && member(object, format->estimated))
		point.is_estimated = json_is_true(member(object, format->estimated));
	if (format->instead) {
		point.is_estimated = !json_is_number(value);
		value = json_is_number(value) ? value : member(object, format->instead);
	}
	if (!value || json_is_null(value))
		return 0; /* a hole: coverage will show it */
	if (!json_is_number(value) || json_number_value(value) < 0)
		return bad_point(index, "intensity", why);
	point.g_per_kwh = json_number_value(value) * common->g_per_kwh;
	struct grid_series *series = grid_series_of(
	    file, method,
	    common->scope                     ? common->scope
	    : strcmp(scope, "direct") == 0    ? "direct"
	    : strcmp(scope, "lifecycle") == 0 ? "lifecycle"
					      : NULL,
	    common->basis);
	if (!series || !grid_series_add(series, point))
		return problem_why(why, "out of memory");
	return 0;
}

static int read_root(json_t *root, struct grid_file *file, struct problem *why)
{
	const struct json_format *format = format_of(root);
	const char *method;
	json_t *point;
	size_t i;
	if (!format) {
		problem_why(why, "it is of no format that joulecart knows");
		return problem_todo(why, "'man joulecart-factors' lists them");
	}
	grid_format_apply(&format->common, file);
	if (format->zone)
		snprintf(file->zone, sizeof(file->zone), "%.47s",
			 text_of(root, format->zone));
	if (read_signal(root, format, &method, why) != 0)
		return -1;
	json_array_foreach(json_object_get(root, format->list), i,
			   point) if (read_point(point, i, format, method, file, why) !=
				      0) return -1;
	return 0;
}

int grid_parse_json(const char *text, size_t size, struct grid_file *file,
		    struct problem *why)
{
	json_error_t error;
	json_t *root = json_loadb(text, size, 0, &error);
	if (!root)
		return problem_why(why, "line %d: %s", error.line, error.text);
	int code = read_root(root, file, why);
	json_decref(root);
	return code;
}
