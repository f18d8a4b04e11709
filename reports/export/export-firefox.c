/* reports/export/export-firefox.c - a processed profile for profiler.firefox.com: a thread for each trial,
 * with its phases as markers, and a counter for each series of joules.
 *
 * Written is version 57, which the Profiler upgrades when it loads it: later versions differ in tables
 * that are empty here. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/export/firefox-parts.h"
#include "reports/figure/json-text.h"

#include <math.h>

enum { WRITTEN_VERSION = 57 };

static void set_empty_tables(json_t *thread)
{
	static const char *const stacks[] = { "frame", "prefix", NULL };
	static const char *const frames[] = {
		"address",      "inlineDepth",   "category", "subcategory", "func",
		"nativeSymbol", "innerWindowID", "line",     "column",      NULL
	};
	static const char *const functions[] = { "name",          "isJS",
						 "relevantForJS", "resource",
						 "fileName",      "lineNumber",
						 "columnNumber",  NULL };
	static const char *const resources[] = { "lib", "name", "host", "type", NULL };
	static const char *const symbols[] = { "libIndex", "address", "name",
					       "functionSize", NULL };
	json_object_set_new(thread, "stackTable", firefox_table(stacks));
	json_object_set_new(thread, "frameTable", firefox_table(frames));
	json_object_set_new(thread, "funcTable", firefox_table(functions));
	json_object_set_new(thread, "resourceTable", firefox_table(resources));
	json_object_set_new(thread, "nativeSymbols", firefox_table(symbols));
}

static json_t *thread_of(const struct export_data *data, const struct export_trial *trial,
			 const struct firefox_place *place)
{
	double begin = firefox_ms(place, trial, trial->begin_ns),
	       end = firefox_ms(place, trial, trial->end_ns);
	json_t *markers = firefox_markers();
	for (size_t i = 0; i < data->n_phases; i++)
		if (data->phases[i].trial_id == trial->trial_id)
			firefox_add_phase(place, trial, &data->phases[i], markers);
	json_t *thread = json_pack(
	    "{s:s, s:o, s:f, s:f, s:f, s:f, s:[], s:s, s:b, s:s, s:I, s:o}", "processType",
	    "default", "processName", firefox_text(place, trial->name),
	    "processStartupTime", begin, "processShutdownTime", end, "registerTime", begin,
	    "unregisterTime", end, "pausedRanges", "name", "phases", "isMainThread", 1,
	    "pid", place->pid, "tid", (json_int_t)place->thread + 1, "markers", markers);
	/* two samples without a stack, so that the time line has the whole trial */
	json_object_set_new(thread, "samples",
			    json_pack("{s:[n, n], s:[f, f], s:n, s:s, s:i}", "stack",
				      "time", begin, end, "weight", "weightType", "samples",
				      "length", 2));
	set_empty_tables(thread);
	return thread;
}

static json_t *category(void)
{
	return json_pack("[{s:s, s:s, s:[s]}]", "name", "Other", "color", "grey",
			 "subcategories", "Other");
}

/* What the figures are, as the Profiler shows it beside the profile's other properties. */
static json_t *properties(const struct export_data *data, const struct firefox_place *place)
{
	json_t *entries = json_array();
	for (size_t i = 0; i < data->n_trials; i++) {
		const struct export_trial *trial = &data->trials[i];
		const char *value = isfinite(trial->joules)
					? arena_format(data->arena,
						       "%s, %.6g J (%.6g to %.6g)",
						       trial->provenance, trial->joules,
						       trial->low, trial->high)
					: "no joules";
		json_array_append_new(entries,
				      json_pack("{s:o, s:s, s:s}", "label",
						firefox_text(place, trial->name), "format",
						"string", "value", value));
	}
	return json_pack("[{s:s, s:o}]", "label", "joulecart", "entries", entries);
}

static json_t *meta_of(const struct export_data *data, const struct firefox_place *place)
{
	json_t *meta = json_pack(
	    "{s:f, s:f, s:i, s:s, s:i, s:i, s:i, s:[o], s:o, s:{s:s, s:s, s:s}, s:b, s:b,"
	    " s:b, s:b, s:s, s:o}",
	    "interval", 1.0, "startTime", place->start_ms, "processType", 0, "product",
	    "joulecart", "stackwalk", 0, "version", 31, "preprocessedProfileVersion",
	    WRITTEN_VERSION, "markerSchema", firefox_schema(WRITTEN_VERSION), "categories",
	    category(), "sampleUnits", "time", "ms", "eventDelay", "ms", "threadCPUDelta",
	    "ns", "debug", 0, "symbolicated", 1, "symbolicationNotSupported", 1,
	    "keepProfileThreadOrder", 1, "importedFrom", "joulecart", "extra",
	    properties(data, place));
	double grams = data->trials[0].grams_per_kwh;
	if (isfinite(grams))
		json_object_set_new(meta, "gramsOfCO2ePerKWh", json_real(grams));
	return meta;
}

static double first_ms(const struct export_data *data)
{
	double first = INFINITY;
	for (size_t i = 0; i < data->n_trials; i++)
		first = fmin(first, (double)data->trials[i].utc_ns * 1e-6);
	return first;
}

void export_firefox(const struct export_data *data, FILE *out)
{
	json_t *threads = json_array(), *counters = json_array(), *strings = json_array();
	struct firefox_place place = { .version = WRITTEN_VERSION,
				       .start_ms = first_ms(data),
				       .start_ns = NAN,
				       .strings = strings,
				       .arena = data->arena };
	for (size_t nr = 0; nr < data->n_trials; nr++) {
		const struct export_trial *trial = &data->trials[nr];
		place.pid = arena_format(data->arena, "%zu", nr + 1);
		place.thread = nr;
		json_array_append_new(threads, thread_of(data, trial, &place));
		for (size_t i = 0; i < data->n_series; i++)
			if (data->series[i].trial_id == trial->trial_id &&
			    export_is_power(&data->series[i]))
				json_array_append_new(
				    counters,
				    firefox_counter(&place, trial, &data->series[i]));
	}
	json_print_shown(json_pack("{s:o, s:[], s:[], s:[], s:o, s:{s:o}, s:o}", "meta",
				   meta_of(data, &place), "libs", "pages",
				   "profilerOverhead", "counters", counters, "shared",
				   "stringArray", strings, "threads", threads),
			 JSON_COMPACT, out);
}
