/* models/infer/plan-layer.c - see plan-layer.h. */
#include <config.h>

#include "models/infer/plan-layer.h"

#include "models/infer/plan-part.h"

#include <stdlib.h>
#include <string.h>

/* Of eight bits with a sign, without -128, so that both sides are alike. */
static const float signed_levels = 127.0f;

float plan_unsigned_levels(void)
{
	return compute_has_wide_int8() ? 255.0f : 127.0f;
}

static void append(struct ops *ops, struct op op)
{
	if (op.primitive && ops->n < PLAN_MAX_OPS)
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
	struct values dst = { .tensor = tensor_new(compute, desc), .step = step };
	dnnl_primitive_attr_t attr = layer_attr(compute, LINEAR);
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
			     const struct layer_shape *shape, const struct values *src,
			     bool signed_src)
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
	desc = layer_src_desc(shape, signed_src ? dnnl_s8 : dnnl_u8);
	float levels = signed_src ? signed_levels : plan_unsigned_levels();
	return convert(plan, ops, src, &desc, layer->input_max / levels);
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
static struct tensor lay_out(struct compute *compute, const struct model_layer *layer,
			     const struct layer_shape *shape, dnnl_primitive_desc_t pd)
{
	dnnl_memory_desc_t plain_desc = layer_weights_desc(shape, type_of(layer->weight),
							   false);
	dnnl_memory_desc_t wanted = layer_wanted(pd, dnnl_query_weights_md);
	struct tensor plain = tensor_wrap(compute, &plain_desc, layer->weight->data);
	struct tensor laid_out = tensor_new(compute, &wanted);
	struct op copy = op_reorder(compute, &plain, &laid_out, NULL);
	op_run(compute, &copy);
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

static void remember(struct plan *plan, const struct model_layer *layer,
		     const struct layer_shape *shape, const struct values *src)
{
	if (plan->n_layers == PLAN_MAX_LAYERS)
		return;
	struct plan_layer *known = &plan->layers[plan->n_layers++];
	memcpy(known->name, layer->name, sizeof(known->name));
	known->input = src->tensor;
	known->n_input = shape->batch * shape->in * (shape->kernel ? shape->length : 1);
}

/* Multiplications and additions of the whole batch, and the weights that they read once. */
static size_t part_of(struct plan *plan, const struct model_layer *layer,
		      const struct layer_shape *shape)
{
	double in = shape->depthwise ? 1 : (double)shape->in;
	double kernel = shape->kernel ? (double)shape->kernel : 1;
	double weights = in * kernel * (double)shape->out;
	double places = (double)shape->batch * (shape->kernel ? (double)shape->length : 1);
	return plan_part(plan, layer->name, 2 * weights * places,
			 weights * (double)weight_type_size(layer->weight->type));
}

struct values plan_add_layer(struct plan *plan, struct ops *ops,
			     const struct model_layer *layer,
			     const struct layer_shape *shape, struct values src,
			     bool signed_src, struct wanted wanted)
{
	struct compute *compute = &plan->compute;
	size_t part = part_of(plan, layer, shape), n_before = ops->n;
	remember(plan, layer, shape, &src);
	src = as_read(plan, ops, layer, shape, &src, signed_src);
	dnnl_memory_desc_t dst_desc = layer_dst_desc(shape, wanted.type);
	struct values dst = { .tensor = tensor_new(compute, &dst_desc),
			      .step = wanted.max / plan_unsigned_levels() };
	dnnl_primitive_attr_t attr = layer_attr(compute, wanted.activation);
	if (layer->scale)
		set_layer_scales(compute, attr, layer, shape->out, src.step, dst.step);
	dnnl_primitive_desc_t pd = layer_forward_pd(compute, shape, dnnl_forward_inference,
						    &src.tensor.desc, &dst_desc, attr);
	struct tensor weight = lay_out(compute, layer, shape, pd);
	struct tensor bias = bias_of(compute, layer, shape->out, src.step);
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, src.tensor.memory },
					 { DNNL_ARG_WEIGHTS, weight.memory },
					 { DNNL_ARG_BIAS, bias.memory },
					 { DNNL_ARG_DST, dst.tensor.memory } };
	append(ops, op_new(compute, pd, args, 4));
	for (size_t i = n_before; i < ops->n; i++)
		ops->op[i].part = part;
	if (attr)
		dnnl_primitive_attr_destroy(attr);
	return dst;
}
