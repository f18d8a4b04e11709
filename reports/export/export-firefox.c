/* reports/export/export-firefox.c - a processed profile for profiler.firefox.com: a thread for each trial,
 * with its phases as markers, where its functions were sampled one for each thread of it, and a counter for
 * each series of joules.
 *
 * Written is version 57, which the Profiler upgrades when it loads it. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/export/firefox-parts.h"
#include "reports/export/firefox-stacks.h"
#include "reports/figure/json-text.h"

#include <inttypes.h>
#include <math.h>

enum { WRITTEN_VERSION = 57 };

/* A thread of the trial, without its tables of frames and samples. */
static json_t *thread_of(const struct export_trial *trial, const char *name,
			 const struct firefox_place *place, bool is_main)
{
	double begin = firefox_ms(place, trial, trial->begin_ns),
	       end = firefox_ms(place, trial, trial->end_ns);
	return json_pack("{s:s, s:o, s:f, s:f, s:f, s:f, s:[], s:s, s:b, s:s, s:I, s:o}",
			 "processType", "default", "processName",
			 firefox_text(place, trial->name), "processStartupTime", begin,
			 "processShutdownTime", end, "registerTime", begin,
			 "unregisterTime", end, "pausedRanges", "name", name,
			 "isMainThread", (int)is_main, "pid", place->pid, "tid",
			 (json_int_t)place->thread + 1, "markers", firefox_markers());
}

static json_t *phases_of(const struct export_data *data, const struct export_trial *trial,
			 const struct firefox_place *place)
{
	json_t *thread = thread_of(trial, "phases", place, true);
	for (size_t i = 0; i < data->n_phases; i++)
		if (data->phases[i].trial_id == trial->trial_id)
			firefox_add_phase(place, trial, &data->phases[i],
					  json_object_get(thread, "markers"));
	firefox_set_stacks(place, trial, NULL, 0, thread);
	return thread;
}

/* Threads of a trial that have one of their own; those behind them have one together. */
enum { THREADS_SHOWN = 64 };

/* Of what has no thread 0. */
static size_t thread_shown(const struct export_stack *stack)
{
	return stack->thread <= THREADS_SHOWN ? stack->thread : THREADS_SHOWN + 1;
}

/* The Profiler calls what a sample weighs samples, whatever it is. */
static const char *thread_name(const struct export_tree *tree, size_t shown,
			       const struct firefox_place *place)
{
	static const char unit[] = "(1 sample = 1 \u00b5J)";
	if (shown == 0)
		return arena_format(place->arena, "functions %s", unit);
	if (shown > THREADS_SHOWN)
		return arena_format(place->arena, "functions of %zu other threads %s",
				    tree->n_threads - THREADS_SHOWN, unit);
	return arena_format(
	    place->arena, "functions of thread %" PRId64 " of process %" PRId64 " %s",
	    tree->threads[shown - 1].tid, tree->threads[shown - 1].pid, unit);
}

/* Those of a thread, if there are any, in the order of time. */
static void add_functions(const struct export_trial *trial, size_t shown,
			  const struct export_stack *stacks, size_t n,
			  struct firefox_place *place, json_t *threads)
{
	for (size_t i = 0; i < n; i++)
		if (thread_shown(&stacks[i]) == shown)
			arena_append(place->arena, &stacks[i], sizeof(stacks[i]));
	size_t n_own = arena_appended(place->arena) / sizeof(*stacks);
	const struct export_stack *own = arena_take(place->arena);
	if (n_own == 0)
		return;
	place->thread = json_array_size(threads);
	json_t *thread = thread_of(trial, thread_name(trial->tree, shown, place), place,
				   false);
	firefox_set_stacks(place, trial, own, n_own, thread);
	json_array_append_new(threads, thread);
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
	    firefox_categories(), "sampleUnits", "time", "ms", "eventDelay", "ms",
	    "threadCPUDelta", "ns", "debug", 0, "symbolicated", 1,
	    "symbolicationNotSupported", 1, "keepProfileThreadOrder", 1, "importedFrom",
	    "joulecart", "extra", properties(data, place));
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

static void add_counters(const struct export_data *data, const struct export_trial *trial,
			 const struct firefox_place *place, json_t *counters)
{
	for (size_t i = 0; i < data->n_series; i++)
		if (data->series[i].trial_id == trial->trial_id &&
		    export_is_power(&data->series[i]))
			json_array_append_new(
			    counters, firefox_counter(place, trial, &data->series[i]));
}

/* Its phases, and behind them its functions. stacks: those of the trial, and of others behind them. */
static void add_trial(const struct export_data *data, const struct export_trial *trial,
		      const struct export_stack *stacks, size_t n,
		      struct firefox_place *place, json_t *threads, json_t *counters)
{
	place->pid = arena_format(data->arena, "%zu", (size_t)(trial - data->trials) + 1);
	place->thread = json_array_size(threads);
	json_array_append_new(threads, phases_of(data, trial, place));
	add_counters(data, trial, place, counters);
	for (size_t shown = 0; trial->tree && shown <= THREADS_SHOWN + 1; shown++)
		add_functions(trial, shown, stacks, n, place, threads);
}

void export_firefox(const struct export_data *data, FILE *out)
{
	json_t *threads = json_array(), *counters = json_array(), *strings = json_array();
	struct firefox_place place = { .version = WRITTEN_VERSION,
				       .start_ms = first_ms(data),
				       .start_ns = NAN,
				       .strings = strings,
				       .arena = data->arena };
	size_t n, begin = 0;
	const struct export_stack *stacks = export_timed_stacks(data, &n);
	for (size_t nr = 0; nr < data->n_trials; nr++) {
		size_t end = begin;
		while (end < n && stacks[end].trial == &data->trials[nr])
			end++;
		add_trial(data, &data->trials[nr], stacks + begin, end - begin, &place,
			  threads, counters);
		begin = end;
	}
	json_print_shown(json_pack("{s:o, s:[], s:[], s:[], s:o, s:{s:o}, s:o}", "meta",
				   meta_of(data, &place), "libs", "pages",
				   "profilerOverhead", "counters", counters, "shared",
				   "stringArray", strings, "threads", threads),
			 JSON_COMPACT, out);
}
