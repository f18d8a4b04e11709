/* models/kernels/pool.c - maximum over time; see layer.h. */
#include <config.h>

#include "models/kernels/layer.h"

static dnnl_primitive_desc_t pool_pd(struct compute *compute,
				     const dnnl_pooling_desc_t *desc,
				     const_dnnl_primitive_desc_t hint)
{
	dnnl_primitive_desc_t pd = NULL;
	if (compute->status == dnnl_success)
		compute_keep(
		    compute,
		    dnnl_primitive_desc_create(&pd, desc, NULL, compute->engine, hint),
		    "make a pooling layer");
	return pd;
}

static dnnl_primitive_desc_t
backward_pd(struct compute *compute, const struct tensor *d_src, const struct tensor *d_dst,
	    const dnnl_dims_t length, const_dnnl_primitive_desc_t hint)
{
	const dnnl_dims_t none = { 0 };
	dnnl_pooling_desc_t desc;
	compute_keep(compute,
		     dnnl_pooling_backward_desc_init(&desc, dnnl_pooling_max, &d_src->desc,
						     &d_dst->desc, length, length, none,
						     none),
		     "describe a pooling gradient");
	return pool_pd(compute, &desc, hint);
}

static void create_backward(struct compute *compute, struct pool *pool,
			    const struct tensor *d_src, const struct tensor *workspace,
			    dnnl_primitive_desc_t pd)
{
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_DIFF_DST, pool->d_dst.memory },
					 { DNNL_ARG_WORKSPACE, workspace->memory },
					 { DNNL_ARG_DIFF_SRC, d_src->memory } };
	pool->backward = op_new(compute, pd, args, 3);
}

void pool_create(struct compute *compute, struct pool *pool,
		 const struct layer_shape *shape, const struct tensor *src,
		 const struct tensor *d_src)
{
	const dnnl_dims_t length = { (dnnl_dim_t)shape->length }, none = { 0 };
	dnnl_memory_desc_t dst = desc_of(dnnl_f32, dnnl_nwc, 3,
					 (size_t[]){ shape->batch, shape->out, 1 });
	*pool = (struct pool){ .dst = tensor_new(compute, &dst) };
	dnnl_pooling_desc_t desc;
	compute_keep(compute,
		     dnnl_pooling_forward_desc_init(
			 &desc, d_src ? dnnl_forward_training : dnnl_forward_inference,
			 dnnl_pooling_max, &src->desc, &dst, length, length, none, none),
		     "describe a pooling layer");
	dnnl_primitive_desc_t forward = pool_pd(compute, &desc, NULL), backward = NULL;
	struct tensor workspace = { 0 };
	if (d_src) {
		dnnl_memory_desc_t wanted = layer_wanted(forward, dnnl_query_workspace_md);
		workspace = tensor_new(compute, &wanted);
		pool->d_dst = tensor_new(compute, &dst);
		backward = backward_pd(compute, d_src, &pool->d_dst, length, forward);
	}
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, src->memory },
					 { DNNL_ARG_DST, pool->dst.memory },
					 { DNNL_ARG_WORKSPACE, workspace.memory } };
	pool->forward = op_new(compute, forward, args, d_src ? 3 : 2);
	if (d_src)
		create_backward(compute, pool, d_src, &workspace, backward);
}
