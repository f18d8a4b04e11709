/* models/plan-layer.h - one layer of a plan, in floating point or in integers.
 *
 * A tensor of integers q stands for q x step. Weights are s8 with a step per output channel;
 * activations u8 (what follows a ReLU, a maximum or a one-hot field is never negative), but
 * s8 for the embedding. Sums are 32 bits wide; the bias is added to them, then
 * x source step x weight step / destination step, then the activation. */
#ifndef JOULECART_MODELS_PLAN_LAYER_H
#define JOULECART_MODELS_PLAN_LAYER_H
#include "models/layer.h"
#include "models/plan.h"

/* A tensor and what one step of it is worth; 0 for floats. */
struct values {
	struct tensor tensor;
	float step;
};

/* Largest activation: 255, or 127 where the CPU sums pairs of u8 x s8 products in 16 bits,
 * which 2 x 255 x 127 would saturate. */
float plan_unsigned_levels(void);

/* Appends the layer to ops. Reads src, quantising it first when the layer wants integers and
 * src are floats (signed_src: to s8). Returns floats for dst_max == 0, else u8 up to
 * dst_max. */
struct values plan_add_layer(struct plan *plan, struct ops *ops,
			     const struct model_layer *layer,
			     const struct layer_shape *shape, enum activation activation,
			     struct values src, bool signed_src, float dst_max);

#endif
