/* models/infer/plan-layer.c - see plan-layer.h. */
#include <config.h>

#include "models/infer/plan-layer.h"

#include "models/infer/plan-part.h"
#include "models/kernels/zero-point.h"

#include <stdlib.h>
#include <string.h>

/* Of eight bits with a sign, without -128, so that both sides are alike. */
static const float signed_levels = 127.0f;

float plan_unsigned_levels(void)
{
	return compute_has_wide_int8() ? 255.0f : 127.0f;
}

static float levels_of(dnnl_data_type_t type)
{
	return type == dnnl_s8 ? signed_levels : plan_unsigned_levels();
}

struct tensor plan_tensor(struct plan *plan, const dnnl_memory_desc_t *desc)
{
	struct buffers *buffers = &plan->buffers;
	if (!buffers->is_open || buffers->next == PLAN_MAX_BUFFERS)
		return tensor_new(&plan->compute, desc);
	if (buffers->next < buffers->n)
		return tensor_wrap(&plan->compute, desc, buffers->data[buffers->next++]);
	struct tensor tensor = tensor_new(&plan->compute, desc);
	buffers->data[buffers->n++] = tensor_data(&tensor);
	buffers->next++;
	return tensor;
}

static void append(struct ops *ops, struct op op)
{
	if ((op.primitive || op.run) && ops->n < PLAN_MAX_OPS)
		ops->op[ops->n++] = op;
}

/* An attribute that multiplies what is written by one factor, or one per output. */
static void set_scales(struct compute *compute, dnnl_primitive_attr_t attr,
		       const float *scales, size_t n)
{
	const int one_for_all = 0, one_per_output = 1 << 1;
	if (attr)
		compute_keep(
		    compute,
		    dnnl_primitive_attr_set_output_scales(
			attr, (dnnl_dim_t)n, n == 1 ? one_for_all : one_per_output, scales),
		    "set the scales of an integer layer");
}

/* src in another type; for integers, one step of which is worth `step`. */
static struct values convert(struct plan *plan, struct ops *ops, const struct values *src,
			     const dnnl_memory_desc_t *desc, float step)
{
	struct compute *compute = &plan->compute;
	struct values dst = { .tensor = plan_tensor(plan, desc), .step = step };
	dnnl_primitive_attr_t attr = layer_attr(compute, LINEAR, NULL);
	if (step != 0.0f)
		set_scales(compute, attr, &(float){ 1.0f / step }, 1);
	append(ops, op_reorder(compute, &src->tensor, &dst.tensor, attr));
	if (attr)
		dnnl_primitive_attr_destroy(attr);
	return dst;
}

/* src as the layer reads it. */
static struct values as_read(struct plan *plan, struct ops *ops,
			     const struct model_layer *layer,
			     const struct layer_shape *shape, const struct values *src)
{
	dnnl_memory_desc_t desc;
	if (src->tensor.desc.data_type != dnnl_f32)
		return *src;
	if (layer->weight->type == WEIGHT_BF16) {
		desc = layer_src_desc(shape, dnnl_bf16);
		return convert(plan, ops, src, &desc, 0.0f);
	}
	if (!layer->scale)
		return *src;
	desc = layer_src_desc(shape, src->is_signed ? dnnl_s8 : dnnl_u8);
	return convert(plan, ops, src, &desc, layer->input_max / levels_of(desc.data_type));
}

static dnnl_data_type_t type_of(const struct weight *weight)
{
	switch (weight->type) {
	case WEIGHT_I8:
		return dnnl_s8;
	case WEIGHT_BF16:
		return dnnl_bf16;
	default:
		return dnnl_f32;
	}
}

/* The layer's parameters in the layout that pd wants. */
static struct tensor lay_out(struct plan *plan, const struct model_layer *layer,
			     const struct layer_shape *shape, dnnl_primitive_desc_t pd)
{
	struct compute *compute = &plan->compute;
	dnnl_memory_desc_t plain_desc = layer_weights_desc(shape, type_of(layer->weight),
							   false);
	dnnl_memory_desc_t wanted = layer_wanted(pd, dnnl_query_weights_md);
	for (size_t i = 0; i < plan->n_layouts; i++)
		if (strcmp(plan->layouts[i].name, layer->name) == 0 &&
		    dnnl_memory_desc_equal(&plan->layouts[i].tensor.desc, &wanted))
			return plan->layouts[i].tensor;
	struct tensor plain = tensor_wrap(compute, &plain_desc, layer->weight->data);
	struct tensor laid_out = tensor_new(compute, &wanted);
	struct op copy = op_reorder(compute, &plain, &laid_out, NULL);
	op_run(compute, &copy);
	if (plan->n_layouts < PLAN_MAX_LAYOUTS) {
		struct layout *layout = &plan->layouts[plan->n_layouts++];
		memcpy(layout->name, layer->name, sizeof(layout->name));
		layout->tensor = laid_out;
	}
	return laid_out;
}

/* The bias, in units of the integer sums where there are such. */
static struct tensor bias_of(struct compute *compute, const struct model_layer *layer,
			     size_t n, float src_step)
{
	dnnl_memory_desc_t desc = desc_of(dnnl_f32, dnnl_x, 1, &n);
	struct tensor tensor = tensor_new(compute, &desc);
	float *bias = tensor_data(&tensor);
	for (size_t i = 0; bias && i < n; i++)
		bias[i] = layer->scale ? layer->bias[i] / (src_step * layer->scale[i])
				       : layer->bias[i];
	return tensor;
}

static void set_layer_scales(struct compute *compute, dnnl_primitive_attr_t attr,
			     const struct model_layer *layer, size_t n, float src_step,
			     float dst_step)
{
	float *scales = calloc(n, sizeof(float));
	if (!scales) {
		compute_keep(compute, dnnl_out_of_memory, "set the scales of a layer");
		return;
	}
	for (size_t i = 0; i < n; i++)
		scales[i] = src_step * layer->scale[i] /
			    (dst_step != 0.0f ? dst_step : 1.0f);
	set_scales(compute, attr, scales, n);
	free(scales);
}

/* What the zero points of the layer's weights add to each number that it puts out. */
static struct tensor add_zero_points(struct plan *plan, struct ops *ops,
				     const struct model_layer *layer,
				     const struct layer_shape *shape,
				     const struct values *src, float dst_step)
{
	struct compute *compute = &plan->compute;
	size_t rows = shape->kernel ? shape->length : shape->batch;
	dnnl_memory_desc_t out = layer_dst_desc(shape, dnnl_f32);
	dnnl_memory_desc_t factors_desc = desc_of(dnnl_f32, dnnl_x, 1, &shape->out);
	dnnl_memory_desc_t sums_desc = desc_of(dnnl_f32, dnnl_x, 1, &rows);
	struct zero_points to = { .factors = tensor_new(compute, &factors_desc),
				  .sums = tensor_new(compute, &sums_desc),
				  .out = plan_tensor(plan, &out) };
	float *factors = tensor_data(&to.factors);
	for (size_t i = 0; factors && i < shape->out; i++)
		factors[i] = -layer->zero[i] * layer->scale[i] * src->step /
			     (dst_step != 0.0f ? dst_step : 1.0f);
	append(ops, op_zero_points(&to, &src->tensor, shape->kernel));
	return to.out;
}

static struct values add_layer(struct plan *plan, struct ops *ops,
			       const struct model_layer *layer,
			       const struct layer_shape *shape, struct values src,
			       struct wanted wanted, struct plan_layer *known)
{
	struct compute *compute = &plan->compute;
	size_t n_before = ops->n;
	size_t n_weights = layer_weight_count(shape);
	size_t part = plan_part(
	    plan, layer->name, (double)(n_weights * weight_type_size(layer->weight->type)));
	memcpy(known->name, layer->name, sizeof(known->name));
	known->input = src.tensor;
	known->width = shape->side ? layer_src_count(shape) : shape->in;
	src = as_read(plan, ops, layer, shape, &src);
	dnnl_memory_desc_t dst_desc = layer_dst_desc(shape, wanted.type);
	struct values dst = { .tensor = plan_tensor(plan, &dst_desc),
			      .step = wanted.max / levels_of(wanted.type),
			      .is_signed = wanted.activation == LINEAR };
	struct tensor added = { 0 };
	if (layer->zero)
		added = add_zero_points(plan, ops, layer, shape, &src, dst.step);
	dnnl_primitive_attr_t attr = layer_attr(compute, wanted.activation,
						layer->zero ? &added.desc : NULL);
	if (layer->scale)
		set_layer_scales(compute, attr, layer, shape->out, src.step, dst.step);
	dnnl_primitive_desc_t pd = layer_forward_pd(compute, shape, dnnl_forward_inference,
						    &src.tensor.desc, &dst_desc, attr);
	struct tensor weight = lay_out(plan, layer, shape, pd);
	struct tensor bias = bias_of(compute, layer, shape->out, src.step);
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, src.tensor.memory },
					 { DNNL_ARG_WEIGHTS, weight.memory },
					 { DNNL_ARG_BIAS, bias.memory },
					 { DNNL_ARG_DST, dst.tensor.memory },
					 { LAYER_ARG_ADDED, added.memory } };
	struct op op = op_new(compute, pd, args, layer->zero ? 5 : 4);
	op.flop = 2 * (double)n_weights * (double)shape->batch *
		  (double)(layer_dst_count(shape) / shape->out);
	append(ops, op);
	for (size_t i = n_before; i < ops->n; i++)
		ops->op[i].part = part;
	if (attr)
		dnnl_primitive_attr_destroy(attr);
	return dst;
}

/* oneDNN sums the products of a dense layer that reads numbers with a sign in pairs of 16 bits where the CPU
 * has no wider sums, and they saturate: answers were 10 to 15 % off. (For a convolution it halves the weights
 * there.) */
static bool would_saturate(const struct model_layer *layer, const struct layer_shape *shape,
			   const struct values *src)
{
	return layer->scale && shape->kernel == 0 && src->is_signed &&
	       src->tensor.desc.data_type == dnnl_f32 && !compute_has_wide_int8();
}

/* The dense layer in floats that are worth as much: floats is its weight, whose data the caller frees. */
static struct model_layer as_floats(const struct model_layer *layer,
				    const struct layer_shape *shape, struct weight *floats)
{
	struct model_layer same = *layer;
	const int8_t *steps = layer->weight->data;
	float *data = aligned_alloc(64, (shape->out * shape->in * sizeof(float) + 63) / 64 *
					    64);
	for (size_t i = 0; data && i < shape->out * shape->in; i++) {
		size_t out = i / shape->in;
		float zero = layer->zero ? layer->zero[out] : 0.0f;
		data[i] = layer->scale[out] * ((float)steps[i] - zero);
	}
	*floats = *layer->weight;
	floats->type = WEIGHT_F32;
	floats->data = data;
	same.weight = floats;
	same.scale = same.zero = NULL;
	return same;
}

struct values plan_add_layer(struct plan *plan, struct ops *ops,
			     const struct model_layer *layer,
			     const struct layer_shape *shape, struct values src,
			     struct wanted wanted, struct plan_layer *known)
{
	struct weight floats;
	if (!would_saturate(layer, shape, &src))
		return add_layer(plan, ops, layer, shape, src, wanted, known);
	const struct model_layer same = as_floats(layer, shape, &floats);
	if (!floats.data) {
		compute_keep(&plan->compute, dnnl_out_of_memory, "write a layer as floats");
		return src;
	}
	src = add_layer(plan, ops, &same, shape, src, wanted, known);
	free(floats.data); /* it was laid out anew */
	return src;
}
