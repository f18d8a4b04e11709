/* models/infer/plan-part.c - see plan-part.h. */
#include <config.h>

#include "models/infer/plan-part.h"

#include <stdio.h>
#include <string.h>

size_t plan_part(struct plan *plan, const char *name, double flop, double weight_bytes)
{
	for (size_t i = 0; i < plan->n_parts; i++)
		if (strcmp(plan->parts[i].name, name) == 0)
			return i;
	if (plan->n_parts == PLAN_MAX_LAYERS)
		return PLAN_MAX_LAYERS - 1;
	/* segments for several batch sizes do differently much: nothing is said then */
	bool is_known = plan->rule == EXIT_NEVER;
	struct plan_part *part = &plan->parts[plan->n_parts];
	snprintf(part->name, sizeof(part->name), "%s", name);
	part->flop = is_known ? flop : 0;
	part->weight_bytes = is_known ? weight_bytes : 0;
	return plan->n_parts++;
}

void plan_mark(struct plan *plan, struct plan_marking marking)
{
	for (size_t i = 0; i < plan->n_parts; i++) {
		struct plan_part *part = &plan->parts[i];
		part->region = marking.region(part->name);
		marking.work(part->region, part->flop, part->weight_bytes);
	}
	plan->marking = marking;
}

void plan_part_begin(const struct plan *plan, size_t part)
{
	if (plan->marking.begin)
		plan->marking.begin(plan->parts[part].region);
}

void plan_part_end(const struct plan *plan, size_t part)
{
	if (plan->marking.end)
		plan->marking.end(plan->parts[part].region);
}

void plan_run_ops(struct plan *plan, const struct ops *ops)
{
	for (size_t i = 0; i < ops->n; i++) {
		size_t part = ops->op[i].part;
		/* conversions and the layer that they are for are one passage */
		if (i == 0 || ops->op[i - 1].part != part)
			plan_part_begin(plan, part);
		op_run(&plan->compute, &ops->op[i]);
		if (i + 1 == ops->n || ops->op[i + 1].part != part)
			plan_part_end(plan, part);
	}
}
