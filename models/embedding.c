/* models/embedding.c - see embedding.h. */
#include <config.h>

#include "models/embedding.h"

#include "models/features.h"
#include "models/weights.h"

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
		for (size_t i = 0; i < features->n_ids[at]; i++) {
			size_t row = features->ids[at][i];
			if (scale)
				add_i8(out, (const int8_t *)table->data + row * dimension,
				       dimension, factor * scale[row]);
			else
				add_f32(out, (const float *)table->data + row * dimension,
					dimension, factor);
		}
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
