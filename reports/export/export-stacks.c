/* reports/export/export-stacks.c - stacks below a run: of its functions where they were sampled, else its
 * regions; and what is in none of them. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/figure/column-text.h"
#include "reports/figure/json-text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

int64_t export_whole(double value)
{
	return value >= 9e18 ? INT64_MAX : value > 0 ? (int64_t)(value + 0.5) : 0;
}

/* Nanoseconds of CPU time behind a sample of the trial; NAN: not known. */
static double sample_ns(const struct export_trial *trial)
{
	const struct function_group *group = trial->tree->group;
	if (group->n <= 0)
		return 0;
	if (strcmp(group->event, "cpu-clock") == 0)
		return group->weight / group->n;
	return 1e9 * trial->cpu_s * function_coverage(group) / group->n;
}

/* CPU time that no sample stands for; NAN: not known. */
static double unsampled_ns(const struct export_trial *trial)
{
	const struct function_group *group = trial->tree->group;
	bool is_clock = strcmp(group->event, "cpu-clock") == 0;
	double all = is_clock ? group->counted : 1e9 * trial->cpu_s;
	double left = all - group->n * sample_ns(trial);
	return left < 0 ? 0 : left;
}

static void add_part(const struct export_trial *trial, const char *part, double joules,
		     double cpu_ns, double n, struct arena *arena)
{
	const struct export_stack stack = { .trial = trial,
					    .part = part,
					    .microjoules = 1e6 * joules,
					    .low = NAN,
					    .high = NAN,
					    .cpu_ns = cpu_ns,
					    .n = n,
					    .time_ns = trial->begin_ns };
	arena_append(arena, &stack, sizeof(stack));
}

/* What samples of a node have together. */
static void add_node(const struct export_trial *trial, size_t node,
		     const struct function_part *part, struct arena *arena)
{
	struct figure figure = function_joules(trial->tree->group, part);
	const struct export_stack stack = {
		.trial = trial,
		.node = node,
		.microjoules = 1e6 * part->joules,
		.low = figure.has_interval ? 1e6 * figure.low : NAN,
		.high = figure.has_interval ? 1e6 * figure.high : NAN,
		.cpu_ns = part->n * sample_ns(trial),
		.n = part->n,
		.time_ns = trial->begin_ns,
	};
	arena_append(arena, &stack, sizeof(stack));
}

/* What sampled functions had, and what is in none of them. timed: of each node, by its place, what was added
 * already; or NULL. */
static void add_tree(const struct export_trial *trial, const struct function_part *timed,
		     struct arena *arena)
{
	const struct export_tree *tree = trial->tree;
	double joules = trial->joules;
	for (size_t i = 0; i < tree->n_nodes; i++) {
		size_t node = tree->order[i];
		struct function_part part = tree->nodes[node - 1].part;
		joules -= part.joules;
		if (timed && timed[node - 1].n >= part.n && part.n > 0)
			continue;
		if (timed) {
			part.n -= timed[node - 1].n;
			part.joules -= timed[node - 1].joules;
		}
		if (part.n > 0 || part.joules > 0)
			add_node(trial, node, &part, arena);
	}
	add_part(trial, "(outside every stack)", joules, unsampled_ns(trial), 0, arena);
	if (tree->group->n_lost > 0)
		add_part(trial, "(records that were lost)", 0, 0, tree->group->n_lost,
			 arena);
}

/* Each sample, in whole microjoules: what rounding leaves goes to the node's next. */
static void add_samples(const struct export_trial *trial, struct arena *arena)
{
	const struct export_tree *tree = trial->tree;
	double ns = sample_ns(trial);
	struct function_part *timed = arena_room(arena,
						 (tree->n_nodes + 1) * sizeof(*timed));
	double *left = arena_room(arena, (tree->n_nodes + 1) * sizeof(*left));
	for (size_t i = 0; i < tree->n_samples; i++) {
		const struct export_sample *sample = &tree->samples[i];
		size_t at = sample->node - 1;
		double microjoules = 1e6 * sample->joules + left[at];
		double whole = fmax(round(microjoules), 0);
		const struct export_stack stack = {
			.trial = trial,
			.node = sample->node,
			.microjoules = whole,
			.low = NAN,
			.high = NAN,
			.cpu_ns = ns,
			.n = 1,
			.time_ns = sample->time_ns,
			.thread = sample->thread,
		};
		arena_append(arena, &stack, sizeof(stack));
		left[at] = microjoules - whole;
		timed[at].n++;
		timed[at].joules += sample->joules;
	}
	add_tree(trial, timed, arena);
}

static void add_regions(const struct export_data *data, const struct export_trial *trial)
{
	bool has_regions = false;
	for (size_t i = 0; i < data->n_series; i++) {
		const struct export_series *series = &data->series[i];
		if (series->trial_id != trial->trial_id ||
		    (series->kind != EXPORT_REGION && series->kind != EXPORT_OUTSIDE))
			continue;
		const struct export_stack part = { .trial = trial,
						   .part = series->name,
						   .microjoules = 1e6 * series->amount,
						   .low = 1e6 * series->low,
						   .high = 1e6 * series->high,
						   .cpu_ns = 1e9 * series->cpu_s,
						   .n = series->n,
						   .time_ns = trial->begin_ns };
		arena_append(data->arena, &part, sizeof(part));
		has_regions = true;
	}
	if (!has_regions && isfinite(trial->joules))
		add_part(trial, NULL, trial->joules, 0, 0, data->arena);
}

static const struct export_stack *all_stacks(const struct export_data *data, bool has_times,
					     size_t *n)
{
	for (size_t i = 0; i < data->n_trials; i++) {
		const struct export_trial *trial = &data->trials[i];
		if (!trial->tree)
			add_regions(data, trial);
		else if (has_times)
			add_samples(trial, data->arena);
		else
			add_tree(trial, NULL, data->arena);
	}
	*n = arena_appended(data->arena) / sizeof(struct export_stack);
	return arena_take(data->arena);
}

const struct export_stack *export_stacks(const struct export_data *data, size_t *n)
{
	return all_stacks(data, false, n);
}

const struct export_stack *export_timed_stacks(const struct export_data *data, size_t *n)
{
	return all_stacks(data, true, n);
}

const char *export_samples_words(const struct export_data *data)
{
	bool has_trees = false, has_others = false;
	for (size_t i = 0; i < data->n_trials; i++) {
		has_trees = has_trees || data->trials[i].tree;
		has_others = has_others || !data->trials[i].tree;
	}
	return has_trees && has_others
		   ? "samples: stacks that were sampled, or how often a region was "
		     "entered; "
		     "cpu: CPU time in the function, or the region, alone"
	       : has_trees
		   ? "samples: stacks that were sampled; cpu: CPU time in the function "
		     "alone"
		   : "samples: how often a region was entered; cpu: CPU time in it alone";
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

void export_put_path(const struct export_data *data, const struct export_stack *stack,
		     FILE *out)
{
	size_t path[EXPORT_DEPTH_MOST + 1], n = 0;
	const struct export_tree *tree = stack->trial->tree;
	if (stack->part)
		put_frame(data, stack->part, out);
	if (stack->node > 0)
		n = export_path(tree, stack->node, path);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			fputc(';', out);
		put_frame(data, tree->frames[path[i]].brief, out);
	}
}

void export_folded(const struct export_data *data, FILE *out)
{
	size_t n;
	const struct export_stack *stacks = export_stacks(data, &n);
	for (size_t i = 0; i < n; i++) {
		put_frame(data, stack_root(&stacks[i], data), out);
		if (stacks[i].part || stacks[i].node > 0)
			fputc(';', out);
		export_put_path(data, &stacks[i], out);
		fprintf(out, " %" PRId64 "\n", export_whole(stacks[i].microjoules));
	}
}

static int add_frame(json_t *frames, const char *name)
{
	json_array_append_new(frames, json_pack("{s:o}", "name", json_text(name)));
	return (int)json_array_size(frames) - 1;
}

/* Those of the trial's tree. Returns where they begin. */
static int add_frames(const struct export_tree *tree, json_t *frames)
{
	int first = (int)json_array_size(frames);
	for (size_t i = 0; tree && i < tree->n_frames; i++) {
		const struct export_frame *frame = &tree->frames[i];
		json_t *object = json_pack("{s:o}", "name", json_text(frame->label));
		if (frame->file)
			json_object_set_new(object, "file", json_text(frame->file));
		if (frame->file && frame->line > 0)
			json_object_set_new(object, "line", json_integer(frame->line));
		json_array_append_new(frames, object);
	}
	return first;
}

static json_t *speedscope_stack(const struct export_stack *stack, int root, int first,
				json_t *frames)
{
	size_t path[EXPORT_DEPTH_MOST + 1], n = 0;
	json_t *places = json_pack("[i]", root);
	if (stack->part)
		json_array_append_new(places, json_integer(add_frame(frames, stack->part)));
	if (stack->node > 0)
		n = export_path(stack->trial->tree, stack->node, path);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(places, json_integer(first + (json_int_t)path[i]));
	return places;
}

/* All of one trial, whose frame stands below the others. */
static json_t *speedscope_profile(const struct export_stack *stacks, size_t n,
				  json_t *frames)
{
	json_t *samples = json_array(), *weights = json_array();
	double sum = 0;
	int root = add_frame(frames, stacks[0].trial->name);
	int first = add_frames(stacks[0].trial->tree, frames);
	for (size_t i = 0; i < n; i++) {
		double weight = fmax(stacks[i].microjoules, 0);
		json_array_append_new(samples,
				      speedscope_stack(&stacks[i], root, first, frames));
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
