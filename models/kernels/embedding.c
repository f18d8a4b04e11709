/* models/kernels/embedding.c - see embedding.h. */
#include <config.h>

#include "models/kernels/embedding.h"

#include "models/data/features.h"
#include "models/weights/weights.h"

#include <math.h>
#include <string.h>

static void add_f32(float *restrict out, const float *restrict row, size_t n, float factor)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		out[i] += factor * row[i];
}

static void add_i8(float *restrict out, const int8_t *restrict row, size_t n, float factor)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		out[i] += factor * (float)row[i];
}

static void add_bf16(float *restrict out, const uint16_t *restrict row, size_t n,
		     float factor)
{
	for (size_t i = 0; i < n; i++) {
		/* The upper half of a float's bits. */
		union {
			uint32_t bits;
			float value;
		} wide = { .bits = (uint32_t)row[i] << 16 };
		out[i] += factor * wide.value;
	}
}

static void add_row(float *out, const struct weight *table, const float *scale, size_t row,
		    float factor)
{
	size_t n = table->dims[1], from = row * n;
	switch (table->type) {
	case WEIGHT_I8:
		add_i8(out, (const int8_t *)table->data + from, n, factor * scale[row]);
		break;
	case WEIGHT_BF16:
		add_bf16(out, (const uint16_t *)table->data + from, n, factor);
		break;
	default:
		add_f32(out, (const float *)table->data + from, n, factor);
	}
}

static float position_factor(const struct features *features, size_t position)
{
	return 1.0f / sqrtf((float)features->n_ids[position]);
}

void embedding_forward(const struct weight *table, const float *scale,
		       const struct features *features, size_t length, float *out)
{
	size_t dimension = table->dims[1];
	memset(out, 0, length * dimension * sizeof(float));
	for (size_t at = 0; at < features->n_positions; at++, out += dimension) {
		float factor = position_factor(features, at);
		for (size_t i = 0; i < features->n_ids[at]; i++)
			add_row(out, table, scale, features->ids[at][i], factor);
	}
}

void embedding_backward(const struct features *features, size_t dimension,
			const float *d_out, float *d_table)
{
	for (size_t at = 0; at < features->n_positions; at++, d_out += dimension) {
		float factor = position_factor(features, at);
		for (size_t i = 0; i < features->n_ids[at]; i++)
			add_f32(d_table + features->ids[at][i] * dimension, d_out,
				dimension, factor);
	}
}
