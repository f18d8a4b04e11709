/* models/infer/plan-exit.h - how a plan with an exit rule runs: after each head, the queries whose
 * answer is sure enough leave, and the others go on in a smaller batch. */
#ifndef JOULECART_MODELS_PLAN_EXIT_H
#define JOULECART_MODELS_PLAN_EXIT_H
#include "models/infer/plan.h"

/* From the first segment's input, with plan->rows = 0 .. n - 1, to plan->answers and depth. */
void plan_run_exits(struct plan *plan, const struct features *features, size_t n);

#endif
