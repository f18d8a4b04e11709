/* models/infer/segment.c - see segment.h. */
#include <config.h>

#include "models/infer/segment.h"

#include "models/data/features.h"
#include "models/infer/sparse.h"
#include "models/kernels/head.h"

static void run_all(struct compute *compute, const struct ops *ops)
{
	for (size_t i = 0; i < ops->n; i++)
		op_run(compute, &ops->op[i]);
}

void segment_run(struct plan *plan, struct segment *segment,
		 const struct features *features, const size_t *rows, size_t n)
{
	size_t channels = plan->shape.stages[segment->last - 1].out;
	float *joined = tensor_data(&segment->joined);
	const float *pooled = tensor_data(&segment->pooled);
	if (segment->sparse)
		sparse_body_run(segment->sparse, tensor_data(&segment->input), n,
				tensor_data(&segment->pooled));
	else
		run_all(&plan->compute, &segment->body);
	for (size_t b = 0; b < n; b++)
		head_join(pooled + b * channels, &features[rows[b]], 1, channels,
			  joined + b * (channels + FEATURE_PROFILE));
	run_all(&plan->compute, &segment->gating);
	head_gate(joined, tensor_data(&segment->gate), n, channels,
		  tensor_data(&segment->gated));
	run_all(&plan->compute, &segment->classify);
}

struct segment *segment_for(const struct plan *plan, size_t at, size_t n)
{
	size_t size = plan->n_sizes - 1;
	while (plan->batch >> size < n)
		size--;
	return &plan->segments[at * plan->n_sizes + size];
}
