/* models/infer/quality.c - see quality.h. */
#include <config.h>

#include "models/infer/quality.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"
#include "models/kernels/softmax.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void count_confidence(struct model_quality *quality, const float *logits,
			     size_t classes, unsigned best, bool is_right)
{
	float p[MOST_CLASSES];
	softmax(logits, classes, 1.0f, p);
	double confidence = isnan(p[best]) ? 0 : (double)p[best];
	size_t bin = (size_t)(confidence * CALIBRATION_BINS);
	bin = bin < CALIBRATION_BINS ? bin : CALIBRATION_BINS - 1;
	quality->bins[bin].n++;
	quality->bins[bin].right += is_right;
	quality->bins[bin].confidence += confidence;
}

static void count_products(struct model_quality *quality, const struct query *query,
			   const float *logits, unsigned best)
{
	uint8_t brands[RANKED];
	catalogue_rank(logits, best, brands);
	quality->ranked++;
	quality->ndcg10 += catalogue_ndcg(best, brands, query->label, query->wants);
}

static void count_parts(struct model_quality *quality, unsigned label, unsigned best)
{
	uint8_t asked[N_FACE_PARTS], answered[N_FACE_PARTS];
	mirror_parts_of(label, asked);
	mirror_parts_of(best, answered);
	for (size_t i = 0; i < N_FACE_PARTS; i++)
		quality->parts[i] += asked[i] == answered[i];
}

void quality_add(struct model_quality *quality, const struct query *query,
		 const float *logits)
{
	enum task task = task_of(query);
	size_t better = 0, slices[MOST_SLICE_KINDS], classes = task_outputs(task).classes;
	for (size_t i = 0; i < classes; i++) /* what is no number answers nothing right */
		better += !(logits[i] <= logits[query->label]);
	unsigned best = task_best_class(task, logits);
	quality->n++;
	if (task == TASK_AGENT)
		count_products(quality, query, logits, best);
	else
		count_parts(quality, query->label, best);
	quality->top1 += better < 1;
	quality->top5 += better < 5;
	quality->classes[query->label].asked++;
	quality->classes[best].answered++;
	quality->classes[best].right += best == query->label;
	count_confidence(quality, logits, classes, best, best == query->label);
	size_t n_kinds = query_slices(query, slices);
	for (size_t kind = 0; kind < n_kinds; kind++) {
		quality->slices[slices[kind]].n++;
		quality->slices[slices[kind]].top1 += better < 1;
	}
}

void quality_add_all(struct model_quality *quality, const struct model_quality *from,
		     size_t times)
{
	quality->n += times * from->n;
	quality->top1 += times * from->top1;
	quality->top5 += times * from->top5;
	quality->ranked += times * from->ranked;
	quality->ndcg10 += (double)times * from->ndcg10;
	for (size_t i = 0; i < N_FACE_PARTS; i++)
		quality->parts[i] += times * from->parts[i];
	for (size_t i = 0; i < MOST_CLASSES; i++) {
		quality->classes[i].asked += times * from->classes[i].asked;
		quality->classes[i].answered += times * from->classes[i].answered;
		quality->classes[i].right += times * from->classes[i].right;
	}
	for (size_t i = 0; i < CALIBRATION_BINS; i++) {
		quality->bins[i].n += times * from->bins[i].n;
		quality->bins[i].right += times * from->bins[i].right;
		quality->bins[i].confidence += (double)times * from->bins[i].confidence;
	}
	for (size_t i = 0; i < N_SLICES; i++) {
		quality->slices[i].n += times * from->slices[i].n;
		quality->slices[i].top1 += times * from->slices[i].top1;
	}
}

double quality_rate(size_t count, size_t n)
{
	return n ? (double)count / (double)n : (double)NAN;
}

double quality_ndcg10(const struct model_quality *quality)
{
	return quality->ranked ? quality->ndcg10 / (double)quality->ranked : (double)NAN;
}

static double share_or_none(size_t count, size_t n)
{
	return n ? quality_rate(count, n) : 0;
}

struct macro quality_macro(const struct model_quality *quality)
{
	struct macro macro = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < MOST_CLASSES; i++) {
		const struct class_count *one = &quality->classes[i];
		if (one->asked + one->answered == 0)
			continue;
		n++;
		macro.precision += share_or_none(one->right, one->answered);
		macro.recall += share_or_none(one->right, one->asked);
		macro.f1 += quality_rate(2 * one->right, one->asked + one->answered);
	}
	double classes = n ? (double)n : (double)NAN;
	return (struct macro){ macro.precision / classes, macro.recall / classes,
			       macro.f1 / classes };
}

double quality_calibration_error(const struct model_quality *quality)
{
	double error = 0;
	for (size_t i = 0; i < CALIBRATION_BINS; i++)
		error += fabs((double)quality->bins[i].right - quality->bins[i].confidence);
	return quality->n ? error / (double)quality->n : (double)NAN;
}

double quality_slice(const struct model_quality *quality, size_t slice)
{
	return quality_rate(quality->slices[slice].top1, quality->slices[slice].n);
}

static void tell_slice(const struct model_quality *quality, size_t slice, size_t n,
		       void (*tell)(const char *name, double value))
{
	char queries[64];
	struct slice_name name = slice_name(slice);
	if (quality->slices[slice].n == 0)
		return;
	tell(name.metric, quality_slice(quality, slice));
	snprintf(queries, sizeof(queries), "%s_queries", name.metric);
	tell(queries, (double)n);
}

void quality_tell(const struct model_quality *quality, const struct model_quality *once,
		  void (*tell)(const char *name, double value))
{
	struct macro macro = quality_macro(quality);
	if (quality->n == 0)
		return;
	tell("top1", quality_rate(quality->top1, quality->n));
	tell("top5", quality_rate(quality->top5, quality->n));
	if (quality->ranked)
		tell("ndcg10", quality_ndcg10(quality));
	for (size_t i = 0; !quality->ranked && i < N_FACE_PARTS; i++) {
		char name[32];
		snprintf(name, sizeof(name), "%s_top1", mirror_parts[i]);
		tell(name, quality_rate(quality->parts[i], quality->n));
	}
	tell("macro_precision", macro.precision);
	tell("macro_recall", macro.recall);
	tell("macro_f1", macro.f1);
	tell("calibration_error", quality_calibration_error(quality));
	for (size_t i = 0; i < N_SLICES; i++)
		tell_slice(quality, i, once->slices[i].n, tell);
}

double quality_majority(const struct dataset *train, const struct dataset *test)
{
	size_t counts[MOST_CLASSES] = { 0 }, majority = 0, right = 0;
	for (size_t i = 0; i < train->n; i++)
		counts[train->queries[i].taught]++;
	for (size_t label = 1; label < MOST_CLASSES; label++)
		if (counts[label] > counts[majority])
			majority = label;
	for (size_t i = 0; i < test->n; i++)
		right += test->queries[i].label == majority;
	return quality_rate(right, test->n);
}

static int count_batch(struct model_quality *quality, const struct plan *plan,
		       const struct query *queries, size_t n, const float *logits,
		       struct problem *why)
{
	for (size_t b = 0; b < n; b++) {
		float answer[MOST_OUTPUTS];
		size_t outputs = plan->shape.classes;
		bool unused;
		memcpy(answer, logits + b * outputs, outputs * sizeof(float));
		if (plan_refer(plan, &queries[b], answer, &unused, why) < 0)
			return -1;
		quality_add(quality, &queries[b], answer);
	}
	return 0;
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
		if (!logits ||
		    count_batch(quality, plan, &data->queries[from], n, logits, why) < 0) {
			logits = NULL;
			break;
		}
	}
	free(batch);
	return logits ? 0 : -1;
}
