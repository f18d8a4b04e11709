/* models/infer/plan-exit.c - see plan-exit.h. */
#include <config.h>

#include "models/infer/plan-exit.h"

#include "models/data/catalogue.h"
#include "models/data/features.h"
#include "models/infer/segment.h"

#include <string.h>

/* Leaves with the answers that are sure enough, all of them at the last exit. kept[i] becomes
 * the row in this segment of the i-th query that goes on; returns how many do. */
static size_t answer(struct plan *plan, const struct segment *segment, size_t n,
		     size_t *kept)
{
	size_t classes = plan->shape.classes, n_kept = 0;
	const float *logits = tensor_data(&segment->logits);
	bool is_last = segment->last == plan->shape.n_stages;
	for (size_t b = 0; b < n; b++, logits += classes) {
		size_t row = plan->rows[b];
		if (!is_last && exit_confidence(plan->rule, logits,
						catalogue_groups[0].n) <= plan->threshold) {
			kept[n_kept] = b;
			plan->rows[n_kept++] = row;
			continue;
		}
		memcpy(plan->answers + row * classes, logits, classes * sizeof(float));
		plan->depth[row] = (uint8_t)segment->last;
	}
	return n_kept;
}

/* The kept rows of what the segment put out, to where the next one reads. They only move down,
 * so that reading and writing the same buffer is safe. */
static void hand_on(const struct plan *plan, const struct segment *from,
		    const struct segment *to, const size_t *kept, size_t n)
{
	size_t row = FEATURE_LENGTH * plan->shape.stages[from->last - 1].out;
	const float *source = tensor_data(&from->output);
	float *target = tensor_data(&to->input);
	for (size_t b = 0; b < n; b++)
		if (target + b * row != source + kept[b] * row)
			memcpy(target + b * row, source + kept[b] * row,
			       row * sizeof(float));
}

void plan_run_exits(struct plan *plan, const struct features *features, size_t n)
{
	struct segment *segment = segment_for(plan, 0, n);
	for (size_t at = 0; at < plan->n_exits && n > 0; at++) {
		size_t kept[PLAN_MAX_BATCH];
		segment_run(plan, segment, features, plan->rows, n);
		n = answer(plan, segment, n, kept);
		if (n == 0 || at + 1 == plan->n_exits)
			return;
		struct segment *next = segment_for(plan, at + 1, n);
		hand_on(plan, segment, next, kept, n);
		segment = next;
	}
}
