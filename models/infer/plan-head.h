/* models/infer/plan-head.h - the head after a segment of a plan: from the maximum over time and the
 * profile to logits. */
#ifndef JOULECART_MODELS_PLAN_HEAD_H
#define JOULECART_MODELS_PLAN_HEAD_H
#include "models/infer/plan.h"

/* Builds a head of head->batch. */
void plan_head_create(struct plan *plan, struct plan_head *head,
		      const struct segment *segment, const struct weights *weights);

/* The smallest of the segment's heads that holds n queries, at most plan->batch; the plan owns it. */
struct plan_head *plan_head_for(const struct plan *plan, const struct segment *segment,
				size_t n);

/* From the segment's pooled features to head->logits. */
void plan_head_run(struct plan *plan, const struct segment *segment, struct plan_head *head,
		   const struct features *features, size_t n);

#endif
