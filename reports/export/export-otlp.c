/* reports/export/export-otlp.c - see export-otlp.h. */
#include <config.h>

#include "reports/export/export-otlp.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/json-text.h"
#include "reports/figure/rows.h"
#include "schema/database/guard.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the series of a channel is of, and where it was read. */
struct place {
	int64_t trial_id;
	const char *series;     /* "powercap/package-0" */
	const char *domain;     /* or NULL */
	const char *parent;     /* the series whose joules contain this one's, or NULL */
	const char *provenance; /* "measured" */
	bool is_counted;        /* in the total */
};

/* Of a trial: the machine, and which campaign. */
struct run {
	int64_t trial_id;
	const char *host, *uuid, *version;
};

struct request {
	const struct export_data *data;
	const struct place *places;
	const struct run *runs;
	size_t n_places, n_runs;
};

/* --- reading --------------------------------------------------------------------------- */

static const char places_sql[] =
    "SELECT c.trial_id, c.collector || '/' || c.name, c.domain,"
    " iif(c.inside IS NULL, NULL, c.collector || '/' || c.inside), c.provenance, c.counted"
    " FROM channel c WHERE c.unit IN ('J', 'W') AND ?1 = 0";

static void take_place(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct place place = { .trial_id = sqlite3_column_int64(row, 0),
				     .series = word_of(row, 1, reading),
				     .domain = text_of(row, 2, reading),
				     .parent = text_of(row, 3, reading),
				     .provenance = word_of(row, 4, reading),
				     .is_counted = sqlite3_column_int(row, 5) != 0 };
	arena_append(reading->arena, &place, sizeof(place));
}

static const char runs_sql[] =
    "SELECT t.trial_id, h.hostname, c.uuid, c.tool_version FROM trial t"
    " JOIN campaign c ON c.campaign_id = t.campaign_id"
    " LEFT JOIN host h ON h.host_id = c.host_id WHERE ?1 = 0 ORDER BY t.trial_id";

static void take_run(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct run run = { .trial_id = sqlite3_column_int64(row, 0),
				 .host = text_of(row, 1, reading),
				 .uuid = word_of(row, 2, reading),
				 .version = word_of(row, 3, reading) };
	arena_append(reading->arena, &run, sizeof(run));
}

static int by_place(const void *key, const void *item)
{
	const struct place *a = key, *b = item;
	int order = (a->trial_id > b->trial_id) - (a->trial_id < b->trial_id);
	return order ? order : strcmp(a->series, b->series);
}

static const struct place *place_of(const struct request *request, int64_t trial_id,
				    const char *series)
{
	const struct place key = { .trial_id = trial_id, .series = series };
	return bsearch(&key, request->places, request->n_places, sizeof(key), by_place);
}

static int by_trial(const void *key, const void *item)
{
	const struct run *a = key, *b = item;
	return (a->trial_id > b->trial_id) - (a->trial_id < b->trial_id);
}

static const struct run *run_of(const struct request *request, int64_t trial_id)
{
	static const struct run unknown = { .uuid = "", .version = "" };
	const struct run key = { .trial_id = trial_id }, *found;
	found = bsearch(&key, request->runs, request->n_runs, sizeof(key), by_trial);
	return found ? found : &unknown;
}

static int read_request(sqlite3 *db, const struct export_data *data,
			struct request *request)
{
	const struct list_reading reading = { .db = db, .arena = data->arena };
	request->data = data;
	if (each_row(&reading, places_sql, take_place) != 0)
		return -1;
	struct place *places = rows_taken(&reading, sizeof(*places), &request->n_places);
	qsort(places, request->n_places, sizeof(*places), by_place);
	request->places = places;
	if (each_row(&reading, runs_sql, take_run) != 0)
		return -1;
	request->runs = rows_taken(&reading, sizeof(struct run), &request->n_runs);
	return 0;
}

/* --- what is what ---------------------------------------------------------------------- */

/* The word of the conventions' hw.type; NULL: none is known. */
static const char *type_of(const char *domain)
{
	static const char *const types[][2] = { { "package", "cpu" },
						{ "core", "cpu" },
						{ "uncore", "cpu" },
						{ "dram", "memory" },
						{ "gpu", "gpu" } };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && domain; i++)
		if (strcmp(domain, types[i][0]) == 0)
			return types[i][1];
	return NULL;
}

static bool is_host(const struct place *place)
{
	return place->domain && (strcmp(place->domain, "psys") == 0 ||
				 strcmp(place->domain, "machine") == 0);
}

/* A second view of the same hardware is in no other channel, and not in the total. */
static bool is_hardware(const struct place *place)
{
	return !is_host(place) && type_of(place->domain) &&
	       (place->is_counted || place->parent);
}

static const struct family {
	const char *energy, *power;
	bool (*has)(const struct place *place);
} families[] = {
	{ "hw.energy", "hw.power", is_hardware },
	{ "hw.host.energy", "hw.host.power", is_host },
	{ "joulecart.energy", "joulecart.power", NULL },
};
enum { N_FAMILIES = sizeof(families) / sizeof(families[0]) };

static size_t family_of(const struct place *place)
{
	size_t i = 0;
	while (families[i].has && !families[i].has(place))
		i++;
	return i;
}

/* --- writing --------------------------------------------------------------------------- */

static json_t *shown(const struct request *request, const char *text)
{
	return json_string(shown_text(text, request->data->arena));
}

/* Adds a text, unless there is none. */
static void add_text(const struct request *request, json_t *attributes, const char *key,
		     const char *text)
{
	if (text)
		json_array_append_new(attributes,
				      json_pack("{s:s, s:{s:o}}", "key", key, "value",
						"stringValue", shown(request, text)));
}

static json_t *attributes_of(const struct request *request, const struct place *place)
{
	const char *slash = strchr(place->series, '/');
	json_t *attributes = json_array();
	add_text(request, attributes, "hw.id", place->series);
	if (!is_host(place))
		add_text(request, attributes, "hw.type", type_of(place->domain));
	add_text(request, attributes, "hw.name", slash ? slash + 1 : place->series);
	add_text(request, attributes, "hw.parent", place->parent);
	add_text(request, attributes, "joulecart.provenance", place->provenance);
	json_array_append_new(attributes,
			      json_pack("{s:s, s:{s:b}}", "key", "joulecart.in_total",
					"value", "boolValue", (int)place->is_counted));
	return attributes;
}

/* UNIX time of a moment of the trial, as proto3's JSON has 64-bit numbers. */
static json_t *time_of(const struct export_trial *trial, int64_t mono_ns)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRIu64,
		 (uint64_t)trial->utc_ns + (uint64_t)mono_ns - (uint64_t)trial->begin_ns);
	return json_text(text);
}

/* One point; an energy's begin is where its sum was 0, a power's is not told. */
static json_t *point_of(const struct export_trial *trial, int64_t begin_ns, int64_t end_ns,
			double value, json_t *attributes)
{
	json_t *point = json_pack("{s:o, s:f, s:O}", "timeUnixNano", time_of(trial, end_ns),
				  "asDouble", value, "attributes", attributes);
	if (point && begin_ns)
		json_object_set_new(point, "startTimeUnixNano", time_of(trial, begin_ns));
	return point;
}

static void add_points(const struct request *request, const struct export_trial *trial,
		       const struct export_series *series, json_t *energy, json_t *power)
{
	const struct place *place = place_of(request, trial->trial_id, series->name);
	json_t *attributes = attributes_of(request, place);
	double joules = 0;
	for (size_t i = 0; i < series->n_steps; i++) {
		const struct export_step *step = &series->steps[i];
		double seconds = ((double)step->end_ns - (double)step->begin_ns) * 1e-9;
		joules += step->amount;
		json_array_append_new(energy, point_of(trial, series->steps[0].begin_ns,
						       step->end_ns, joules, attributes));
		if (seconds > 0)
			json_array_append_new(power,
					      point_of(trial, 0, step->end_ns,
						       step->amount / seconds, attributes));
	}
	json_decref(attributes);
}

static bool is_in(const struct request *request, const struct export_series *series,
		  const struct export_trial *trial, size_t family)
{
	if (series->trial_id != trial->trial_id || series->kind != EXPORT_CHANNEL)
		return false;
	const struct place *place = place_of(request, trial->trial_id, series->name);
	return place && family_of(place) == family;
}

/* The metrics of one family, where the trial has any. */
static void add_family(const struct request *request, const struct export_trial *trial,
		       size_t family, json_t *metrics)
{
	json_t *energy = json_array(), *power = json_array();
	for (size_t i = 0; i < request->data->n_series; i++)
		if (is_in(request, &request->data->series[i], trial, family))
			add_points(request, trial, &request->data->series[i], energy,
				   power);
	if (json_array_size(energy) > 0)
		json_array_append_new(
		    metrics, json_pack("{s:s, s:s, s:{s:i, s:b, s:O}}", "name",
				       families[family].energy, "unit", "J", "sum",
				       "aggregationTemporality", 2 /* cumulative */,
				       "isMonotonic", 1, "dataPoints", energy));
	if (json_array_size(power) > 0)
		json_array_append_new(metrics,
				      json_pack("{s:s, s:s, s:{s:O}}", "name",
						families[family].power, "unit", "W",
						"gauge", "dataPoints", power));
	json_decref(energy);
	json_decref(power);
}

static json_t *resource_of(const struct request *request, const struct export_trial *trial,
			   const struct run *run)
{
	json_t *attributes = json_array();
	add_text(request, attributes, "service.name", "joulecart");
	add_text(
	    request, attributes, "service.instance.id",
	    arena_format(request->data->arena, "%s/%" PRId64, run->uuid, trial->trial_id));
	add_text(request, attributes, "host.name", run->host);
	add_text(request, attributes, "joulecart.trial", trial->name);
	add_text(request, attributes, "joulecart.variant", trial->variant);
	add_text(request, attributes, "joulecart.job", trial->job);
	return json_pack("{s:o}", "attributes", attributes);
}

static json_t *metrics_of(const struct request *request, const struct export_trial *trial)
{
	const struct run *run = run_of(request, trial->trial_id);
	json_t *metrics = json_array();
	for (size_t family = 0; family < N_FAMILIES; family++)
		add_family(request, trial, family, metrics);
	return json_pack("{s:o, s:[{s:{s:s, s:o}, s:o}]}", "resource",
			 resource_of(request, trial, run), "scopeMetrics", "scope", "name",
			 "joulecart", "version", shown(request, run->version), "metrics",
			 metrics);
}

int export_otlp(sqlite3 *db, const struct export_data *data, FILE *out, struct problem *why)
{
	struct request request = { 0 };
	if (read_request(db, data, &request) != 0)
		return guard_why(db, why);
	json_t *resources = json_array();
	for (size_t i = 0; i < data->n_trials; i++)
		json_array_append_new(resources, metrics_of(&request, &data->trials[i]));
	if (json_print_shown(json_pack("{s:o}", "resourceMetrics", resources), JSON_COMPACT,
			     out) == 0)
		return 0;
	return problem_why(why, "out of memory");
}
