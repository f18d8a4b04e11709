/* What the model tests share: repeatable numbers, and a network small enough to differentiate
 * by hand. */
#ifndef JOULECART_TEST_MODELS_FIXTURE_H
#define JOULECART_TEST_MODELS_FIXTURE_H
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/kernels/onednn.h"
#include "models/weights/model.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* As the program computes unless it is told otherwise. More threads spin while they wait for each other: beside
 * other tests a tiny network trained for minutes instead of a second. */
static inline int one_thread(void **state)
{
	(void)state;
	return compute_set_threads(1) ? 0 : -1;
}

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

/* A model whose stages are chains and whose head reduces first, at random. */
static inline struct weights *chained_weights(void)
{
	static const struct {
		const char *name;
		unsigned n_dims;
		size_t dims[3];
	} layers[] = {
		{ "stage1.reduce", 3, { 16, 16, 3 } },
		{ "stage1.conv", 3, { 32, 16, 1 } },
		{ "stage2.reduce", 3, { 16, 32, 1 } },
		{ "stage2.depthwise", 3, { 16, 1, 5 } },
		{ "stage2.conv", 3, { 32, 16, 1 } },
		{ "head2.reduce", 2, { 16, 32 + 48 } },
		{ "head2.hidden", 2, { 32, 16 } },
	};
	struct weights *plain = tiny_weights(), *weights = weights_new();
	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
		char name[WEIGHT_NAME_SIZE];
		snprintf(name, sizeof(name), "%s.weight", layers[i].name);
		struct weight *w = weights_add(weights, name, WEIGHT_F32, layers[i].n_dims,
					       layers[i].dims);
		fill(w->data, weight_count(w), 0.5f, i);
		snprintf(name, sizeof(name), "%s.bias", layers[i].name);
		w = weights_add(weights, name, WEIGHT_F32, 1, layers[i].dims);
		fill(w->data, weight_count(w), 0.3f, 100 + i);
	}
	for (size_t i = 0; i < plain->n; i++)
		if (strncmp(plain->items[i].name, "head1", 5) != 0 &&
		    !weights_find(weights, plain->items[i].name))
			weights_add_copy(weights, &plain->items[i]);
	weights_free(plain);
	return weights;
}

/* A network that reads pictures: one whole convolution, and one in which each channel first sees itself
 * alone. */
static const struct model_shape picture_shape = {
	.embed = PICTURE_CHANNELS,
	.classes = FACE_OUTPUTS,
	.n_stages = 2,
	.stages = { { .in = PICTURE_CHANNELS,
		      .out = 16,
		      .kernel = 3,
		      .side = 48,
		      .hidden = 16 },
		    { .in = 16,
		      .out = 32,
		      .kernel = 3,
		      .side = 24,
		      .depthwise = true,
		      .hidden = 32 } },
};

/* Random weights of it, with biases. */
static inline struct weights *picture_weights(void)
{
	struct weights *weights = model_init(&picture_shape, 3);
	for (size_t i = 0; weights && i < weights->n; i++)
		if (weights->items[i].n_dims == 1)
			fill(weights->items[i].data, weight_count(&weights->items[i]), 0.3f,
			     i);
	return weights;
}

/* The features of n test pictures, which are the data's. */
static inline void some_pictures(struct dataset *data, struct features *features, size_t n)
{
	if (mirror_make(data, 7, SPLIT_TEST, n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		features_of(&data->queries[i], 0, &features[i]);
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
