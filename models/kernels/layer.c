/* models/kernels/layer.c - see layer.h. */
#include <config.h>

#include "models/kernels/layer.h"

#include <string.h>

static size_t side_after(const struct layer_shape *shape)
{
	return shape->side ? (shape->side + shape->stride - 1) / shape->stride : 0;
}

/* Positions or pixels, of a picture of that side. */
static size_t places(const struct layer_shape *shape, size_t side)
{
	if (shape->kernel == 0)
		return 1;
	return shape->side ? side * side : shape->length;
}

size_t layer_src_count(const struct layer_shape *shape)
{
	return shape->in * places(shape, shape->side);
}

size_t layer_dst_count(const struct layer_shape *shape)
{
	return shape->out * places(shape, side_after(shape));
}

size_t layer_weight_count(const struct layer_shape *shape)
{
	size_t taps = shape->kernel ? shape->kernel : 1;
	return shape->out * (shape->depthwise ? 1 : shape->in) * taps *
	       (shape->side ? taps : 1);
}

static dnnl_memory_desc_t desc_of_values(const struct layer_shape *shape,
					 dnnl_data_type_t type, size_t channels,
					 size_t side)
{
	if (shape->kernel == 0)
		return desc_of(type, dnnl_nc, 2, (size_t[]){ shape->batch, channels });
	if (shape->side)
		return desc_of(type, dnnl_nhwc, 4,
			       (size_t[]){ shape->batch, channels, side, side });
	return desc_of(type, dnnl_nwc, 3,
		       (size_t[]){ shape->batch, channels, shape->length });
}

dnnl_memory_desc_t layer_src_desc(const struct layer_shape *shape, dnnl_data_type_t type)
{
	return desc_of_values(shape, type, shape->in, shape->side);
}

dnnl_memory_desc_t layer_dst_desc(const struct layer_shape *shape, dnnl_data_type_t type)
{
	return desc_of_values(shape, type, shape->out, side_after(shape));
}

dnnl_memory_desc_t layer_weights_desc(const struct layer_shape *shape,
				      dnnl_data_type_t type, bool any)
{
	static const dnnl_format_tag_t tags[2][2] = { { dnnl_oiw, dnnl_goiw },
						      { dnnl_oihw, dnnl_goihw } };
	size_t kernel = shape->kernel, dims[5], n = 0;
	dnnl_format_tag_t tag = kernel ? tags[shape->side != 0][shape->depthwise] : dnnl_oi;
	dims[n++] = shape->out;
	if (shape->depthwise)
		dims[n++] = 1;
	dims[n++] = shape->depthwise ? 1 : shape->in;
	if (kernel)
		dims[n++] = kernel;
	if (shape->side)
		dims[n++] = kernel;
	return desc_of(type, any ? dnnl_format_tag_any : tag, (int)n, dims);
}

/* What oneDNN wants to know of a convolution besides its tensors. */
struct geometry {
	dnnl_dims_t strides, before, after;
};

/* The numbers of both directions; oneDNN reads the first alone where there is one. */
static struct geometry geometry_of(const struct layer_shape *shape)
{
	dnnl_dim_t stride = shape->side ? (dnnl_dim_t)shape->stride : 1;
	dnnl_dim_t before = (dnnl_dim_t)(shape->kernel - 1) / 2;
	dnnl_dim_t after = (dnnl_dim_t)shape->kernel / 2;
	return (struct geometry){ .strides = { stride, stride },
				  .before = { before, before },
				  .after = { after, after } };
}

static dnnl_primitive_desc_t make_pd(struct compute *compute, const_dnnl_op_desc_t desc,
				     const_dnnl_primitive_attr_t attr,
				     const_dnnl_primitive_desc_t hint, const char *doing)
{
	dnnl_primitive_desc_t pd = NULL;
	if (compute->status == dnnl_success)
		compute_keep(
		    compute,
		    dnnl_primitive_desc_create(&pd, desc, attr, compute->engine, hint),
		    doing);
	return pd;
}

dnnl_primitive_attr_t layer_attr(struct compute *compute, enum activation activation,
				 const dnnl_memory_desc_t *added)
{
	dnnl_primitive_attr_t attr = NULL;
	dnnl_post_ops_t post = NULL;
	if (!compute_keep(compute, dnnl_primitive_attr_create(&attr), "set an activation"))
		return NULL;
	if (activation == LINEAR && !added)
		return attr;
	if (compute_keep(compute, dnnl_post_ops_create(&post), "set an activation")) {
		if (added)
			compute_keep(
			    compute,
			    dnnl_post_ops_append_binary(post, dnnl_binary_add, added),
			    "set what is added");
		if (activation != LINEAR)
			compute_keep(compute,
				     dnnl_post_ops_append_eltwise(
					 post, 1.0f,
					 activation == RELU ? dnnl_eltwise_relu
							    : dnnl_eltwise_logistic,
					 0.0f, 0.0f),
				     "set an activation");
		compute_keep(compute, dnnl_primitive_attr_set_post_ops(attr, post),
			     "set an activation");
		dnnl_post_ops_destroy(post);
	}
	return attr;
}

dnnl_primitive_desc_t layer_forward_pd(struct compute *compute,
				       const struct layer_shape *shape,
				       dnnl_prop_kind_t kind, const dnnl_memory_desc_t *src,
				       const dnnl_memory_desc_t *dst,
				       const_dnnl_primitive_attr_t attr)
{
	dnnl_data_type_t type = src->data_type == dnnl_f32 || src->data_type == dnnl_bf16
				    ? src->data_type
				    : dnnl_s8;
	dnnl_memory_desc_t weights = layer_weights_desc(shape, type, true);
	dnnl_memory_desc_t bias = desc_of(dnnl_f32, dnnl_x, 1, &shape->out);
	struct geometry at = geometry_of(shape);
	dnnl_inner_product_desc_t dense;
	dnnl_convolution_desc_t conv;
	if (shape->kernel == 0) {
		compute_keep(compute,
			     dnnl_inner_product_forward_desc_init(&dense, kind, src,
								  &weights, &bias, dst),
			     "describe a dense layer");
		return make_pd(compute, &dense, attr, NULL, "make a dense layer");
	}
	compute_keep(compute,
		     dnnl_convolution_forward_desc_init(
			 &conv, kind, dnnl_convolution_direct, src, &weights, &bias, dst,
			 at.strides, at.before, at.after),
		     "describe a convolution");
	return make_pd(compute, &conv, attr, NULL, "make a convolution");
}

static dnnl_primitive_desc_t backward_data_pd(struct compute *compute,
					      const struct layer_shape *shape,
					      const_dnnl_primitive_desc_t hint)
{
	dnnl_memory_desc_t src = layer_src_desc(shape, dnnl_f32);
	dnnl_memory_desc_t dst = layer_dst_desc(shape, dnnl_f32);
	dnnl_memory_desc_t weights = layer_weights_desc(shape, dnnl_f32, true);
	struct geometry at = geometry_of(shape);
	dnnl_inner_product_desc_t dense;
	dnnl_convolution_desc_t conv;
	if (shape->kernel == 0) {
		compute_keep(compute,
			     dnnl_inner_product_backward_data_desc_init(&dense, &src,
									&weights, &dst),
			     "describe a dense layer's input gradient");
		return make_pd(compute, &dense, NULL, hint,
			       "make a dense layer's input gradient");
	}
	compute_keep(compute,
		     dnnl_convolution_backward_data_desc_init(
			 &conv, dnnl_convolution_direct, &src, &weights, &dst, at.strides,
			 at.before, at.after),
		     "describe a convolution's input gradient");
	return make_pd(compute, &conv, NULL, hint, "make a convolution's input gradient");
}

static dnnl_primitive_desc_t backward_weights_pd(struct compute *compute,
						 const struct layer_shape *shape,
						 const_dnnl_primitive_desc_t hint)
{
	dnnl_memory_desc_t src = layer_src_desc(shape, dnnl_f32);
	dnnl_memory_desc_t dst = layer_dst_desc(shape, dnnl_f32);
	dnnl_memory_desc_t weights = layer_weights_desc(shape, dnnl_f32, true);
	dnnl_memory_desc_t bias = desc_of(dnnl_f32, dnnl_x, 1, &shape->out);
	struct geometry at = geometry_of(shape);
	dnnl_inner_product_desc_t dense;
	dnnl_convolution_desc_t conv;
	if (shape->kernel == 0) {
		compute_keep(compute,
			     dnnl_inner_product_backward_weights_desc_init(
				 &dense, &src, &weights, &bias, &dst),
			     "describe a dense layer's weight gradient");
		return make_pd(compute, &dense, NULL, hint,
			       "make a dense layer's weight gradient");
	}
	compute_keep(compute,
		     dnnl_convolution_backward_weights_desc_init(
			 &conv, dnnl_convolution_direct, &src, &weights, &bias, &dst,
			 at.strides, at.before, at.after),
		     "describe a convolution's weight gradient");
	return make_pd(compute, &conv, NULL, hint, "make a convolution's weight gradient");
}

dnnl_memory_desc_t layer_wanted(dnnl_primitive_desc_t pd, dnnl_query_t what)
{
	const dnnl_memory_desc_t *desc = pd ? dnnl_primitive_desc_query_md(pd, what, 0)
					    : NULL;
	return desc ? *desc : (dnnl_memory_desc_t){ 0 };
}

/* The plain tensor itself where oneDNN likes it as it is; else a new one, and *copy copies
 * between the two, to oneDNN's layout or back to the plain one. */
static struct tensor in_layout(struct compute *compute, const struct tensor *plain,
			       const dnnl_memory_desc_t *wanted, bool back, struct op *copy)
{
	if (dnnl_memory_desc_equal(&plain->desc, wanted))
		return *plain;
	struct tensor laid_out = tensor_new(compute, wanted);
	*copy = back ? op_reorder(compute, &laid_out, plain, NULL)
		     : op_reorder(compute, plain, &laid_out, NULL);
	return laid_out;
}

struct plain {
	struct tensor weight, bias, d_weight, d_bias;
};

static struct plain wrap_parameters(struct compute *compute,
				    const struct layer_shape *shape,
				    const struct parameters *parameters)
{
	dnnl_memory_desc_t weights = layer_weights_desc(shape, dnnl_f32, false);
	dnnl_memory_desc_t bias = desc_of(dnnl_f32, dnnl_x, 1, &shape->out);
	return (struct plain){
		.weight = tensor_wrap(compute, &weights, parameters->weight),
		.bias = tensor_wrap(compute, &bias, parameters->bias),
		.d_weight = tensor_wrap(compute, &weights, parameters->d_weight),
		.d_bias = tensor_wrap(compute, &bias, parameters->d_bias),
	};
}

static void create_forward(struct compute *compute, struct layer *layer,
			   const struct plain *plain, dnnl_primitive_desc_t pd)
{
	dnnl_memory_desc_t wanted = layer_wanted(pd, dnnl_query_weights_md);
	struct tensor weight = in_layout(compute, &plain->weight, &wanted, false,
					 &layer->pack_forward);
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, layer->src.memory },
					 { DNNL_ARG_WEIGHTS, weight.memory },
					 { DNNL_ARG_BIAS, plain->bias.memory },
					 { DNNL_ARG_DST, layer->dst.memory } };
	layer->forward = op_new(compute, pd, args, 4);
}

static void create_backward_data(struct compute *compute, struct layer *layer,
				 const struct plain *plain, dnnl_primitive_desc_t pd)
{
	dnnl_memory_desc_t wanted = layer_wanted(pd, dnnl_query_weights_md);
	struct tensor weight = in_layout(compute, &plain->weight, &wanted, false,
					 &layer->pack_backward);
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_DIFF_DST, layer->d_dst.memory },
					 { DNNL_ARG_WEIGHTS, weight.memory },
					 { DNNL_ARG_DIFF_SRC, layer->d_src.memory } };
	layer->backward_data = op_new(compute, pd, args, 3);
}

static void create_backward_weights(struct compute *compute, struct layer *layer,
				    const struct plain *plain, dnnl_primitive_desc_t pd)
{
	dnnl_memory_desc_t wanted = layer_wanted(pd, dnnl_query_diff_weights_md);
	struct tensor gradient = in_layout(compute, &plain->d_weight, &wanted, true,
					   &layer->unpack_gradient);
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, layer->src.memory },
					 { DNNL_ARG_DIFF_DST, layer->d_dst.memory },
					 { DNNL_ARG_DIFF_WEIGHTS, gradient.memory },
					 { DNNL_ARG_DIFF_BIAS, plain->d_bias.memory } };
	layer->backward_weights = op_new(compute, pd, args, 4);
}

void layer_create(struct compute *compute, struct layer *layer,
		  const struct layer_shape *shape, enum activation activation,
		  const struct tensor *src, const struct parameters *parameters)
{
	dnnl_memory_desc_t src_desc = layer_src_desc(shape, dnnl_f32);
	dnnl_memory_desc_t dst_desc = layer_dst_desc(shape, dnnl_f32);
	*layer = (struct layer){
		.activation = activation,
		.n_dst = shape->batch * layer_dst_count(shape),
		.src = *src,
		.dst = tensor_new(compute, &dst_desc),
		.d_src = tensor_new(compute, &src_desc),
		.d_dst = tensor_new(compute, &dst_desc),
	};
	struct plain plain = wrap_parameters(compute, shape, parameters);
	dnnl_primitive_attr_t attr = layer_attr(compute, activation, NULL);
	dnnl_primitive_desc_t forward = layer_forward_pd(
	    compute, shape, dnnl_forward_training, &src_desc, &dst_desc, attr);
	dnnl_primitive_desc_t data = backward_data_pd(compute, shape, forward);
	dnnl_primitive_desc_t weights = backward_weights_pd(compute, shape, forward);
	create_forward(compute, layer, &plain, forward);
	create_backward_data(compute, layer, &plain, data);
	create_backward_weights(compute, layer, &plain, weights);
	if (attr)
		dnnl_primitive_attr_destroy(attr);
}

void layer_forward(struct compute *compute, const struct layer *layer)
{
	op_run(compute, &layer->pack_forward);
	op_run(compute, &layer->forward);
}

/* Through the activation, which the forward pass has fused: from its output alone. */
static void through_activation(const struct layer *layer)
{
	const float *restrict y = tensor_data(&layer->dst);
	float *restrict dy = tensor_data(&layer->d_dst);
	if (layer->activation == RELU) {
#pragma omp simd
		for (size_t i = 0; i < layer->n_dst; i++)
			dy[i] = y[i] > 0.0f ? dy[i] : 0.0f;
	} else if (layer->activation == LOGISTIC) {
#pragma omp simd
		for (size_t i = 0; i < layer->n_dst; i++)
			dy[i] *= y[i] * (1.0f - y[i]);
	}
}

void layer_backward(struct compute *compute, const struct layer *layer)
{
	through_activation(layer);
	op_run(compute, &layer->pack_backward);
	op_run(compute, &layer->backward_data);
	op_run(compute, &layer->backward_weights);
	op_run(compute, &layer->unpack_gradient);
}
