/* reports/export/firefox-parts.c - see firefox-parts.h. */
#include <config.h>

#include "reports/export/firefox-parts.h"

#include "reports/figure/column-text.h"

#include <math.h>

/* 1 Wh is 3600 J. */
static const double pwh_per_joule = 1e12 / 3600;

/* The profile's versions in which these came. */
enum { FIELDS_SINCE = 55, DISPLAY_SINCE = 62, TOOLTIP_SINCE = 63 };

json_t *firefox_text(const struct firefox_place *place, const char *text)
{
	return text ? json_string(shown_text(text, place->arena)) : json_null();
}

double firefox_ms(const struct firefox_place *place, const struct export_trial *trial,
		  int64_t mono_ns)
{
	if (isfinite(place->start_ns))
		return ((double)mono_ns - place->start_ns) * 1e-6;
	return (double)trial->utc_ns * 1e-6 - place->start_ms +
	       (double)(mono_ns - trial->begin_ns) * 1e-6;
}

json_t *firefox_table(const char *const columns[])
{
	json_t *table = json_object();
	for (size_t i = 0; columns[i]; i++)
		json_object_set_new(table, columns[i], json_array());
	json_object_set_new(table, "length", json_integer(0));
	return table;
}

static void add_sample(json_t *samples, double ms, double joules)
{
	json_array_append_new(json_object_get(samples, "time"), json_real(ms));
	json_array_append_new(json_object_get(samples, "count"),
			      json_real(joules * pwh_per_joule));
}

/* A sample where a step begins after a pause, and one where each ends. */
static json_t *samples_of(const struct firefox_place *place,
			  const struct export_trial *trial,
			  const struct export_series *series)
{
	static const char *const columns[] = { "time", "count", NULL };
	json_t *samples = firefox_table(columns);
	for (size_t i = 0; i < series->n_steps; i++) {
		const struct export_step *step = &series->steps[i];
		if (i == 0 || series->steps[i - 1].end_ns != step->begin_ns)
			add_sample(samples, firefox_ms(place, trial, step->begin_ns), 0);
		add_sample(samples, firefox_ms(place, trial, step->end_ns), step->amount);
	}
	size_t n = json_array_size(json_object_get(samples, "time"));
	json_object_set_new(samples, "length", json_integer((json_int_t)n));
	return samples;
}

static json_t *tooltip_row(const char *source, const char *scale, const char *label)
{
	return json_pack("{s:s, s:s, s:{s:s, s:s, s:s}, s:s}", "type", "value", "source",
			 source, "format", "unit", "number", "co2", "per-watthour", "scale",
			 scale, "label", label);
}

/* How the interface draws it; older versions know that of the category "power". */
static json_t *display_of(int version, const char *label)
{
	json_t *display = json_pack(
	    "{s:s, s:s, s:s, s:n, s:i, s:s}", "graphType", "line-rate", "unit", "pWh",
	    "color", "grey", "markerSchemaLocation", "sortWeight", 30, "label", label);
	if (version >= TOOLTIP_SINCE)
		json_object_set_new(
		    display, "tooltipRows",
		    json_pack("[o, o, o]", tooltip_row("rate", "power", "Power"),
			      tooltip_row("selection-total", "energy",
					  "Energy used in the current selection"),
			      tooltip_row("committed-range-total", "energy",
					  "Energy used in the visible range")));
	return display;
}

json_t *firefox_counter(const struct firefox_place *place, const struct export_trial *trial,
			const struct export_series *series)
{
	const char *name = shown_text(
	    arena_format(place->arena, "Power: %s%s",
			 series->kind == EXPORT_REGION ? "region " : "", series->name),
	    place->arena);
	json_t *counter = json_pack("{s:s, s:s, s:o, s:s, s:I, s:o}", "name", name,
				    "category", "power", "description",
				    firefox_text(place, series->about), "pid", place->pid,
				    "mainThreadIndex", (json_int_t)place->thread, "samples",
				    samples_of(place, trial, series));
	if (place->version >= DISPLAY_SINCE)
		json_object_set_new(counter, "display", display_of(place->version, name));
	return counter;
}

json_t *firefox_markers(void)
{
	static const char *const columns[] = { "data",  "name",     "startTime", "endTime",
					       "phase", "category", NULL };
	return firefox_table(columns);
}

static void add_cell(json_t *table, const char *column, json_t *value)
{
	json_array_append_new(json_object_get(table, column), value);
}

/* Columns that only other programs have get nothing. */
static void end_row(json_t *table)
{
	const char *key;
	json_t *column;
	size_t n = json_array_size(json_object_get(table, "name"));
	json_object_foreach(table, key, column) if (json_is_array(column) &&
						    json_array_size(column) < n)
	    json_array_append_new(column, json_null());
	json_object_set_new(table, "length", json_integer((json_int_t)n));
}

void firefox_add_phase(const struct firefox_place *place, const struct export_trial *trial,
		       const struct export_phase *phase, json_t *markers)
{
	json_t *data = json_pack("{s:s, s:o}", "type", "joulecart", "trial",
				 firefox_text(place, trial->name));
	if (isfinite(phase->joules))
		json_object_set_new(data, "joules", json_real(phase->joules));
	if (isfinite(phase->joules))
		json_object_set_new(
		    data, "interval",
		    json_string(arena_format(place->arena, "%.6g to %.6g J, %s", phase->low,
					     phase->high, phase->provenance)));
	if (phase->queries > 0)
		json_object_set_new(data, "queries", json_real(phase->queries));
	add_cell(markers, "data", data);
	add_cell(markers, "name",
		 json_integer((json_int_t)json_array_size(place->strings)));
	json_array_append_new(place->strings, firefox_text(place, phase->name));
	add_cell(markers, "startTime",
		 json_real(firefox_ms(place, trial, phase->begin_ns)));
	add_cell(markers, "endTime", json_real(firefox_ms(place, trial, phase->end_ns)));
	add_cell(markers, "phase", json_integer(1)); /* an interval */
	add_cell(markers, "category", json_integer(0));
	end_row(markers);
}

json_t *firefox_schema(int version)
{
	const char *key = version >= FIELDS_SINCE ? "fields" : "data";
	return json_pack("{s:s, s:[s, s, s], s:s, s:s, s:[{s:s, s:s, s:s}, {s:s, s:s, "
			 "s:s}, {s:s, s:s, s:s},"
			 " {s:s, s:s, s:s}]}",
			 "name", "joulecart", "display", "marker-chart", "marker-table",
			 "timeline-overview", "tooltipLabel", "{marker.name}", "tableLabel",
			 "{marker.name}", key, "key", "trial", "label", "Trial", "format",
			 "string", "key", "joules", "label", "Joules", "format", "decimal",
			 "key", "interval", "label", "Between", "format", "string", "key",
			 "queries", "label", "Queries", "format", "decimal");
}
