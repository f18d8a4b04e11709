/* models/infer/plan-exit.c - see plan-exit.h. */
#include <config.h>

#include "models/infer/plan-exit.h"

#include "models/data/catalogue.h"
#include "models/infer/body.h"
#include "models/infer/segment.h"

#include <string.h>

/* Leaves with the answers that are sure enough, all of them at the last exit. kept[i] becomes
 * the row in this segment of the i-th query that goes on; returns how many do. */
static size_t answer(struct plan *plan, const struct segment *segment, const float *logits,
		     size_t n, size_t *kept)
{
	size_t classes = plan->shape.classes, n_kept = 0;
	size_t n_classes = task_outputs(model_task(&plan->shape)).classes;
	bool is_last = segment->last == plan->shape.n_stages;
	for (size_t b = 0; b < n; b++, logits += classes) {
		size_t row = plan->rows[b];
		if (!is_last &&
		    exit_confidence(plan->rule, logits, n_classes) <= plan->threshold) {
			kept[n_kept] = b;
			plan->rows[n_kept++] = row;
			continue;
		}
		memcpy(plan->answers + row * classes, logits, classes * sizeof(float));
		plan->depth[row] = (uint8_t)segment->last;
	}
	return n_kept;
}

/* The kept queries' rows of what the segment put out move up to one another. All bodies of a
 * segment share their values, so that the next one, for fewer positions, reads them there. */
static void hand_on(struct plan *plan, const struct segment *from, const size_t *kept,
		    size_t n)
{
	const struct tensor *output = &from->ran->output;
	char *rows = tensor_data(output);
	size_t row = plan_row_bytes(output);
	struct query_span before[PLAN_MAX_BATCH];
	for (size_t i = 0; i < n; i++)
		before[i] = plan->spans[i] = plan->spans[kept[i]];
	plan->positions = span_lay_out(plan->spans, n, plan->gap);
	for (size_t i = 0; i < n; i++)
		if (plan->spans[i].begin != before[i].begin)
			memmove(rows + plan->spans[i].begin * row,
				rows + before[i].begin * row, before[i].length * row);
	span_clear_gaps(plan->spans, n, body_for(plan, from)->positions, row, rows);
}

int plan_refer(const struct plan *plan, const struct query *query, float *logits,
	       bool *is_asked, struct problem *why)
{
	const struct plan_referral *referral = &plan->referral;
	*is_asked = referral->ask &&
		    exit_confidence(EXIT_SOFTMAX, logits, catalogue_groups[0].n) <
			referral->below;
	return *is_asked ? referral->ask(referral->self, query, logits, why) : 0;
}

void plan_run_exits(struct plan *plan, const struct features *features, size_t n)
{
	for (size_t at = 0; at < plan->n_exits && n > 0; at++) {
		size_t kept[PLAN_MAX_BATCH];
		struct segment *segment = &plan->segments[at];
		const float *logits = segment_run(plan, segment, features, n);
		n = answer(plan, segment, logits, n, kept);
		if (n > 0 && at + 1 < plan->n_exits)
			hand_on(plan, segment, kept, n);
	}
}
