/* models/infer/plan-part.h - the parts of a plan that can be told apart while it runs. */
#ifndef JOULECART_MODELS_PLAN_PART_H
#define JOULECART_MODELS_PLAN_PART_H
#include "models/infer/plan.h"

/* What is no layer: the first of a plan's parts. */
enum { PART_EMBEDDING, PART_SPARSE, PART_POOL };
void plan_add_fixed_parts(struct plan *plan);

/* The index of the part of that name, which is added if it is new. Never fails: where there is no room
 * for more it is the last one's. weight_bytes: see struct plan_part. */
size_t plan_part(struct plan *plan, const char *name, double weight_bytes);

void plan_part_begin(const struct plan *plan, size_t part);
void plan_part_end(const struct plan *plan, size_t part);

/* Runs the ops, each as its part. */
void plan_run_ops(struct plan *plan, const struct ops *ops);
/* Counts the ops as though they had run. */
void plan_count_ops(struct plan *plan, const struct ops *ops);

#endif
