/* models/train/fake-quantize.c - see fake-quantize.h. */
#include <config.h>

#include "models/train/fake-quantize.h"

#include "base/problem.h"
#include "models/compress/quantize.h"
#include "models/data/data.h"
#include "models/infer/plan.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rounding {
	unsigned bits;
	float ranges[MODEL_MAX_STAGES];
	struct weights *kept;
	int8_t *row; /* as long as the longest */
};

static size_t row_length(const struct weight *weight)
{
	return weight_count(weight) / weight->dims[0];
}

/* The layers' weights; the embedding's rows are hardly changed by 8 bits. */
static bool is_rounded(const struct weight *weight)
{
	return weight->n_dims > 1 && strncmp(weight->name, "embedding", 9) != 0;
}

static int find_ranges(struct rounding *rounding, const struct weights *weights,
		       const struct dataset *data, struct problem *why)
{
	float ranges[PLAN_MAX_LAYERS] = { 0 };
	struct dataset few = { .queries = data->queries,
			       .n = data->n < QUANTIZE_QUERIES ? data->n
							       : QUANTIZE_QUERIES };
	struct plan *plan = plan_create(weights, QUANTIZE_BATCH, why);
	int failed = plan ? quantize_calibrate(plan, &few, ranges, why) : -1;
	struct plan_layer layers[PLAN_MAX_LAYERS];
	size_t n = failed ? 0 : plan_layers(plan, layers);
	for (size_t i = 0; i < n; i++) {
		size_t stage = 0;
		if (sscanf(layers[i].name, "stage%zu.conv", &stage) == 1 && stage >= 1 &&
		    stage <= MODEL_MAX_STAGES)
			rounding->ranges[stage - 1] = ranges[i];
	}
	plan_free(plan);
	return failed;
}

struct rounding *rounding_create(const struct weights *weights, const struct dataset *data,
				 unsigned bits, struct problem *why)
{
	size_t longest = 0;
	struct rounding *rounding = calloc(1, sizeof(*rounding));
	for (size_t i = 0; i < weights->n; i++)
		if (row_length(&weights->items[i]) > longest)
			longest = row_length(&weights->items[i]);
	if (rounding) {
		rounding->bits = bits;
		rounding->kept = weights_like(weights);
		rounding->row = malloc(longest +
				       1); /* one byte where there is no row at all */
	}
	if (!rounding || !rounding->kept || !rounding->row)
		problem_what(why, "cannot train: out of memory");
	else if (find_ranges(rounding, weights, data, why) == 0)
		return rounding;
	rounding_free(rounding);
	return NULL;
}

void rounding_free(struct rounding *rounding)
{
	if (!rounding)
		return;
	weights_free(rounding->kept);
	free(rounding->row);
	free(rounding);
}

float rounding_range(const struct rounding *rounding, size_t stage)
{
	return rounding->ranges[stage - 1];
}

void rounding_begin(struct rounding *rounding, struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++) {
		struct weight *weight = &weights->items[i];
		size_t width = row_length(weight);
		if (!is_rounded(weight))
			continue;
		memcpy(rounding->kept->items[i].data, weight->data, weight_bytes(weight));
		for (size_t row = 0; row < weight->dims[0]; row++) {
			float *x = (float *)weight->data + row * width;
			float step = quantize_row(x, width, rounding->bits, rounding->row);
			for (size_t j = 0; j < width; j++)
				x[j] = step * (float)rounding->row[j];
		}
	}
}

void rounding_end(struct rounding *rounding, struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++)
		if (is_rounded(&weights->items[i]))
			memcpy(weights->items[i].data, rounding->kept->items[i].data,
			       weight_bytes(&weights->items[i]));
}

void round_inputs(float *x, size_t n, float range, bool is_signed)
{
	float levels = is_signed ? 127.0f : 255.0f;
	float least = is_signed ? -levels : 0.0f, step = range / levels;
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		x[i] = step * rintf(fminf(fmaxf(x[i] / step, least), levels));
}
