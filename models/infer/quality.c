/* models/infer/quality.c - see quality.h. */
#include <config.h>

#include "models/infer/quality.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"

#include <math.h>
#include <stdlib.h>

void quality_add(struct model_quality *quality, const struct query *query,
		 const float *logits)
{
	uint8_t brands[RANKED];
	size_t better = 0;
	for (size_t i = 0; i < N_CLASSES; i++)
		better += logits[i] > logits[query->label];
	unsigned best = catalogue_best_class(logits);
	catalogue_rank(logits, best, brands);
	quality->n++;
	quality->ndcg10 += catalogue_ndcg(best, brands, query->label, query->wants);
	quality->top1 += better < 1;
	quality->top5 += better < 5;
	quality->n_cold += query->cold;
	quality->cold_top1 += query->cold && better < 1;
}

void quality_add_all(struct model_quality *quality, const struct model_quality *from,
		     size_t times)
{
	quality->n += times * from->n;
	quality->top1 += times * from->top1;
	quality->top5 += times * from->top5;
	quality->n_cold += times * from->n_cold;
	quality->cold_top1 += times * from->cold_top1;
	quality->ndcg10 += (double)times * from->ndcg10;
}

double quality_rate(size_t count, size_t n)
{
	return n ? (double)count / (double)n : (double)NAN;
}

double quality_ndcg10(const struct model_quality *quality)
{
	return quality->n ? quality->ndcg10 / (double)quality->n : (double)NAN;
}

double quality_majority(const struct dataset *train, const struct dataset *test)
{
	size_t counts[N_CLASSES] = { 0 }, majority = 0, right = 0;
	for (size_t i = 0; i < train->n; i++)
		counts[train->queries[i].taught]++;
	for (size_t label = 1; label < N_CLASSES; label++)
		if (counts[label] > counts[majority])
			majority = label;
	for (size_t i = 0; i < test->n; i++)
		right += test->queries[i].label == majority;
	return quality_rate(right, test->n);
}

int quality_measure(struct model_quality *quality, struct plan *plan,
		    const struct dataset *data, struct problem *why)
{
	struct features *batch = calloc(plan->batch, sizeof(*batch));
	if (!batch)
		return problem_what(why, "cannot evaluate: out of memory");
	*quality = (struct model_quality){ 0 };
	const float *logits = NULL;
	for (size_t from = 0; from < data->n; from += plan->batch) {
		size_t n = data->n - from < plan->batch ? data->n - from : plan->batch;
		for (size_t b = 0; b < n; b++)
			features_of(&data->queries[from + b], plan->shape.rows, &batch[b]);
		logits = plan_run(plan, batch, n, why);
		for (size_t b = 0; logits && b < n; b++)
			quality_add(quality, &data->queries[from + b],
				    logits + b * N_OUTPUTS);
		if (!logits)
			break;
	}
	free(batch);
	return logits ? 0 : -1;
}
