/* models/train/sparsify.c - see sparsify.h. */
#include <config.h>

#include "models/train/sparsify.h"

#include "models/train/optimizer.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool is_layer(const struct weight *weight)
{
	return weight->n_dims > 1 && strncmp(weight->name, "embedding", 9) != 0;
}

static void shrink_all(float *restrict w, size_t n, float by)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		w[i] = copysignf(fmaxf(fabsf(w[i]) - by, 0.0f), w[i]);
}

int shrink(void *self, struct weights *weights, const struct weights *gradients,
	   size_t done, size_t of, struct problem *why)
{
	(void)gradients;
	(void)why;
	const struct shrinkage *shrinkage = self;
	float by = shrinkage->strength * shrinkage->rate * schedule_at(done - 1, of);
	for (size_t i = 0; i < weights->n; i++)
		if (is_layer(&weights->items[i]))
			shrink_all(weights->items[i].data, weight_count(&weights->items[i]),
				   by);
	return 0;
}

void threshold_weights(struct weights *weights, float least)
{
	for (size_t i = 0; i < weights->n; i++) {
		float *w = weights->items[i].data;
		size_t n = is_layer(&weights->items[i]) ? weight_count(&weights->items[i])
							: 0;
		for (size_t j = 0; j < n; j++)
			if (fabsf(w[j]) < least)
				w[j] = 0.0f;
	}
}
