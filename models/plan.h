/* models/plan.h - a model to run: the graph forward only, its kernels and weight layouts made
 * once, for batches up to one size.
 *
 * Layers whose weights are I8 run in integer kernels: their input is quantised on the way in,
 * and a chain of such convolutions stays in integers. One thread at a time per plan. */
#ifndef JOULECART_MODELS_PLAN_H
#define JOULECART_MODELS_PLAN_H
#include "models/model.h"
#include "models/onednn.h"

struct features;

enum { PLAN_MAX_LAYERS = MODEL_MAX_STAGES + 3, PLAN_MAX_OPS = 3 * PLAN_MAX_LAYERS };

/* A layer and what it reads, for calibration. */
struct plan_layer {
	char name[WEIGHT_NAME_SIZE];
	struct tensor input;
	size_t n_input;
};

struct ops {
	struct op op[PLAN_MAX_OPS];
	size_t n;
};

struct plan {
	struct compute compute;
	struct model_shape shape;
	size_t batch;
	struct weight table; /* the embedding; data is the weights' own */
	const float *table_scale;
	struct tensor embedded, pooled, joined, gate, gated, logits;
	struct ops body, gating, classify; /* between them: join, and gate */
	struct plan_layer layers[PLAN_MAX_LAYERS];
	size_t n_layers;
};

/* The weights must outlive the plan (the embedding is read in place). NULL, *why filled. */
struct plan *plan_create(const struct weights *weights, size_t batch, struct problem *why);
void plan_free(struct plan *plan); /* takes NULL */

/* Serves n <= batch queries; the logits, [n][classes], are good until the next run. NULL with
 * *why filled when a kernel fails. */
const float *plan_run(struct plan *plan, const struct features *features, size_t n,
		      struct problem *why);

#endif
