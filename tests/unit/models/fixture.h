/* What the model tests share: repeatable numbers, and a network small enough to differentiate
 * by hand. */
#ifndef JOULECART_TEST_MODELS_FIXTURE_H
#define JOULECART_TEST_MODELS_FIXTURE_H
#include "models/data.h"
#include "models/features.h"
#include "models/model.h"

#include <stdint.h>

/* The next number of a fixed sequence, between -1 and 1 (Knuth's MMIX generator). */
static inline float next_number(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (float)(int32_t)(*state >> 32) / 2147483648.0f;
}

static inline void fill(float *x, size_t n, float size, uint64_t seed)
{
	for (size_t i = 0; i < n; i++)
		x[i] = size * next_number(&seed);
}

static const struct model_shape tiny_shape = {
	.rows = 256,
	.embed = 16,
	.classes = N_OUTPUTS,
	.n_stages = 2,
	.stages = { { .in = 16, .out = 32, .kernel = 3, .hidden = 16 },
		    { .in = 32, .out = 32, .kernel = 5, .hidden = 32 } },
};

/* Random weights of the tiny shape, with biases that show where they are lost. */
static inline struct weights *tiny_weights(void)
{
	struct weights *weights = model_init(&tiny_shape, 3);
	for (size_t i = 0; weights && i < weights->n; i++)
		if (weights->items[i].n_dims == 1)
			fill(weights->items[i].data, weight_count(&weights->items[i]), 0.3f,
			     i);
	return weights;
}

/* The features of n test queries. */
static inline void some_features(struct features *features, size_t n, size_t rows)
{
	struct dataset data;
	if (dataset_make(&data, 7, SPLIT_TEST, n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		features_of(&data.queries[i], rows, &features[i]);
	dataset_free(&data);
}

#endif
