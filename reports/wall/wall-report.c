/* reports/wall/wall-report.c - see wall-report.h. */
#include <config.h>

#include "reports/wall/wall-report.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "reports/figure/column-text.h"
#include "reports/figure/figure-json.h"
#include "reports/figure/format.h"
#include "reports/figure/json-text.h"
#include "reports/wall/wall-read.h"
#include "schema/database/migrate.h"

#include <math.h>
#include <string.h>

/* A meter that is read during the run answers with what it saw up to so long before. */
static const int64_t longest_delay_ns = 5 * NS_PER_S;

static const char meters_sql[] =
    "SELECT DISTINCT t.campaign_id, c.name, m.model, m.certificate, m.certified,"
    " m.laboratory, coalesce(m.uncertainty_k2, 0), m.file, m.sha256,"
    " coalesce(m.offset_ns, 0), coalesce(m.offset_low_ns, m.offset_ns, 0),"
    " coalesce(m.offset_high_ns, m.offset_ns, 0), coalesce(m.correlation, 0),"
    " m.correlation IS NOT NULL, EXISTS (SELECT 1 FROM channel e JOIN trial r"
    "  ON r.trial_id = e.trial_id WHERE r.campaign_id = t.campaign_id AND e.counted"
    "  AND e.provenance IN ('estimated', 'assumed')) "
    "FROM channel c JOIN trial t ON t.trial_id = c.trial_id"
    " LEFT JOIN meter m ON m.campaign_id = t.campaign_id AND m.name = c.name "
    "WHERE c.collector = 'meter' AND (?1 = 0 OR t.campaign_id = ?1)"
    " AND (?2 IS NULL OR c.name = ?2) ORDER BY 1, 2";

/* An offset that can be added to any time that a file may have, and to another one. */
static int64_t offset_of(sqlite3_stmt *row, int column)
{
	static const int64_t most_ns = INT64_C(1) << 60;
	int64_t ns = sqlite3_column_int64(row, column);
	return ns > most_ns ? most_ns : ns < -most_ns ? -most_ns : ns;
}

static struct wall_meter meter_of(sqlite3_stmt *row, struct arena *arena)
{
	return (struct wall_meter){
		.campaign_id = sqlite3_column_int64(row, 0),
		.name = column_text(row, 1, arena),
		.model = column_text(row, 2, arena),
		.certificate = column_text(row, 3, arena),
		.certified = column_text(row, 4, arena),
		.laboratory = column_text(row, 5, arena),
		.uncertainty_k2 = sqlite3_column_double(row, 6),
		.file = column_text(row, 7, arena),
		.sha256 = column_text(row, 8, arena),
		.offset = { .offset_ns = offset_of(row, 9),
			    .low_ns = offset_of(row, 10),
			    .high_ns = offset_of(row, 11),
			    .correlation = sqlite3_column_double(row, 12) },
		.is_found = sqlite3_column_int(row, 13),
		.is_estimate = sqlite3_column_int(row, 14),
	};
}

/* The delay of a meter that was read during the run: of a steady load it cannot be found, and matters little. */
static void find_delay(const struct wall_series *series, struct wall_meter *meter)
{
	meter->is_found = clock_offset_find(series, -longest_delay_ns / 2,
					    longest_delay_ns / 2,
					    &meter->offset) == OFFSET_FOUND;
	if (!meter->is_found)
		meter->offset = (struct clock_offset){ .low_ns = -NS_PER_S };
}

static int compare(sqlite3 *db, struct arena *arena, struct wall_meter *meter,
		   struct problem *why)
{
	struct wall_series series = { 0 };
	if (wall_read_counters(db, meter->campaign_id, arena, &series, why) != 0) {
		meter->why_not = arena_format(arena, "%s", why->why);
		return 0;
	}
	if (wall_read_meter(db, meter->campaign_id, meter->name, arena, &series, why) != 0)
		return -1;
	if (!meter->file)
		find_delay(&series, meter);
	/* what is stored of a file has its offset in it already */
	int64_t base_ns = meter->file ? meter->offset.offset_ns : 0;
	const int64_t offsets_ns[3] = { meter->offset.offset_ns - base_ns,
					meter->offset.low_ns - base_ns,
					meter->offset.high_ns - base_ns };
	meter->is_compared = wall_gain_of(&series, offsets_ns, meter->uncertainty_k2,
					  &meter->gain) == 0;
	meter->why_not = meter->is_compared
			     ? NULL
			     : arena_format(
				   arena,
				   "fewer than %d intervals of the meter are known "
				   "to the counters as well",
				   WALL_LEAST);
	return 0;
}

int wall_report_read(sqlite3 *db, int64_t campaign_id, const char *name,
		     struct arena *arena, struct wall_report *report, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(db, meters_sql, -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(row, 1, campaign_id);
		bind_text(row, 2, name);
		while ((step = sqlite3_step(row)) == SQLITE_ROW) {
			struct wall_meter meter = meter_of(row, arena);
			arena_append(arena, &meter, sizeof(meter));
		}
	}
	sqlite3_finalize(row);
	report->n = arena_appended(arena) / sizeof(struct wall_meter);
	struct wall_meter *meters = arena_take(arena);
	report->meters = meters;
	if (step != SQLITE_DONE)
		return store_problem(db, "read", "the meters", why);
	for (size_t i = 0; i < report->n; i++)
		if (compare(db, arena, &meters[i], why) != 0)
			return -1;
	if (report->n > 0)
		return 0;
	problem_what(why, "no meter at the wall to compare with");
	if (name)
		return problem_refuse(why, "leave --name out: then all are shown",
				      "the file has no reading of '%.100s'", name);
	return problem_refuse(why,
			      "measure with --meter, or import its log: joulecart meter "
			      "--import LOG.csv FILE.db",
			      "no reading of one is in the file");
}

static struct figure figure_of(struct wall_figure wall)
{
	if (isnan(wall.value))
		return figure_unknown("the counters' power was the same all the time");
	return (struct figure){ .is_known = true,
				.has_interval = true,
				.value = wall.value,
				.low = wall.low,
				.high = wall.high,
				.provenance = PROVENANCE_MEASURED };
}

/* "71 % (69 to 73)": the digits that its interval bears. */
static const char *say(struct wall_figure wall, double factor, const char *unit,
		       struct arena *arena)
{
	struct figure figure = figure_times(figure_of(wall), factor);
	int decimals = scale_plain(&figure, 1).decimals;
	if (!figure.is_known)
		return "not known";
	return arena_format(arena, "%s%s (%s to %s)",
			    format_decimals(figure.value, decimals, arena), unit,
			    format_decimals(figure.low, decimals, arena),
			    format_decimals(figure.high, decimals, arena));
}

const char *wall_sentence(const struct wall_meter *meter, struct arena *arena)
{
	return arena_format(arena, "%s saw %s of the wall",
			    meter->is_estimate ? "what was counted, an estimate,"
					       : "the counters",
			    say(meter->gain.share, 100, " %", arena));
}

const char *wall_certificate(const struct wall_meter *meter, struct arena *arena)
{
	if (!meter->certificate)
		return "no calibration certificate was stated: the meter's own doubt is "
		       "not in "
		       "the intervals";
	return arena_format(
	    arena, "certificate %s%s%s%s%s: %s %% (k = 2)", meter->certificate,
	    meter->certified ? " of " : "", meter->certified ? meter->certified : "",
	    meter->laboratory ? ", " : "", meter->laboratory ? meter->laboratory : "",
	    format_digits(meter->uncertainty_k2 * 100, 3, arena));
}

static const char *clock_of(const struct wall_meter *meter, struct arena *arena)
{
	const struct clock_offset *offset = &meter->offset;
	if (meter->file && !meter->is_found)
		return arena_format(arena, "its times were moved by %+.3f s, as was stated",
				    (double)offset->offset_ns / 1e9);
	if (!meter->is_found)
		return "its delay could not be found: up to a second is in the intervals";
	return arena_format(
	    arena, "its %s by %+.3f s (%.3f to %.3f), found where both are most alike%s",
	    meter->file ? "times were moved" : "readings are moved",
	    (double)offset->offset_ns / 1e9, (double)offset->low_ns / 1e9,
	    (double)offset->high_ns / 1e9,
	    arena_format(arena, " (r = %.3f)", offset->correlation));
}

static void print_meter(const struct wall_meter *meter, struct arena *arena, FILE *out)
{
	const struct wall_gain *gain = &meter->gain;
	wrap_say(out, 0, 2, "meter '%s' of campaign %lld: %s; %s", meter->name,
		 (long long)meter->campaign_id,
		 meter->model ? meter->model : "no type was stated",
		 wall_certificate(meter, arena));
	if (meter->file)
		wrap_say(out, 2, 4, "  from '%s', SHA-256 %s", meter->file, meter->sha256);
	if (!meter->is_compared) {
		wrap_say(out, 2, 4, "  not compared: %s", meter->why_not);
		return;
	}
	wrap_say(out, 2, 4, "  %s", clock_of(meter, arena));
	wrap_say(out, 2, 4,
		 "  %s: %s J of %s J, in %zu intervals that both know, of %s s together",
		 wall_sentence(meter, arena), format_digits(gain->counters_j, 4, arena),
		 format_digits(gain->wall_j, 4, arena), gain->n,
		 format_digits(gain->seconds, 4, arena));
	wrap_say(out, 2, 4, "  wall = %s + %s x counters",
		 say(gain->base_w, 1, " W", arena), say(gain->gain, 1, "", arena));
}

void wall_report_print(const struct wall_report *report, struct arena *arena, FILE *out)
{
	for (size_t i = 0; i < report->n; i++)
		print_meter(&report->meters[i], arena, out);
}

static json_t *json_of(const struct wall_meter *meter)
{
	const struct wall_gain *gain = &meter->gain;
	bool is_clock_known = meter->is_found || meter->file;
	json_t *object = json_pack(
	    "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "campaign",
	    (json_int_t)meter->campaign_id, "name", json_text_or_null(meter->name), "model",
	    json_text_or_null(meter->model), "certificate",
	    json_text_or_null(meter->certificate), "certified",
	    json_text_or_null(meter->certified), "laboratory",
	    json_text_or_null(meter->laboratory), "uncertainty_k2",
	    json_real_or_null(meter->uncertainty_k2 > 0 ? meter->uncertainty_k2
							: (double)NAN),
	    "file", json_text_or_null(meter->file), "sha256",
	    json_text_or_null(meter->sha256), "counted_is_estimate", meter->is_estimate);
	json_object_set_new(object, "offset_s",
			    json_real_or_null(is_clock_known
						  ? (double)meter->offset.offset_ns / 1e9
						  : (double)NAN));
	if (meter->is_found)
		json_object_set_new(object, "offset_s_ci95",
				    json_pack("[f, f]", (double)meter->offset.low_ns / 1e9,
					      (double)meter->offset.high_ns / 1e9));
	json_object_set_new(object, "why_not_compared", json_text_or_null(meter->why_not));
	if (!meter->is_compared)
		return object;
	json_object_set_new(object, "intervals", json_integer((json_int_t)gain->n));
	json_object_set_new(object, "seconds", json_real(gain->seconds));
	json_object_set_new(object, "counters_j", json_real(gain->counters_j));
	json_object_set_new(object, "wall_j", json_real(gain->wall_j));
	json_object_set_new(object, "counters_of_wall",
			    json_plain_figure(figure_of(gain->share)));
	json_object_set_new(object, "gain", json_plain_figure(figure_of(gain->gain)));
	json_object_set_new(object, "base_w", json_plain_figure(figure_of(gain->base_w)));
	return object;
}

int wall_report_json(const struct wall_report *report, FILE *out, struct problem *why)
{
	json_t *list = json_array();
	for (size_t i = 0; i < report->n; i++)
		json_array_append_new(list, json_of(&report->meters[i]));
	json_t *root = json_pack("{s:s, s:o}", "schema", "joulecart-meter-1", "meters",
				 list);
	if (root && json_print(root, JSON_INDENT(2), out) == 0)
		return 0;
	problem_what(why, "cannot print the meters");
	return problem_why(why, "out of memory");
}
