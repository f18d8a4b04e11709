/* schema/factors/grid-json.c - intensities in JSON, as three services answer. See grid-parse.h. */
#include <config.h>

#include "base/number.h"
#include "base/problem.h"
#include "schema/factors/grid-parse.h"
#include "schema/factors/grid-series.h"
#include "schema/factors/grid-time.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* remedy: grid_file_parse() says where the forms of files are written down */

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
	const char *lists[3]; /* the array of points is one of these */
	const char *known[2]; /* a member of its first point that no other format has */
	const char *time, *end;
	const char *values[2]; /* of a point: the first that is there */
	const char *instead;   /* where that is null */
	const char *zone;      /* of the whole answer, or else of its first point */
	const char
	    *unit; /* of the answer or a point: how its unit begins, where it is said */
	const char *scope, *estimated; /* of a point */
	const char *signal;            /* of the answer: what its values are */
};

static const struct json_format formats[] = {
	{ .common = { .name = "electricitymaps-json",
		      GRID_ELECTRICITY_MAPS,
		      .licence = "paid or free tier: the terms of your copy" },
	  .lists = { "history", "data", "forecast" },
	  .known = { "carbonIntensity", "emissionFactorType" },
	  .time = "datetime",
	  .values = { "carbonIntensity", "value" },
	  .zone = "zone",
	  .unit = "gCO2",
	  .scope = "emissionFactorType",
	  .estimated = "isEstimated" },
	{ .common = { .name = "carbonintensity-uk-json", GRID_NESO },
	  .lists = { "data" },
	  .known = { "intensity.forecast" },
	  .time = "from",
	  .end = "to",
	  .values = { "intensity.actual" },
	  .instead = "intensity.forecast" },
	{ .common = { .name = "watttime-json",
		      GRID_WATTTIME }, /* its answer says the method */
	  .lists = { "data" },
	  .known = { "point_time" },
	  .time = "point_time",
	  .values = { "value" },
	  .zone = "meta.region",
	  .signal = "meta.signal_type" },
};

/* The array of its points, or NULL. */
static json_t *list_of(json_t *root, const struct json_format *format)
{
	for (size_t i = 0; i < 3 && format->lists[i]; i++)
		if (json_is_array(json_object_get(root, format->lists[i])))
			return json_object_get(root, format->lists[i]);
	return NULL;
}

static bool fits(json_t *root, const struct json_format *format)
{
	json_t *first = json_array_get(list_of(root, format), 0);
	for (size_t i = 0; i < 2 && format->known[i]; i++)
		if (member(first, format->known[i]))
			return true;
	return false;
}

static const struct json_format *format_of(json_t *root)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (fits(root, &formats[i]))
			return &formats[i];
	return NULL;
}

/* Other signals of the same service have answers of the same form: shares, prices, megawatts. */
static int check_unit(json_t *root, const struct json_format *format, struct problem *why)
{
	const char *unit = text_of(root, "unit");
	if (!*unit)
		unit = text_of(json_array_get(list_of(root, format), 0), "unit");
	if (!format->unit || !*unit ||
	    strncmp(unit, format->unit, strlen(format->unit)) == 0)
		return 0;
	return problem_why(why, "its unit '%.40s' is not %s", unit, format->common.unit);
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

static int bad_point(size_t index, const char *text, const char *what, struct problem *why)
{
	return problem_why(why, "value %zu: '%.40s' is no %s", index + 1, text, what);
}

/* Of a point: its value, or null where it has none. */
static json_t *value_of(json_t *object, const struct json_format *format,
			struct grid_point *point)
{
	json_t *value = NULL;
	for (size_t i = 0; i < 2 && format->values[i] && !value; i++)
		value = member(object, format->values[i]);
	if (!format->instead)
		return value;
	point->is_estimated = !json_is_number(value);
	return json_is_number(value) ? value : member(object, format->instead);
}

static const char *scope_of(json_t *object, const struct json_format *format)
{
	const char *scope = format->scope ? text_of(object, format->scope) : "";
	return format->common.scope              ? format->common.scope
	       : strcmp(scope, "direct") == 0    ? "direct"
	       : strcmp(scope, "lifecycle") == 0 ? "lifecycle"
						 : NULL;
}

/* What flows over borders is in Electricity Maps' values unless a point says that it is not. */
static const char *basis_of(json_t *object, const struct json_format *format)
{
	return json_is_false(member(object, "flowTraced")) ? "production"
							   : format->common.basis;
}

/* 0, or -1 with *why. A value that is missing is a hole: coverage will show it. */
static int read_value(json_t *value, double g_per_kwh, struct grid_point *point,
		      struct problem *why)
{
	char time[GRID_TIME_SIZE];
	point->g_per_kwh = NAN;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_number(value) || json_number_value(value) < 0 ||
	    !number_is_quantity(json_number_value(value) * g_per_kwh))
		return problem_why(why, "its value of %s is no intensity",
				   grid_time_text(point->begin_ns, time));
	point->g_per_kwh = json_number_value(value) * g_per_kwh;
	return 0;
}

static int read_point(json_t *object, size_t index, const struct json_format *format,
		      const char *method, struct grid_file *file, struct problem *why)
{
	const struct grid_format *common = &format->common;
	struct grid_point point = { .is_estimated = -1 };
	const char *time = text_of(object, format->time);
	const char *end = format->end ? text_of(object, format->end) : "";
	if (grid_time(time, common->is_utc, &point.begin_ns) != 0)
		return bad_point(index, time, "time", why);
	if (format->end && grid_time(end, 1, &point.end_ns) != 0)
		return bad_point(index, end, "time", why);
	if (format->estimated && member(object, format->estimated))
		point.is_estimated = json_is_true(member(object, format->estimated));
	json_t *value = value_of(object, format, &point);
	if (read_value(value, common->g_per_kwh, &point, why) != 0)
		return -1;
	struct grid_series *series = grid_series_of(file, method, scope_of(object, format),
						    basis_of(object, format));
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
	json_t *list = list_of(root, format);
	const char *zone = format->zone ? text_of(root, format->zone) : file->zone;
	if (format->zone && !*zone)
		zone = text_of(json_array_get(list, 0), format->zone);
	if (zone != file->zone)
		snprintf(file->zone, sizeof(file->zone), "%.47s", zone);
	if (check_unit(root, format, why) != 0 ||
	    read_signal(root, format, &method, why) != 0)
		return -1;
	json_array_foreach(list, i, point) if (read_point(point, i, format, method, file,
							  why) != 0) return -1;
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
