/* reports/export/export-otlp.c - see export-otlp.h. */
#include <config.h>

#include "reports/export/export-otlp.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/json-text.h"
#include "reports/figure/rows.h"
#include "reports/otlp/otlp-request.h"
#include "schema/database/guard.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What a series is of; its name is the channel's id. */
struct place {
	int64_t trial_id;
	struct otlp_channel channel;
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
				     .channel = {
					 .id = word_of(row, 1, reading),
					 .domain = text_of(row, 2, reading),
					 .parent = text_of(row, 3, reading),
					 .provenance = word_of(row, 4, reading),
					 .is_counted = sqlite3_column_int(row, 5) != 0 } };
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
	return order ? order : strcmp(a->channel.id, b->channel.id);
}

static const struct place *place_of(const struct request *request, int64_t trial_id,
				    const char *series)
{
	const struct place key = { .trial_id = trial_id, .channel = { .id = series } };
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

/* --- writing --------------------------------------------------------------------------- */

/* UNIX time of a moment of the trial. */
static uint64_t time_of(const struct export_trial *trial, int64_t mono_ns)
{
	return (uint64_t)trial->utc_ns + (uint64_t)mono_ns - (uint64_t)trial->begin_ns;
}

static void add_points(const struct export_trial *trial, const struct export_series *series,
		       const struct otlp_channel *channel, const struct otlp_points *points)
{
	const struct otlp_place place = otlp_place(points, channel);
	json_t *attributes = otlp_attributes(channel);
	double joules = 0;
	for (size_t i = 0; i < series->n_steps; i++) {
		const struct export_step *step = &series->steps[i];
		double seconds = ((double)step->end_ns - (double)step->begin_ns) * 1e-9;
		uint64_t end_ns = time_of(trial, step->end_ns);
		joules += step->amount;
		json_array_append_new(place.energy,
				      otlp_point(time_of(trial, series->steps[0].begin_ns),
						 end_ns, joules, attributes));
		if (seconds > 0)
			json_array_append_new(
			    place.power,
			    otlp_point(0, end_ns, step->amount / seconds, attributes));
	}
	json_decref(attributes);
}

static json_t *points_of(const struct request *request, const struct export_trial *trial)
{
	struct otlp_points points = otlp_points_new();
	for (size_t i = 0; i < request->data->n_series; i++) {
		const struct export_series *series = &request->data->series[i];
		if (series->trial_id != trial->trial_id || series->kind != EXPORT_CHANNEL)
			continue;
		const struct place *place = place_of(request, trial->trial_id,
						     series->name);
		if (place)
			add_points(trial, series, &place->channel, &points);
	}
	return otlp_metrics(&points);
}

static json_t *resource_of(const struct request *request, const struct export_trial *trial,
			   const struct run *run)
{
	json_t *attributes = json_array();
	otlp_add_text(attributes, "service.name", "joulecart");
	otlp_add_text(
	    attributes, "service.instance.id",
	    arena_format(request->data->arena, "%s/%" PRId64, run->uuid, trial->trial_id));
	otlp_add_text(attributes, "host.name", run->host);
	otlp_add_text(attributes, "joulecart.trial", trial->name);
	otlp_add_text(attributes, "joulecart.variant", trial->variant);
	otlp_add_text(attributes, "joulecart.job", trial->job);
	return otlp_resource(attributes, run->version, points_of(request, trial));
}

int export_otlp(sqlite3 *db, const struct export_data *data, FILE *out, struct problem *why)
{
	struct request request = { 0 };
	if (read_request(db, data, &request) != 0)
		return guard_why(db, why);
	json_t *resources = json_array();
	for (size_t i = 0; i < data->n_trials; i++)
		json_array_append_new(
		    resources, resource_of(&request, &data->trials[i],
					   run_of(&request, data->trials[i].trial_id)));
	if (json_print_shown(otlp_request(resources), JSON_COMPACT, out) == 0)
		return 0;
	return problem_why(why, "out of memory");
}
