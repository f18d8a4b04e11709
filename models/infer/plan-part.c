/* models/infer/plan-part.c - see plan-part.h. */
#include <config.h>

#include "models/infer/plan-part.h"

#include <stdio.h>
#include <string.h>

size_t plan_part(struct plan *plan, const char *name, double weight_bytes)
{
	for (size_t i = 0; i < plan->n_parts; i++)
		if (strcmp(plan->parts[i].name, name) == 0)
			return i;
	if (plan->n_parts == PLAN_MAX_PARTS)
		return PLAN_MAX_PARTS - 1;
	struct plan_part *part = &plan->parts[plan->n_parts];
	snprintf(part->name, sizeof(part->name), "%s", name);
	part->weight_bytes = weight_bytes;
	return plan->n_parts++;
}

void plan_add_fixed_parts(struct plan *plan)
{
	static const char *const names[] = { [PART_EMBEDDING] = "embedding",
					     [PART_SPARSE] = "sparse stages",
					     [PART_POOL] = "pool" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		plan_part(plan, names[i], 0);
}

void plan_mark(struct plan *plan, struct plan_marking marking)
{
	for (size_t i = 0; i < plan->n_parts; i++) {
		struct plan_part *part = &plan->parts[i];
		/* how many queries reach a later segment is not known beforehand */
		bool is_known = plan->rule == EXIT_NEVER && part->n_runs > 0;
		part->region = marking.region(part->name);
		marking.work(part->region, is_known ? part->flop / (double)part->n_runs : 0,
			     is_known ? part->weight_bytes : 0);
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

void plan_count_ops(struct plan *plan, const struct ops *ops)
{
	for (size_t i = 0; i < ops->n; i++) {
		struct plan_part *part = &plan->parts[ops->op[i].part];
		part->flop += ops->op[i].flop;
		part->n_runs += ops->op[i].flop > 0;
	}
}
