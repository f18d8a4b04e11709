/* models/infer/plan.h - a model to run: the graph forward only, its kernels and weight layouts made
 * once, for batches up to one size.
 *
 * Layers whose weights are I8 run in integer kernels: their input is quantised on the way in,
 * and a chain of such convolutions stays in integers. BF16 ones run in bf16, and are refused
 * where the CPU would emulate that. Where most weights of all convolutions are zero, sparse
 * kernels run them (sparse.h), if there are such for this CPU. Weights with an exit rule
 * (exit.h) answer at the first head that is sure enough. One thread at a time per plan. */
#ifndef JOULECART_MODELS_PLAN_H
#define JOULECART_MODELS_PLAN_H
#include "models/infer/exit.h"
#include "models/kernels/onednn.h"
#include "models/weights/model.h"

struct features;
struct sparse_body;

enum {
	PLAN_MAX_LAYERS = MODEL_MAX_STAGES * MODEL_MAX_CHAIN + 4,
	PLAN_MAX_OPS =
	    3 *
	    PLAN_MAX_LAYERS, /* a layer is at most a convolution, its activation and a pool */
	PLAN_MAX_BATCH = 1024 /* with an exit rule */
};

/* A layer and what it reads, for calibration. */
struct plan_layer {
	char name[WEIGHT_NAME_SIZE];
	struct tensor input;
	size_t n_input;
};

/* What can be told apart while a plan runs: a layer with its conversions, or "embedding", "pool",
 * "sparse stages". */
struct plan_part {
	char name[WEIGHT_NAME_SIZE];
	double flop, weight_bytes; /* of one run of the whole batch; 0: not known */
	unsigned region;           /* as the marking numbers it */
};

/* Who is told of each part that begins and ends: joulecart.h has functions of these forms. */
struct plan_marking {
	unsigned (*region)(const char *name);
	void (*work)(unsigned region, double flop, double weight_bytes);
	void (*begin)(unsigned region);
	void (*end)(unsigned region);
};

struct ops {
	struct op op[PLAN_MAX_OPS];
	size_t n;
};

/* Some stages in a row and the head after the last of them, for one batch size. */
struct segment {
	size_t batch, first, last; /* stages, from 1 */
	struct tensor input;       /* [batch][FEATURE_LENGTH][channels] */
	struct tensor output;      /* of the last stage, likewise */
	struct tensor pooled, joined, gate, gated, logits;
	struct ops body, gating, classify; /* between them: join, and gate */
	struct sparse_body *sparse;        /* instead of the body; or NULL */
};

struct plan {
	struct compute compute;
	struct model_shape shape;
	size_t batch;
	struct weight table; /* the embedding; data is the weights' own */
	const float *table_scale;
	/* Without an exit rule there is one segment. With one there are, for each head, some
	 * for batches of `batch`, batch / 2, ... 1: what is left after an exit is fewer. */
	struct segment *segments;
	size_t n_exits, n_sizes;
	enum exit_rule rule;
	float threshold;
	float *answers; /* [batch][classes], with an exit rule */
	size_t *rows;   /* which queries are left */
	uint8_t *depth; /* the stage that answered each query of the last run */
	struct plan_layer layers[PLAN_MAX_LAYERS];
	size_t n_layers;
	struct plan_part parts[PLAN_MAX_LAYERS];
	size_t n_parts;
	struct plan_marking marking; /* all NULL: nobody is told */
};

/* The weights must outlive the plan (the embedding is read in place). NULL, *why filled. */
struct plan *plan_create(const struct weights *weights, size_t batch, struct problem *why);
void plan_free(struct plan *plan); /* takes NULL */

/* Serves n <= batch queries; the logits, [n][classes], are good until the next run. NULL with
 * *why filled when a kernel fails. */
const float *plan_run(struct plan *plan, const struct features *features, size_t n,
		      struct problem *why);

/* From now on the marking is told of each part. */
void plan_mark(struct plan *plan, struct plan_marking marking);

/* What runs the convolutions: "dense", or "sparse". */
const char *plan_kernels(const struct plan *plan);

#endif
