/* models/infer/plan.c - see plan.h. */
#include <config.h>

#include "models/infer/plan.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/infer/body.h"
#include "models/infer/plan-exit.h"
#include "models/infer/plan-head.h"
#include "models/infer/plan-part.h"
#include "models/infer/segment.h"
#include "models/infer/shallow.h"
#include "models/infer/sparse.h"
#include "models/kernels/embedding.h"
#include "models/kernels/picture-input.h"

#include <stdlib.h>
#include <string.h>

/* The stages that have a head, when those may answer; else the last one alone. */
static size_t exits_of(const struct plan *plan, size_t stages[MODEL_MAX_STAGES])
{
	size_t n = 0, last = plan->shape.n_stages;
	for (size_t stage = 1; stage < last; stage++)
		if (plan->rule != EXIT_NEVER && model_has_head(&plan->shape, stage))
			stages[n++] = stage;
	stages[n++] = last;
	return n;
}

static bool reads_pictures(const struct plan *plan)
{
	return model_task(&plan->shape) == TASK_MIRROR;
}

/* The lengths of sequence that there are kernels for: those of one query, and then none is more than an
 * eighth longer than the one before, so that no more than that is computed in vain. Of pictures, which are
 * all of one size, how many there are. */
static void choose_lengths(struct plan *plan)
{
	size_t up[PLAN_MAX_LENGTHS], n = 0;
	size_t longest_query = reads_pictures(plan) ? 1 : FEATURE_LENGTH;
	size_t longest = plan->batch * (longest_query + plan->gap) - plan->gap;
	for (; !reads_pictures(plan) && n < N_FEATURE_LENGTHS - 1; n++)
		up[n] = feature_lengths[n];
	for (size_t length = longest_query; length < longest && n < PLAN_MAX_LENGTHS - 1;
	     length += length < 8 ? 1 : length / 8)
		up[n++] = length;
	plan->lengths[0] = longest;
	for (size_t i = 0; i < n; i++)
		plan->lengths[n - i] = up[i];
	plan->n_lengths = n + 1;
}

static int allocate_segment(const struct plan *plan, struct segment *segment)
{
	size_t channels = plan->shape.stages[segment->last - 1].out;
	segment->bodies = calloc(plan->n_lengths, sizeof(*segment->bodies));
	segment->heads = calloc(plan->n_sizes, sizeof(*segment->heads));
	segment->pooled = calloc(plan->batch * channels, sizeof(float));
	return segment->bodies && segment->heads && segment->pooled ? 0 : -1;
}

static int allocate(struct plan *plan)
{
	size_t stages[MODEL_MAX_STAGES];
	plan->n_exits = exits_of(plan, stages);
	plan->n_sizes = 1;
	while (plan->rule != EXIT_NEVER && plan->batch >> plan->n_sizes)
		plan->n_sizes++;
	plan->segments = calloc(plan->n_exits, sizeof(*plan->segments));
	plan->depth = calloc(plan->batch, sizeof(*plan->depth));
	plan->rows = calloc(plan->batch, sizeof(*plan->rows));
	plan->spans = calloc(plan->batch, sizeof(*plan->spans));
	plan->answers = calloc(plan->batch * plan->shape.classes, sizeof(float));
	if (!plan->segments || !plan->depth || !plan->rows || !plan->spans ||
	    !plan->answers)
		return -1;
	memset(plan->depth, (int)plan->shape.n_stages, plan->batch);
	for (size_t at = 0; at < plan->n_exits; at++) {
		plan->segments[at].first = at ? stages[at - 1] + 1 : 1;
		plan->segments[at].last = stages[at];
		if (allocate_segment(plan, &plan->segments[at]) < 0)
			return -1;
	}
	return 0;
}

/* The bodies of all segments for one length of sequence. */
static void build_bodies(struct plan *plan, const struct weights *weights, size_t length)
{
	const struct body *before = NULL;
	plan->buffers.next = 0;
	plan->buffers.is_open = true;
	for (size_t at = 0; at < plan->n_exits; at++) {
		struct body *body = &plan->segments[at].bodies[length];
		body->positions = plan->lengths[length];
		body_create(plan, body, &plan->segments[at], before, weights);
		before = body;
	}
	plan->buffers.is_open = false;
}

static void build_heads(struct plan *plan, const struct weights *weights)
{
	for (size_t i = 0; i < plan->n_exits * plan->n_sizes; i++) {
		struct segment *segment = &plan->segments[i / plan->n_sizes];
		struct plan_head *head = &segment->heads[i % plan->n_sizes];
		head->batch = plan->batch >> i % plan->n_sizes;
		plan_head_create(plan, head, segment, weights);
	}
}

static int build_segments(struct plan *plan, const struct weights *weights,
			  struct problem *why)
{
	struct problem unused;
	plan->gap = body_gap(&plan->shape);
	choose_lengths(plan);
	if (allocate(plan) < 0)
		return problem_what(why, "cannot prepare the model: out of memory");
	for (size_t length = 0; length < plan->n_lengths; length++)
		build_bodies(plan, weights, length);
	build_heads(plan, weights);
	/* Where there are no sparse kernels, the dense ones answer the same. */
	if (plan->rule == EXIT_NEVER && sparse_pays(weights, &plan->shape))
		plan->segments[0].sparse = sparse_body_create(weights, &plan->shape,
							      plan->batch, &unused);
	return 0;
}

/* Emulated bf16 would cost more than f32 and pass for the real one. */
static int check_types(const struct weights *weights, struct problem *why)
{
	const struct weight *first = weights_find(weights, "embedding.weight");
	if (!first)
		first = weights_find(weights, "stage1.conv.weight");
	if (!first || first->type != WEIGHT_BF16 || compute_has_bf16())
		return 0;
	problem_what(why, "cannot run in bf16");
	problem_todo(why, "take another variant, as int8");
	return problem_why(why,
			   "this CPU has no arithmetic for it (oneDNN's kernels are for "
			   "%s), and emulating it would save nothing",
			   compute_isa());
}

static int build_shallow(struct plan *plan, const struct weights *weights,
			 struct problem *why)
{
	plan->shallow = shallow_create(weights, why);
	if (!plan->shallow)
		return -1;
	plan->depth = calloc(plan->batch, sizeof(*plan->depth));
	plan->answers = calloc(plan->batch * plan->shape.classes, sizeof(float));
	if (!plan->depth || !plan->answers)
		return problem_what(why, "cannot prepare the model: out of memory");
	memset(plan->depth, 1, plan->batch);
	return compute_check(&plan->compute, why);
}

static int build(struct plan *plan, const struct weights *weights, struct problem *why)
{
	if (model_shape_of(weights, &plan->shape, why) < 0 || check_types(weights, why) < 0)
		return -1;
	plan->rule = exit_rule_of(weights, &plan->threshold);
	compute_open(&plan->compute);
	plan_add_fixed_parts(plan);
	if (plan->shape.is_shallow)
		return build_shallow(plan, weights, why);
	if (!reads_pictures(plan))
		plan->table = *weights_find(weights, "embedding.weight");
	if (plan->table.type == WEIGHT_I8)
		plan->table_scale = weights_find(weights, "embedding.scale")->data;
	return build_segments(plan, weights, why) < 0 ? -1
						      : compute_check(&plan->compute, why);
}

struct plan *plan_create(const struct weights *weights, size_t batch, struct problem *why)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	if (!plan) {
		problem_what(why, "cannot prepare the model: out of memory");
		return NULL;
	}
	plan->batch = batch;
	if (build(plan, weights, why) == 0)
		return plan;
	plan_free(plan);
	return NULL;
}

static void segment_free(struct segment *segment)
{
	sparse_body_free(segment->sparse);
	free(segment->bodies);
	free(segment->heads);
	free(segment->pooled);
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; plan->segments && i < plan->n_exits; i++)
		segment_free(&plan->segments[i]);
	compute_close(&plan->compute);
	shallow_free(plan->shallow);
	free(plan->segments);
	free(plan->depth);
	free(plan->rows);
	free(plan->spans);
	free(plan->answers);
	free(plan);
}

static void lay_out(struct plan *plan, const struct features *features, size_t n)
{
	for (size_t b = 0; b < n; b++) {
		plan->rows[b] = b;
		plan->spans[b].length = reads_pictures(plan)
					    ? 1
					    : features_padded(features[b].n_positions);
	}
	plan->positions = span_lay_out(plan->spans, n, plan->gap);
}

static void embed(struct plan *plan, const struct features *features, size_t n)
{
	const struct body *body = body_for(plan, &plan->segments[0]);
	float *rows = tensor_data(&body->input);
	size_t width = plan->shape.embed;
	if (reads_pictures(plan)) {
		for (size_t b = 0; b < n; b++)
			picture_input(features[b].picture, rows + b * PICTURE_BYTES);
		return;
	}
	for (size_t b = 0; b < n; b++)
		embedding_forward(&plan->table, plan->table_scale, &features[b],
				  plan->spans[b].length,
				  rows + plan->spans[b].begin * width);
	span_clear_gaps(plan->spans, n, body->positions, width * sizeof(float), rows);
}

static const float *run_shallow(struct plan *plan, const struct features *features,
				size_t n)
{
	plan_part_begin(plan, PART_EMBEDDING);
	for (size_t b = 0; b < n; b++)
		shallow_run(plan->shallow, &features[b],
			    plan->answers + b * plan->shape.classes);
	plan_part_end(plan, PART_EMBEDDING);
	return plan->answers;
}

const float *plan_run(struct plan *plan, const struct features *features, size_t n,
		      struct problem *why)
{
	const float *answers = plan->answers;
	if (plan->shallow)
		return run_shallow(plan, features, n);
	for (size_t at = 0; at < plan->n_exits; at++)
		plan->segments[at].ran = NULL, plan->segments[at].led = NULL;
	plan_part_begin(plan, PART_EMBEDDING);
	lay_out(plan, features, n);
	embed(plan, features, n);
	plan_part_end(plan, PART_EMBEDDING);
	if (plan->rule != EXIT_NEVER)
		plan_run_exits(plan, features, n);
	else
		answers = segment_run(plan, &plan->segments[0], features, n);
	return compute_check(&plan->compute, why) == 0 ? answers : NULL;
}

void plan_count_work(struct plan *plan, const struct features *features, size_t n)
{
	if (plan->shallow)
		return;
	lay_out(plan, features, n);
	for (size_t at = 0; at < plan->n_exits; at++) {
		const struct segment *segment = &plan->segments[at];
		const struct body *body = body_for(plan, segment);
		const struct plan_head *head = plan_head_for(plan, segment, n);
		for (size_t i = 0; !segment->sparse && i < body->n_layers; i++)
			plan_count_ops(plan, &body->layers[i].ops);
		plan_count_ops(plan, &head->gating);
		plan_count_ops(plan, &head->classify);
	}
}

size_t plan_layers(const struct plan *plan, struct plan_layer layers[PLAN_MAX_LAYERS])
{
	size_t n = 0;
	for (size_t at = 0; at < plan->n_exits; at++) {
		const struct segment *segment = &plan->segments[at];
		for (size_t i = 0; segment->ran && i < segment->ran->n_layers; i++, n++) {
			layers[n] = segment->ran->layers[i].layer;
			layers[n].n_input = segment->positions * layers[n].width;
		}
		for (size_t i = 0; segment->led && i < segment->led->n_layers; i++, n++) {
			layers[n] = segment->led->layers[i];
			layers[n].n_input = segment->n * layers[n].width;
		}
	}
	return n;
}

const char *plan_kernels(const struct plan *plan)
{
	if (plan->shallow)
		return "no";
	return plan->segments[0].sparse ? "sparse" : "dense";
}
