/* models/compress/quantize.c - see quantize.h. */
#include <config.h>

#include "models/compress/quantize.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

float quantize_row(const float *x, size_t n, unsigned bits, int8_t *q)
{
	const float levels = (float)((1 << (bits - 1)) - 1);
	float largest = 0.0f;
	for (size_t i = 0; i < n; i++)
		largest = fmaxf(largest, fabsf(x[i]));
	float step = largest > 0.0f ? largest / levels : 1.0f;
	for (size_t i = 0; i < n; i++)
		q[i] = (int8_t)lrintf(fminf(fmaxf(x[i] / step, -levels), levels));
	return step;
}

static float largest_of(const float *x, size_t n)
{
	float largest = 0.0f;
	for (size_t i = 0; i < n; i++)
		largest = fmaxf(largest, fabsf(x[i]));
	return largest;
}

int quantize_calibrate(struct plan *plan, const struct dataset *data, float *ranges,
		       struct problem *why)
{
	size_t batches = data->n / QUANTIZE_BATCH;
	if (batches == 0) {
		problem_what(why, "cannot calibrate on %zu queries", data->n);
		return problem_refuse(why, "add training queries to the file",
				      "a batch has %d", QUANTIZE_BATCH);
	}
	for (size_t from = 0; from < batches * QUANTIZE_BATCH; from += QUANTIZE_BATCH) {
		struct features batch[QUANTIZE_BATCH];
		for (size_t b = 0; b < QUANTIZE_BATCH; b++)
			features_of(&data->queries[from + b], plan->shape.rows, &batch[b]);
		if (!plan_run(plan, batch, QUANTIZE_BATCH, why))
			return -1;
		struct plan_layer layers[PLAN_MAX_LAYERS];
		size_t n = plan_layers(plan, layers);
		for (size_t i = 0; i < n; i++)
			ranges[i] += largest_of(tensor_data(&layers[i].input),
						layers[i].n_input) /
				     (float)batches;
	}
	return 0;
}

/* Adds NAME.weight as I8 with NAME.scale. */
static bool add_quantized(struct weights *into, const struct weights *from,
			  const char *name, unsigned bits)
{
	char weight_name[WEIGHT_NAME_SIZE + 8], scale_name[WEIGHT_NAME_SIZE + 8];
	snprintf(weight_name, sizeof(weight_name), "%s.weight", name);
	snprintf(scale_name, sizeof(scale_name), "%s.scale", name);
	const struct weight *original = weights_find(from, weight_name);
	size_t rows = original->dims[0], width = weight_count(original) / rows;
	struct weight *weight = weights_add(into, weight_name, WEIGHT_I8, original->n_dims,
					    original->dims);
	struct weight *scale = weights_add(into, scale_name, WEIGHT_F32, 1, &rows);
	if (!weight || !scale)
		return false;
	for (size_t row = 0; row < rows; row++)
		((float *)scale->data)[row] = quantize_row(
		    (const float *)original->data + row * width, width, bits,
		    (int8_t *)weight->data + row * width);
	return true;
}

static bool add_layer(struct weights *into, const struct weights *from, const char *name,
		      float range, unsigned bits)
{
	char bias_name[WEIGHT_NAME_SIZE + 8], max_name[WEIGHT_NAME_SIZE + 16];
	const size_t one = 1;
	snprintf(bias_name, sizeof(bias_name), "%.*s.bias", WEIGHT_NAME_SIZE - 1, name);
	snprintf(max_name, sizeof(max_name), "%.*s.input_max", WEIGHT_NAME_SIZE - 1, name);
	if (!add_quantized(into, from, name, bits) ||
	    !weights_add_copy(into, weights_find(from, bias_name)))
		return false;
	struct weight *input_max = weights_add(into, max_name, WEIGHT_F32, 1, &one);
	if (input_max)
		*(float *)input_max->data = range > 0.0f ? range : 1.0f;
	return input_max != NULL;
}

static struct weights *quantize_by(const struct weights *weights, const struct plan *plan,
				   const float *ranges, unsigned bits, struct problem *why)
{
	struct weights *quantized = weights_new();
	bool whole = quantized && add_quantized(quantized, weights, "embedding", 8);
	float threshold;
	enum exit_rule rule = exit_rule_of(weights, &threshold);
	if (whole && rule != EXIT_NEVER)
		exit_set_rule(quantized, rule, threshold);
	struct plan_layer layers[PLAN_MAX_LAYERS];
	size_t n = plan_layers(plan, layers);
	for (size_t i = 0; whole && i < n; i++)
		whole = add_layer(quantized, weights, layers[i].name, ranges[i], bits);
	if (whole)
		return quantized;
	problem_what(why, "cannot quantize: out of memory");
	weights_free(quantized);
	return NULL;
}

struct weights *quantize_model_bits(const struct weights *weights,
				    const struct dataset *calibration, unsigned bits,
				    struct problem *why)
{
	float ranges[PLAN_MAX_LAYERS] = { 0 };
	struct weights *quantized = NULL;
	struct plan *plan = plan_create(weights, QUANTIZE_BATCH, why);
	if (plan)
		plan->threshold = 1.0f; /* none leaves early: every layer is seen */
	if (plan && quantize_calibrate(plan, calibration, ranges, why) == 0)
		quantized = quantize_by(weights, plan, ranges, bits, why);
	plan_free(plan);
	return quantized;
}

struct weights *quantize_model(const struct weights *weights,
			       const struct dataset *calibration, struct problem *why)
{
	return quantize_model_bits(weights, calibration, 8, why);
}
