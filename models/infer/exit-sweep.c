/* models/infer/exit-sweep.c - see exit-sweep.h. */
#include <config.h>

#include "models/infer/exit-sweep.h"

#include "base/problem.h"
#include "models/data/catalogue.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"

/* As served in batches. */
enum { SWEEP_BATCH = 32 };

/* A query at one exit. */
struct stop {
	float confidence;
	bool is_right;
};

/* Counts one query at each threshold: it leaves at the first stop that is sure enough. */
static void count(struct sweep_point points[SWEEP_POINTS], const struct plan *plan,
		  const struct stop *stops)
{
	for (size_t i = 0; i < SWEEP_POINTS; i++) {
		size_t at = 0;
		while (at + 1 < plan->n_exits &&
		       stops[at].confidence <= points[i].threshold)
			at++;
		points[i].top1 += stops[at].is_right;
		points[i].share[plan->segments[at].last - 1] += 1.0;
	}
}

/* After a run of the whole network every segment holds its head's logits. */
static void count_batch(struct sweep_point points[SWEEP_POINTS], const struct plan *plan,
			const struct query *queries, size_t n)
{
	size_t outputs = plan->shape.classes;
	enum task task = model_task(&plan->shape);
	size_t classes = task_outputs(task).classes;
	for (size_t b = 0; b < n; b++) {
		struct stop stops[MODEL_MAX_STAGES] = { 0 };
		for (size_t at = 0; at < plan->n_exits; at++) {
			const struct plan_head *head = plan->segments[at].led;
			const float *logits = (const float *)tensor_data(&head->logits) +
					      b * outputs;
			stops[at] = (struct stop){
				exit_confidence(plan->rule, logits, classes),
				task_best_class(task, logits) == queries[b].label
			};
		}
		count(points, plan, stops);
	}
}

static int run_all(struct plan *plan, const struct dataset *data,
		   struct sweep_point points[SWEEP_POINTS], struct problem *why)
{
	plan->threshold = 1.0f; /* none leaves */
	size_t n = data->n / SWEEP_BATCH;
	for (size_t i = 0; i < n; i++) {
		struct features batch[SWEEP_BATCH];
		const struct query *queries = &data->queries[i * SWEEP_BATCH];
		for (size_t b = 0; b < SWEEP_BATCH; b++)
			features_of(&queries[b], plan->shape.rows, &batch[b]);
		if (!plan_run(plan, batch, SWEEP_BATCH, why))
			return -1;
		count_batch(points, plan, queries, SWEEP_BATCH);
	}
	if (n)
		return 0;
	problem_what(why, "cannot try thresholds");
	return problem_refuse(why, "add validation queries to the file",
			      "there are fewer queries than the %d of a batch",
			      SWEEP_BATCH);
}

int exit_sweep(const struct weights *weights, const struct dataset *data,
	       struct sweep_point points[SWEEP_POINTS], struct problem *why)
{
	struct plan *plan = plan_create(weights, SWEEP_BATCH, why);
	const size_t n_tried = data->n / SWEEP_BATCH * SWEEP_BATCH; /* whole batches */
	double queries = (double)n_tried;
	for (size_t i = 0; i < SWEEP_POINTS; i++)
		points[i] = (struct sweep_point){ .threshold = (float)i /
							       (SWEEP_POINTS - 1) };
	int failed = plan ? run_all(plan, data, points, why) : -1;
	for (size_t i = 0; !failed && i < SWEEP_POINTS; i++) {
		points[i].top1 /= queries;
		for (size_t stage = 0; stage < MODEL_MAX_STAGES; stage++)
			points[i].share[stage] /= queries;
	}
	plan_free(plan);
	return failed;
}
