/* models/train/network.h - a model to train: the graph forward and backward for batches of one size
 * and queries up to one length.
 *
 * Weights and gradients are the caller's and change in place: networks for several lengths can
 * train the same. A head at an earlier stage is trained too, where the weights have one. */
#ifndef JOULECART_MODELS_NETWORK_H
#define JOULECART_MODELS_NETWORK_H
#include "models/kernels/layer.h"
#include "models/weights/model.h"

struct features;
struct rounding;

struct head {
	size_t channels;
	struct pool pool;
	struct tensor joined, gated, d_extra;
	struct layer gate, hidden, out;
	struct layer reduce; /* before hidden, where the shape has a head_rank */
	bool reduces;
};

/* A stage's convolutions. */
struct layer_chain {
	struct layer layers[MODEL_MAX_CHAIN];
	size_t n;
};

struct network {
	struct compute compute;
	struct model_shape shape;
	size_t batch, length;
	struct weights *weights;
	struct weights *gradients;       /* the embedding's must be cleared by its user */
	const struct rounding *rounding; /* of each stage's input; NULL: not rounded */
	struct tensor input;             /* embedded positions, or pictures */
	struct layer_chain chains[MODEL_MAX_STAGES];
	struct head heads[MODEL_MAX_STAGES];
};

/* gradients: as weights_like(). length: positions, at most FEATURE_LENGTH; of pictures any. NULL with *why
 * filled. All weights must be F32. */
struct network *network_create(struct weights *weights, struct weights *gradients,
			       size_t batch, size_t length, struct problem *why);
void network_free(struct network *network); /* takes NULL */

/* features: batch of them, none longer than the network. Logits of a stage's head follow from
 * network_logits(). */
void network_forward(struct network *network, const struct features *features);
/* What the stage puts out: its last convolution. */
const struct layer *network_stage(const struct network *network, size_t stage);
/* [batch][classes] of the head at a stage, from 1; and where its gradient goes. */
const float *network_logits(const struct network *network, size_t stage);
float *network_d_logits(struct network *network, size_t stage);
/* What the last head pools, [batch][channels of the last stage], and where a gradient on it
 * goes that is not the head's own; zero unless it is written. */
const float *network_pooled(const struct network *network);
float *network_d_pooled(struct network *network);
/* From every head's d_logits to all gradients, but not to those of a frozen embedding, nor below the heads
 * where all of that is frozen. Overwrites d_logits. */
void network_backward(struct network *network, const struct features *features);

#endif
