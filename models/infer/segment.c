/* models/infer/segment.c - see segment.h. */
#include <config.h>

#include "models/infer/segment.h"

#include "models/data/features.h"
#include "models/infer/plan-part.h"
#include "models/infer/sparse.h"
#include "models/kernels/head.h"

static void run_sparse(struct plan *plan, struct segment *segment, size_t n)
{
	size_t part = plan_part(plan, "sparse stages", 0, 0);
	plan_part_begin(plan, part);
	sparse_body_run(segment->sparse, tensor_data(&segment->input), n,
			tensor_data(&segment->pooled));
	plan_part_end(plan, part);
}

void segment_run(struct plan *plan, struct segment *segment,
		 const struct features *features, const size_t *rows, size_t n)
{
	size_t channels = plan->shape.stages[segment->last - 1].out;
	float *joined = tensor_data(&segment->joined);
	const float *pooled = tensor_data(&segment->pooled);
	if (segment->sparse)
		run_sparse(plan, segment, n);
	else
		plan_run_ops(plan, &segment->body);
	for (size_t b = 0; b < n; b++)
		head_join(pooled + b * channels, &features[rows[b]], 1, channels,
			  joined + b * (channels + FEATURE_PROFILE));
	plan_run_ops(plan, &segment->gating);
	head_gate(joined, tensor_data(&segment->gate), n, channels,
		  tensor_data(&segment->gated));
	plan_run_ops(plan, &segment->classify);
}

struct segment *segment_for(const struct plan *plan, size_t at, size_t n)
{
	size_t size = plan->n_sizes - 1;
	while (plan->batch >> size < n)
		size--;
	return &plan->segments[at * plan->n_sizes + size];
}
