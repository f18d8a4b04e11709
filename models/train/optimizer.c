/* models/train/optimizer.c - see optimizer.h. */
#include <config.h>

#include "models/train/optimizer.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Adam's (Kingma, Ba 2015), but for beta2, there 0.999: a memory of 50 steps in place of 1000, since a
 * training has only some hundred or thousand. */
static const float beta1 = 0.9f, beta2 = 0.98f, epsilon = 1e-8f;

struct optimizer {
	struct optimizer_settings settings;
	struct weights *weights, *gradients;
	struct weights *first, *second; /* moments */
	size_t step;
	size_t *stepped; /* per row of the embedding: the last step that touched it */
};

struct optimizer *optimizer_create(struct weights *weights, struct weights *gradients,
				   const struct optimizer_settings *settings,
				   struct problem *why)
{
	struct optimizer *optimizer = calloc(1, sizeof(*optimizer));
	if (optimizer) {
		*optimizer = (struct optimizer){
			.settings = *settings,
			.weights = weights,
			.gradients = gradients,
			.first = weights_like(weights),
			.second = weights_like(weights),
			.stepped = calloc(UINT16_MAX + 1, sizeof(size_t)),
		};
		if (optimizer->first && optimizer->second && optimizer->stepped)
			return optimizer;
	}
	optimizer_free(optimizer);
	problem_what(why, "cannot train: out of memory");
	return NULL;
}

void optimizer_free(struct optimizer *optimizer)
{
	if (!optimizer)
		return;
	weights_free(optimizer->first);
	weights_free(optimizer->second);
	free(optimizer->stepped);
	free(optimizer);
}

/* What one step does to a run of numbers. */
struct update {
	float rate; /* with the bias correction of both moments in it */
	float decay;
	float epsilon;
};

static void update(float *restrict w, const float *restrict g, float *restrict m,
		   float *restrict v, size_t n, struct update how)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++) {
		m[i] = beta1 * m[i] + (1.0f - beta1) * g[i];
		v[i] = beta2 * v[i] + (1.0f - beta2) * g[i] * g[i];
		w[i] -= how.rate * m[i] / (sqrtf(v[i]) + how.epsilon) + how.decay * w[i];
	}
}

/* Rows that the batch touched, each once. */
static void update_rows(struct optimizer *optimizer, size_t tensor,
			const struct features *features, size_t n, struct update how)
{
	const struct weight *table = &optimizer->weights->items[tensor];
	size_t width = table->dims[1];
	float *w = table->data, *g = optimizer->gradients->items[tensor].data;
	float *m = optimizer->first->items[tensor].data;
	float *v = optimizer->second->items[tensor].data;
	for (size_t b = 0; b < n; b++)
		for (size_t at = 0; at < features[b].n_positions; at++)
			for (size_t i = 0; i < features[b].n_ids[at]; i++) {
				size_t row = features[b].ids[at][i], from = row * width;
				if (optimizer->stepped[row] == optimizer->step)
					continue;
				optimizer->stepped[row] = optimizer->step;
				update(w + from, g + from, m + from, v + from, width, how);
				memset(g + from, 0, width * sizeof(float));
			}
}

static float rate_of(const struct optimizer *optimizer, const char *name)
{
	const struct optimizer_settings *settings = &optimizer->settings;
	if (strncmp(name, "embedding", 9) == 0)
		return settings->rate * settings->embedding_rate;
	if (strncmp(name, "head", 4) == 0)
		return settings->rate * settings->head_rate;
	return settings->rate;
}

void optimizer_step(struct optimizer *optimizer, float schedule,
		    const struct features *features, size_t n)
{
	double steps = (double)++optimizer->step;
	float root = (float)sqrt(1.0 - pow((double)beta2, steps));
	float correction = root / (float)(1.0 - pow((double)beta1, steps));
	for (size_t i = 0; i < optimizer->weights->n; i++) {
		const struct weight *weight = &optimizer->weights->items[i];
		if (weight->is_frozen)
			continue;
		float rate = schedule * rate_of(optimizer, weight->name);
		bool is_table = strncmp(weight->name, "embedding", 9) == 0;
		bool decays = !is_table && weight->n_dims > 1;
		struct update how = { .rate = rate * correction,
				      .decay = decays
						   ? rate * optimizer->settings.weight_decay
						   : 0.0f,
				      .epsilon = epsilon * root };
		if (is_table)
			update_rows(optimizer, i, features, n, how);
		else
			update(weight->data, optimizer->gradients->items[i].data,
			       optimizer->first->items[i].data,
			       optimizer->second->items[i].data, weight_count(weight), how);
	}
}

float schedule_at(size_t step, size_t n_steps)
{
	double at = ((double)step + 0.5) / (double)n_steps;
	const double warm_up = 0.05;
	if (at < warm_up)
		return (float)(at / warm_up);
	return (float)(0.5 * (1.0 + cos(M_PI * (at - warm_up) / (1.0 - warm_up))));
}
