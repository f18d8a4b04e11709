/* reports/export/export-stacks.c - stacks of two: the run, and its regions with what is outside of them. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/figure/column-text.h"
#include "reports/figure/json-text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

int64_t export_whole(double value)
{
	return value >= 9e18 ? INT64_MAX : value > 0 ? (int64_t)(value + 0.5) : 0;
}

static void add_stacks(const struct export_data *data, const struct export_trial *trial)
{
	bool has_regions = false;
	struct export_stack stack = { .trial = trial, .microjoules = 1e6 * trial->joules };
	for (size_t i = 0; i < data->n_series; i++) {
		const struct export_series *series = &data->series[i];
		if (series->trial_id != trial->trial_id ||
		    (series->kind != EXPORT_REGION && series->kind != EXPORT_OUTSIDE))
			continue;
		const struct export_stack part = { trial, series->name,
						   1e6 * series->amount,
						   1e9 * series->cpu_s, series->n };
		arena_append(data->arena, &part, sizeof(part));
		has_regions = true;
	}
	if (!has_regions && isfinite(stack.microjoules))
		arena_append(data->arena, &stack, sizeof(stack));
}

const struct export_stack *export_stacks(const struct export_data *data, size_t *n)
{
	for (size_t i = 0; i < data->n_trials; i++)
		add_stacks(data, &data->trials[i]);
	*n = arena_appended(data->arena) / sizeof(struct export_stack);
	return arena_take(data->arena);
}

/* A frame of a folded stack: ';' parts frames, and a line ends a stack. */
static void put_frame(const struct export_data *data, const char *text, FILE *out)
{
	for (const char *c = shown_text(text, data->arena); *c; c++)
		fputc(*c == ';' ? ':' : *c, out);
}

/* The format has no other place for it. */
static const char *stack_root(const struct export_stack *stack,
			      const struct export_data *data)
{
	return arena_format(data->arena, "%s, %s, microjoules", stack->trial->name,
			    stack->trial->provenance ? stack->trial->provenance
						     : "provenance not known");
}

void export_folded(const struct export_data *data, FILE *out)
{
	size_t n;
	const struct export_stack *stacks = export_stacks(data, &n);
	for (size_t i = 0; i < n; i++) {
		put_frame(data, stack_root(&stacks[i], data), out);
		if (stacks[i].region)
			fputc(';', out);
		if (stacks[i].region)
			put_frame(data, stacks[i].region, out);
		fprintf(out, " %" PRId64 "\n", export_whole(stacks[i].microjoules));
	}
}

static int add_frame(json_t *frames, const char *name)
{
	json_array_append_new(frames, json_pack("{s:o}", "name", json_text(name)));
	return (int)json_array_size(frames) - 1;
}

/* All of one trial, whose frame stands below the regions'. */
static json_t *speedscope_profile(const struct export_stack *stacks, size_t n,
				  json_t *frames)
{
	json_t *samples = json_array(), *weights = json_array();
	double sum = 0;
	int root = add_frame(frames, stacks[0].trial->name);
	for (size_t i = 0; i < n; i++) {
		double weight = fmax(stacks[i].microjoules, 0);
		json_t *stack = json_pack("[i]", root);
		if (stacks[i].region)
			json_array_append_new(
			    stack, json_integer(add_frame(frames, stacks[i].region)));
		json_array_append_new(samples, stack);
		json_array_append_new(weights, json_real(weight));
		sum += weight;
	}
	return json_pack("{s:s, s:s, s:i, s:f, s:o, s:o}", "type", "sampled", "unit",
			 "none", "startValue", 0, "endValue", sum, "samples", samples,
			 "weights", weights);
}

/* speedscope has no unit of energy: it stands in the profile's name. */
void export_speedscope(const struct export_data *data, FILE *out)
{
	size_t n, end;
	const struct export_stack *stacks = export_stacks(data, &n);
	json_t *frames = json_array(), *profiles = json_array();
	for (size_t i = 0; i < n; i = end) {
		end = i;
		while (end < n && stacks[end].trial == stacks[i].trial)
			end++;
		json_t *profile = speedscope_profile(stacks + i, end - i, frames);
		json_object_set_new(profile, "name",
				    json_text(stack_root(&stacks[i], data)));
		json_array_append_new(profiles, profile);
	}
	json_print(json_pack("{s:s, s:s, s:{s:o}, s:o}", "$schema",
			     "https://www.speedscope.app/file-format-schema.json",
			     "exporter", "joulecart", "shared", "frames", frames,
			     "profiles", profiles),
		   JSON_COMPACT, out);
}
