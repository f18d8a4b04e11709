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

float quantize_row_asymmetric(const float *x, size_t n, int8_t *q, float *zero)
{
	const float steps = 255.0f, lowest = -128.0f;
	float least = 0.0f, most = 0.0f;
	for (size_t i = 0; i < n; i++) {
		least = fminf(least, x[i]);
		most = fmaxf(most, x[i]);
	}
	float step = most > least ? (most - least) / steps : 1.0f;
	*zero = lowest + rintf(-least / step);
	for (size_t i = 0; i < n; i++)
		q[i] = (int8_t)fminf(fmaxf(rintf(x[i] / step) + *zero, lowest),
				     lowest + steps);
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

/* A tensor of the layer of that name, of one dimension. */
static float *add_part(struct weights *into, const char *name, const char *part, size_t n)
{
	char part_name[WEIGHT_NAME_SIZE + 16];
	snprintf(part_name, sizeof(part_name), "%.*s.%s", WEIGHT_NAME_SIZE - 1, name, part);
	struct weight *weight = weights_add(into, part_name, WEIGHT_F32, 1, &n);
	return weight ? weight->data : NULL;
}

static const struct weight *part_of(const struct weights *from, const char *name,
				    const char *part)
{
	char part_name[WEIGHT_NAME_SIZE + 16];
	snprintf(part_name, sizeof(part_name), "%.*s.%s", WEIGHT_NAME_SIZE - 1, name, part);
	return weights_find(from, part_name);
}

/* Adds NAME.weight as I8 with NAME.scale, and with zero points NAME.zero. */
static bool add_quantized(struct weights *into, const struct weights *from,
			  const char *name, unsigned bits, bool is_asymmetric)
{
	const struct weight *original = part_of(from, name, "weight");
	size_t rows = original->dims[0], width = weight_count(original) / rows;
	struct weight *weight = weights_add(into, original->name, WEIGHT_I8,
					    original->n_dims, original->dims);
	float *scale = add_part(into, name, "scale", rows), *zero = NULL;
	if (is_asymmetric)
		zero = add_part(into, name, "zero", rows);
	if (!weight || !scale || (is_asymmetric && !zero))
		return false;
	for (size_t row = 0; row < rows; row++) {
		const float *x = (const float *)original->data + row * width;
		int8_t *q = (int8_t *)weight->data + row * width;
		scale[row] = zero ? quantize_row_asymmetric(x, width, q, &zero[row])
				  : quantize_row(x, width, bits, q);
	}
	return true;
}

static bool add_layer(struct weights *into, const struct weights *from, const char *name,
		      float range, unsigned bits, bool is_asymmetric)
{
	if (bits == QUANTIZE_NOT)
		return weights_add_copy(into, part_of(from, name, "weight")) &&
		       weights_add_copy(into, part_of(from, name, "bias"));
	if (!add_quantized(into, from, name, bits, is_asymmetric) ||
	    !weights_add_copy(into, part_of(from, name, "bias")))
		return false;
	float *input_max = add_part(into, name, "input_max", 1);
	if (input_max)
		*input_max = range > 0.0f ? range : 1.0f;
	return input_max != NULL;
}

static bool add_embedding(struct weights *into, const struct weights *from, unsigned bits)
{
	const struct weight *table = part_of(from, "embedding", "weight");
	if (!table) /* it reads pictures */
		return true;
	if (bits == QUANTIZE_NOT)
		return weights_add_copy(into, table) != NULL;
	return add_quantized(into, from, "embedding", bits, false);
}

struct weights *quantize_calibrated(const struct weights *weights, const struct plan *plan,
				    const float *ranges, const struct quantization *how,
				    struct problem *why)
{
	struct weights *quantized = weights_new();
	bool whole = quantized && add_embedding(quantized, weights, how->embedding_bits);
	float threshold;
	enum exit_rule rule = exit_rule_of(weights, &threshold);
	if (whole && rule != EXIT_NEVER)
		exit_set_rule(quantized, rule, threshold);
	struct plan_layer layers[PLAN_MAX_LAYERS];
	size_t n = plan_layers(plan, layers);
	for (size_t i = 0; whole && i < n; i++)
		whole = add_layer(quantized, weights, layers[i].name, ranges[i],
				  how->bits[i], how->is_asymmetric);
	if (whole)
		return quantized;
	problem_what(why, "cannot quantize: out of memory");
	weights_free(quantized);
	return NULL;
}

struct weights *quantize_model_as(const struct weights *weights,
				  const struct dataset *calibration,
				  const struct quantization *how, struct problem *why)
{
	float ranges[PLAN_MAX_LAYERS] = { 0 };
	struct weights *quantized = NULL;
	struct plan *plan = plan_create(weights, QUANTIZE_BATCH, why);
	if (plan)
		plan->threshold = 1.0f; /* none leaves early: every layer is seen */
	if (plan && quantize_calibrate(plan, calibration, ranges, why) == 0)
		quantized = quantize_calibrated(weights, plan, ranges, how, why);
	plan_free(plan);
	return quantized;
}

struct weights *quantize_model_bits(const struct weights *weights,
				    const struct dataset *calibration, unsigned bits,
				    struct problem *why)
{
	struct quantization how = { .embedding_bits = 8 };
	for (size_t i = 0; i < PLAN_MAX_LAYERS; i++)
		how.bits[i] = bits;
	return quantize_model_as(weights, calibration, &how, why);
}

struct weights *quantize_model(const struct weights *weights,
			       const struct dataset *calibration, struct problem *why)
{
	return quantize_model_bits(weights, calibration, 8, why);
}
