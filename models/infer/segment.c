/* models/infer/segment.c - see segment.h. */
#include <config.h>

#include "models/infer/segment.h"

#include "models/infer/body.h"
#include "models/infer/plan-head.h"
#include "models/infer/plan-part.h"
#include "models/infer/sparse.h"

float *segment_input(const struct plan *plan, const struct segment *segment)
{
	return tensor_data(&body_for(plan, segment)->input);
}

static void run_sparse(struct plan *plan, const struct segment *segment, size_t n)
{
	plan_part_begin(plan, PART_SPARSE);
	sparse_body_run(segment->sparse, segment_input(plan, segment), plan->spans, n,
			segment->pooled);
	plan_part_end(plan, PART_SPARSE);
}

const float *segment_run(struct plan *plan, struct segment *segment,
			 const struct features *features, size_t n)
{
	struct body *body = body_for(plan, segment);
	struct plan_head *head = plan_head_for(plan, segment, n);
	if (segment->sparse)
		run_sparse(plan, segment, n);
	else
		body_run(plan, segment, body, n);
	plan_head_run(plan, segment, head, features, n);
	segment->ran = segment->sparse ? NULL : body;
	segment->led = head;
	segment->n = n;
	segment->positions = plan->positions;
	return tensor_data(&head->logits);
}
