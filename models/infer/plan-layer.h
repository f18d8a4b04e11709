/* models/infer/plan-layer.h - one layer of a plan, in floating point or in integers.
 *
 * A tensor of integers q stands for q x step. Weights are s8 with a step per output channel;
 * activations u8 (what follows a ReLU, a maximum or a one-hot field is never negative), but
 * s8 for the embedding. Sums are 32 bits wide; the bias is added to them, then
 * x source step x weight step / destination step, then what zero points of the weights come to
 * (zero-point.h), then the activation. */
#ifndef JOULECART_MODELS_PLAN_LAYER_H
#define JOULECART_MODELS_PLAN_LAYER_H
#include "models/infer/plan.h"
#include "models/kernels/layer.h"

/* A tensor and what one step of it is worth; 0 for floats. */
struct values {
	struct tensor tensor;
	float step;
	bool is_signed; /* may be negative */
};

/* Largest activation: 255, or 127 where the CPU sums pairs of u8 x s8 products in 16 bits,
 * which 2 x 255 x 127 would saturate. */
float plan_unsigned_levels(void);

/* What a layer is to put out. */
struct wanted {
	dnnl_data_type_t type; /* f32, bf16, u8 or s8 */
	float max;             /* of integers: what the largest stands for */
	enum activation activation;
};

/* A tensor between two layers: of the plan's buffers while it builds a body, where the longest body
 * is built first; else a new one. */
struct tensor plan_tensor(struct plan *plan, const dnnl_memory_desc_t *desc);

/* Appends the layer to ops, and fills *known but for n_input. Reads src, converting it first when
 * they are floats and the layer wants integers (s8 for signed ones) or bf16. */
struct values plan_add_layer(struct plan *plan, struct ops *ops,
			     const struct model_layer *layer,
			     const struct layer_shape *shape, struct values src,
			     struct wanted wanted, struct plan_layer *known);

#endif
