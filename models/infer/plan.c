/* models/infer/plan.c - see plan.h. */
#include <config.h>

#include "models/infer/plan.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/infer/plan-exit.h"
#include "models/infer/plan-layer.h"
#include "models/infer/plan-part.h"
#include "models/infer/segment.h"
#include "models/infer/sparse.h"
#include "models/kernels/embedding.h"

#include <stdlib.h>
#include <string.h>

/* A convolution and where it stands. */
struct place {
	size_t stage;
	struct chain_link link;
	bool is_last; /* of its chain */
};

enum { MAX_PLACES = MODEL_MAX_STAGES * MODEL_MAX_CHAIN };

static size_t places_of(const struct model_shape *shape, const struct segment *segment,
			struct place places[MAX_PLACES])
{
	size_t n = 0;
	for (size_t stage = segment->first; stage <= segment->last; stage++) {
		struct chain_link links[MODEL_MAX_CHAIN];
		size_t n_links = model_chain(&shape->stages[stage - 1], links);
		for (size_t i = 0; i < n_links; i++)
			places[n++] = (struct place){ stage, links[i], i + 1 == n_links };
	}
	return n;
}

/* What a convolution hands to the next one: u8 up to that one's calibrated input, or bf16,
 * when both are of that kind; else floats. What is not activated may be negative. */
static struct wanted handed_on(const struct weights *weights, const struct place *at,
			       const struct place *next)
{
	struct model_layer layer = model_layer(weights, at->link.format, at->stage);
	struct model_layer then = model_layer(weights, next->link.format, next->stage);
	if (layer.scale && then.scale && at->is_last)
		return (struct wanted){ .type = dnnl_u8, .max = then.input_max };
	if (layer.weight->type == WEIGHT_BF16 && then.weight->type == WEIGHT_BF16)
		return (struct wanted){ .type = dnnl_bf16 };
	return (struct wanted){ .type = dnnl_f32 };
}

static struct values add_stages(struct plan *plan, struct segment *segment,
				const struct weights *weights)
{
	struct place places[MAX_PLACES];
	size_t n = places_of(&plan->shape, segment, places);
	struct values x = { .tensor = segment->input };
	for (size_t i = 0; i < n; i++) {
		const struct place *at = &places[i];
		struct layer_shape shape = { .batch = segment->batch,
					     .length = FEATURE_LENGTH,
					     .in = at->link.in,
					     .out = at->link.out,
					     .kernel = at->link.kernel,
					     .depthwise = at->link.depthwise };
		struct model_layer layer = model_layer(weights, at->link.format, at->stage);
		bool signed_src = i == 0 ? at->stage == 1 : !places[i - 1].is_last;
		struct wanted wanted = { .type = dnnl_f32 };
		if (i + 1 < n)
			wanted = handed_on(weights, at, &places[i + 1]);
		wanted.activation = at->is_last ? RELU : LINEAR;
		x = plan_add_layer(plan, &segment->body, &layer, &shape, x, signed_src,
				   wanted);
	}
	return x;
}

static struct tensor add_dense(struct plan *plan, struct segment *segment, struct ops *ops,
			       const struct weights *weights, const char *format,
			       enum activation activation, const struct tensor *src)
{
	struct model_layer layer = model_layer(weights, format, segment->last);
	struct layer_shape shape = { .batch = segment->batch,
				     .in = layer.weight->dims[1],
				     .out = layer.weight->dims[0] };
	struct values x = { .tensor = *src };
	/* What the low-rank reduction puts out, alone, may be negative. */
	bool signed_src = shape.in == plan->shape.stages[segment->last - 1].head_rank;
	return plan_add_layer(plan, ops, &layer, &shape, x, signed_src,
			      (struct wanted){ .type = dnnl_f32, .activation = activation })
	    .tensor;
}

static void add_pool(struct plan *plan, struct segment *segment)
{
	struct layer_shape pooled = { .batch = segment->batch,
				      .length = FEATURE_LENGTH,
				      .out = plan->shape.stages[segment->last - 1].out };
	struct pool pool;
	pool_create(&plan->compute, &pool, &pooled, &segment->output, NULL);
	pool.forward.part = plan_part(plan, "pool", 0, 0);
	if (pool.forward.primitive)
		segment->body.op[segment->body.n++] = pool.forward;
	segment->pooled = pool.dst;
}

static void add_head(struct plan *plan, struct segment *segment,
		     const struct weights *weights)
{
	size_t channels = plan->shape.stages[segment->last - 1].out;
	dnnl_memory_desc_t row = desc_of(
	    dnnl_f32, dnnl_nc, 2, (size_t[]){ segment->batch, channels + FEATURE_PROFILE });
	segment->joined = tensor_new(&plan->compute, &row);
	segment->gated = tensor_new(&plan->compute, &row);
	segment->gate = add_dense(plan, segment, &segment->gating, weights, "head%zu.gate",
				  LOGISTIC, &segment->joined);
	struct tensor x = segment->gated;
	if (plan->shape.stages[segment->last - 1].head_rank)
		x = add_dense(plan, segment, &segment->classify, weights, "head%zu.reduce",
			      LINEAR, &x);
	x = add_dense(plan, segment, &segment->classify, weights, "head%zu.hidden", RELU,
		      &x);
	segment->logits = add_dense(plan, segment, &segment->classify, weights,
				    "head%zu.out", LINEAR, &x);
}

/* before: the segment whose output this one reads; NULL for the first. */
static void build_segment(struct plan *plan, struct segment *segment,
			  const struct segment *before, const struct weights *weights)
{
	dnnl_memory_desc_t embedded = desc_of(
	    dnnl_f32, dnnl_nwc, 3,
	    (size_t[]){ segment->batch, plan->shape.embed, FEATURE_LENGTH });
	segment->input = before ? before->output : tensor_new(&plan->compute, &embedded);
	segment->output = add_stages(plan, segment, weights).tensor;
	add_pool(plan, segment);
	add_head(plan, segment, weights);
	struct problem unused;
	/* Where there are no sparse kernels, the dense ones answer the same. */
	if (plan->rule == EXIT_NEVER && sparse_pays(weights, &plan->shape))
		segment->sparse = sparse_body_create(weights, &plan->shape, segment->batch,
						     &unused);
}

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

static int build_segments(struct plan *plan, const struct weights *weights,
			  struct problem *why)
{
	size_t stages[MODEL_MAX_STAGES];
	plan->n_exits = exits_of(plan, stages);
	plan->n_sizes = 1;
	while (plan->rule != EXIT_NEVER && plan->batch >> plan->n_sizes)
		plan->n_sizes++;
	size_t n = plan->n_exits * plan->n_sizes;
	plan->segments = calloc(n, sizeof(*plan->segments));
	plan->depth = calloc(plan->batch, sizeof(*plan->depth));
	plan->rows = calloc(plan->batch, sizeof(*plan->rows));
	plan->answers = calloc(plan->batch * plan->shape.classes, sizeof(float));
	if (!plan->segments || !plan->depth || !plan->rows || !plan->answers)
		return problem_what(why, "cannot prepare the model: out of memory");
	memset(plan->depth, (int)plan->shape.n_stages, plan->batch);
	for (size_t i = 0; i < n; i++) {
		size_t at = i / plan->n_sizes;
		struct segment *segment = &plan->segments[i];
		segment->batch = plan->batch >> i % plan->n_sizes;
		segment->first = at ? stages[at - 1] + 1 : 1;
		segment->last = stages[at];
		build_segment(plan, segment, at ? segment - plan->n_sizes : NULL, weights);
	}
	return 0;
}

/* Emulated bf16 would cost more than f32 and pass for the real one. */
static int check_types(const struct weights *weights, struct problem *why)
{
	const struct weight *table = weights_find(weights, "embedding.weight");
	if (table->type != WEIGHT_BF16 || compute_has_bf16())
		return 0;
	problem_what(why, "cannot run in bf16");
	problem_todo(why, "take another variant, as int8");
	return problem_why(why,
			   "this CPU has no arithmetic for it (oneDNN's kernels are for "
			   "%s), and emulating it would save nothing",
			   compute_isa());
}

static int build(struct plan *plan, const struct weights *weights, struct problem *why)
{
	if (model_shape_of(weights, &plan->shape, why) < 0 || check_types(weights, why) < 0)
		return -1;
	plan->rule = exit_rule_of(weights, &plan->threshold);
	compute_open(&plan->compute);
	plan_part(plan, "embedding", 0, 0);
	plan_part(plan, "sparse stages", 0, 0);
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

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; plan->segments && i < plan->n_exits * plan->n_sizes; i++)
		sparse_body_free(plan->segments[i].sparse);
	compute_close(&plan->compute);
	free(plan->segments);
	free(plan->depth);
	free(plan->rows);
	free(plan->answers);
	free(plan);
}

const float *plan_run(struct plan *plan, const struct features *features, size_t n,
		      struct problem *why)
{
	size_t row = FEATURE_LENGTH * plan->shape.embed;
	struct segment *first = segment_for(plan, 0, n);
	float *embedded = tensor_data(&first->input);
	const float *answers = plan->answers;
	size_t embedding = plan_part(plan, "embedding", 0, 0);
	plan_part_begin(plan, embedding);
	for (size_t b = 0; b < n; b++) {
		plan->rows[b] = b;
		embedding_forward(&plan->table, plan->table_scale, &features[b],
				  FEATURE_LENGTH, embedded + b * row);
	}
	plan_part_end(plan, embedding);
	if (plan->rule != EXIT_NEVER) {
		plan_run_exits(plan, features, n);
	} else {
		segment_run(plan, first, features, plan->rows, n);
		answers = tensor_data(&first->logits);
	}
	return compute_check(&plan->compute, why) == 0 ? answers : NULL;
}

const char *plan_kernels(const struct plan *plan)
{
	return plan->segments[0].sparse ? "sparse" : "dense";
}
