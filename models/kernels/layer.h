/* models/kernels/layer.h - a layer to train: convolution over time or over pixels, or dense, forward and
 * backward.
 *
 * Activations are [batch][length][channels] (oneDNN's nwc), of pictures [batch][row][column][channels]
 * (nhwc), weights plain: [out][in][kernel], [out][in][kernel][kernel] or [out][in]. oneDNN's own weight
 * layouts are made anew from the plain ones in each pass, since the optimizer changes those. All memory
 * belongs to the compute, but the parameters, which are the caller's and must outlive the layer. */
#ifndef JOULECART_MODELS_LAYER_H
#define JOULECART_MODELS_LAYER_H
#include "models/kernels/onednn.h"

enum activation { LINEAR, RELU, LOGISTIC };

/* kernel 0: dense, without a length. Convolutions are padded so that the length stays, or of the picture
 * every `stride`th pixel each way, from the first on. In a depthwise one (in == out) each channel sees itself
 * alone. */
struct layer_shape {
	size_t batch, length, in, out, kernel;
	bool depthwise;
	size_t side,
	    stride; /* of a picture that is read, in place of a length; 0: there is none */
};
/* Numbers of one of the batch: what it reads, and what it puts out. */
size_t layer_src_count(const struct layer_shape *shape);
size_t layer_dst_count(const struct layer_shape *shape);
/* Numbers of its weights. */
size_t layer_weight_count(const struct layer_shape *shape);

struct parameters {
	float *weight, *bias;
	float *d_weight, *d_bias; /* gradients */
};

struct layer {
	enum activation activation;
	size_t n_dst; /* numbers in dst */
	struct tensor src, dst, d_src, d_dst;
	struct op pack_forward, forward;
	struct op pack_backward, backward_data, backward_weights, unpack_gradient;
};

dnnl_memory_desc_t layer_src_desc(const struct layer_shape *shape, dnnl_data_type_t type);
dnnl_memory_desc_t layer_dst_desc(const struct layer_shape *shape, dnnl_data_type_t type);
/* The weights as a file holds them; with tag_any, as oneDNN likes them best. */
dnnl_memory_desc_t layer_weights_desc(const struct layer_shape *shape,
				      dnnl_data_type_t type, bool any);
/* The forward pass with its activation fused. Weights may be of any layout. */
dnnl_primitive_desc_t layer_forward_pd(struct compute *compute,
				       const struct layer_shape *shape,
				       dnnl_prop_kind_t kind, const dnnl_memory_desc_t *src,
				       const dnnl_memory_desc_t *dst,
				       const_dnnl_primitive_attr_t attr);
/* An attribute with the activation after the layer, and before that what is added to each number put out: a
 * tensor of that description (the argument LAYER_ARG_ADDED), or NULL. The caller destroys it. */
enum { LAYER_ARG_ADDED = DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1 };
dnnl_primitive_attr_t layer_attr(struct compute *compute, enum activation activation,
				 const dnnl_memory_desc_t *added);
/* What pd wants the weights to look like. */
dnnl_memory_desc_t layer_wanted(dnnl_primitive_desc_t pd, dnnl_query_t what);

/* src: an existing tensor of the layer's input shape. */
void layer_create(struct compute *compute, struct layer *layer,
		  const struct layer_shape *shape, enum activation activation,
		  const struct tensor *src, const struct parameters *parameters);
void layer_forward(struct compute *compute, const struct layer *layer);
/* From d_dst (which it overwrites) to d_src and the parameters' gradients. */
void layer_backward(struct compute *compute, const struct layer *layer);

/* Maximum over time: [batch][length][channels] -> [batch][channels]. */
struct pool {
	struct tensor dst, d_dst;
	struct op forward, backward;
};

/* d_src: where the gradient goes; NULL for a pool that is not trained. */
void pool_create(struct compute *compute, struct pool *pool,
		 const struct layer_shape *shape, const struct tensor *src,
		 const struct tensor *d_src);

#endif
