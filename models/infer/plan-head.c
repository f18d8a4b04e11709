/* models/infer/plan-head.c - see plan-head.h. */
#include <config.h>

#include "models/infer/plan-head.h"

#include "models/data/features.h"
#include "models/infer/plan-layer.h"
#include "models/infer/plan-part.h"
#include "models/kernels/head.h"

/* One of the head's dense layers. */
struct dense {
	const char *format; /* of its name */
	enum activation activation;
};

static struct values add_dense(struct plan *plan, struct plan_head *head, struct ops *ops,
			       const struct weights *weights, size_t stage,
			       struct dense dense, struct values src)
{
	struct model_layer layer = model_layer(weights, dense.format, stage);
	struct layer_shape shape = { .batch = head->batch,
				     .in = layer.weight->dims[1],
				     .out = layer.weight->dims[0] };
	return plan_add_layer(
	    plan, ops, &layer, &shape, src,
	    (struct wanted){ .type = dnnl_f32, .activation = dense.activation },
	    &head->layers[head->n_layers++]);
}

void plan_head_create(struct plan *plan, struct plan_head *head,
		      const struct segment *segment, const struct weights *weights)
{
	const struct stage_shape *at = &plan->shape.stages[segment->last - 1];
	size_t stage = segment->last, width = at->out + FEATURE_PROFILE;
	dnnl_memory_desc_t row = desc_of(dnnl_f32, dnnl_nc, 2,
					 (size_t[]){ head->batch, width });
	head->joined = tensor_new(&plan->compute, &row);
	head->gated = tensor_new(&plan->compute, &row);
	head->gate = add_dense(plan, head, &head->gating, weights, stage,
			       (struct dense){ "head%zu.gate", LOGISTIC },
			       (struct values){ .tensor = head->joined })
			 .tensor;
	struct values x = { .tensor = head->gated };
	if (at->head_rank)
		x = add_dense(plan, head, &head->classify, weights, stage,
			      (struct dense){ "head%zu.reduce", LINEAR }, x);
	x = add_dense(plan, head, &head->classify, weights, stage,
		      (struct dense){ "head%zu.hidden", RELU }, x);
	x = add_dense(plan, head, &head->classify, weights, stage,
		      (struct dense){ "head%zu.out", LINEAR }, x);
	head->logits = x.tensor;
}

struct plan_head *plan_head_for(const struct plan *plan, const struct segment *segment,
				size_t n)
{
	size_t i = plan->n_sizes - 1;
	while (segment->heads[i].batch < n)
		i--;
	return &segment->heads[i];
}

void plan_head_run(struct plan *plan, const struct segment *segment, struct plan_head *head,
		   const struct features *features, size_t n)
{
	size_t channels = plan->shape.stages[segment->last - 1].out;
	float *joined = tensor_data(&head->joined);
	for (size_t b = 0; b < n; b++)
		head_join(segment->pooled + b * channels, &features[plan->rows[b]], 1,
			  channels, joined + b * (channels + FEATURE_PROFILE));
	plan_run_ops(plan, &head->gating);
	head_gate(joined, tensor_data(&head->gate), n, channels, tensor_data(&head->gated));
	plan_run_ops(plan, &head->classify);
}
