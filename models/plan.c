/* models/plan.c - see plan.h. */
#include <config.h>

#include "models/plan.h"

#include "base/problem.h"
#include "models/embedding.h"
#include "models/features.h"
#include "models/head.h"
#include "models/plan-layer.h"

#include <stdlib.h>

/* What a stage hands to the next one: u8 up to the next one's calibrated input, when both are
 * integer layers; else floats. */
static float handed_on(const struct plan *plan, const struct weights *weights, size_t stage)
{
	if (stage == plan->shape.n_stages)
		return 0.0f;
	struct model_layer layer = model_layer(weights, "stage%zu.conv", stage);
	struct model_layer next = model_layer(weights, "stage%zu.conv", stage + 1);
	return layer.scale && next.scale ? next.input_max : 0.0f;
}

static struct values add_stages(struct plan *plan, const struct weights *weights)
{
	struct values x = { .tensor = plan->embedded };
	for (size_t stage = 1; stage <= plan->shape.n_stages; stage++) {
		const struct stage_shape *at = &plan->shape.stages[stage - 1];
		struct layer_shape shape = { .batch = plan->batch,
					     .length = FEATURE_LENGTH,
					     .in = at->in,
					     .out = at->out,
					     .kernel = at->kernel };
		struct model_layer layer = model_layer(weights, "stage%zu.conv", stage);
		x = plan_add_layer(plan, &plan->body, &layer, &shape, RELU, x, stage == 1,
				   handed_on(plan, weights, stage));
	}
	return x;
}

static struct tensor add_dense(struct plan *plan, struct ops *ops,
			       const struct weights *weights, const char *format,
			       enum activation activation, const struct tensor *src)
{
	struct model_layer layer = model_layer(weights, format, plan->shape.n_stages);
	struct layer_shape shape = { .batch = plan->batch,
				     .in = layer.weight->dims[1],
				     .out = layer.weight->dims[0] };
	struct values x = { .tensor = *src };
	return plan_add_layer(plan, ops, &layer, &shape, activation, x, false, 0.0f).tensor;
}

static void add_head(struct plan *plan, const struct weights *weights,
		     const struct values *x)
{
	struct compute *compute = &plan->compute;
	size_t channels = plan->shape.stages[plan->shape.n_stages - 1].out;
	struct layer_shape pooled = { .batch = plan->batch,
				      .length = FEATURE_LENGTH,
				      .out = channels };
	dnnl_memory_desc_t row = desc_of(
	    dnnl_f32, dnnl_nc, 2, (size_t[]){ plan->batch, channels + FEATURE_PROFILE });
	struct pool pool;
	pool_create(compute, &pool, &pooled, &x->tensor, NULL);
	if (pool.forward.primitive)
		plan->body.op[plan->body.n++] = pool.forward;
	plan->pooled = pool.dst;
	plan->joined = tensor_new(compute, &row);
	plan->gated = tensor_new(compute, &row);
	plan->gate = add_dense(plan, &plan->gating, weights, "head%zu.gate", LOGISTIC,
			       &plan->joined);
	struct tensor hidden = add_dense(plan, &plan->classify, weights, "head%zu.hidden",
					 RELU, &plan->gated);
	plan->logits = add_dense(plan, &plan->classify, weights, "head%zu.out", LINEAR,
				 &hidden);
}

static void build(struct plan *plan, const struct weights *weights)
{
	compute_open(&plan->compute);
	plan->table = *weights_find(weights, "embedding.weight");
	if (plan->table.type == WEIGHT_I8)
		plan->table_scale = weights_find(weights, "embedding.scale")->data;
	dnnl_memory_desc_t embedded = desc_of(
	    dnnl_f32, dnnl_nwc, 3,
	    (size_t[]){ plan->batch, plan->shape.embed, FEATURE_LENGTH });
	plan->embedded = tensor_new(&plan->compute, &embedded);
	struct values x = add_stages(plan, weights);
	add_head(plan, weights, &x);
}

struct plan *plan_create(const struct weights *weights, size_t batch, struct problem *why)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	if (!plan) {
		problem_what(why, "cannot prepare the model: out of memory");
		return NULL;
	}
	plan->batch = batch;
	if (model_shape_of(weights, &plan->shape, why) == 0) {
		build(plan, weights);
		if (compute_check(&plan->compute, why) == 0)
			return plan;
	}
	plan_free(plan);
	return NULL;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	compute_close(&plan->compute);
	free(plan);
}

static void run_all(struct compute *compute, const struct ops *ops)
{
	for (size_t i = 0; i < ops->n; i++)
		op_run(compute, &ops->op[i]);
}

const float *plan_run(struct plan *plan, const struct features *features, size_t n,
		      struct problem *why)
{
	size_t row = FEATURE_LENGTH * plan->shape.embed;
	size_t channels = plan->shape.stages[plan->shape.n_stages - 1].out;
	float *embedded = tensor_data(&plan->embedded);
	for (size_t b = 0; b < n; b++)
		embedding_forward(&plan->table, plan->table_scale, &features[b],
				  FEATURE_LENGTH, embedded + b * row);
	run_all(&plan->compute, &plan->body);
	head_join(tensor_data(&plan->pooled), features, n, channels,
		  tensor_data(&plan->joined));
	run_all(&plan->compute, &plan->gating);
	head_gate(tensor_data(&plan->joined), tensor_data(&plan->gate), n, channels,
		  tensor_data(&plan->gated));
	run_all(&plan->compute, &plan->classify);
	return compute_check(&plan->compute, why) == 0 ? tensor_data(&plan->logits) : NULL;
}
