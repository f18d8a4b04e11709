/* models/infer/sparse-none.c - in the place of sparse.c where there is no libxsmm: it has kernels for x86
 * processors alone. Models whose weights are mostly zero are then computed as all others. */
#include <config.h>

#include "base/problem.h"
#include "models/infer/sparse.h"

bool sparse_available(void)
{
	return false;
}

struct sparse_body *sparse_body_create(const struct weights *weights,
				       const struct model_shape *shape, size_t batch,
				       struct problem *why)
{
	(void)weights, (void)shape, (void)batch;
	problem_what(why, "cannot make sparse kernels");
	problem_refuse(why,
		       "install libxsmm-dev and build it again, or take another variant",
		       "this joulecart was built without libxsmm");
	return NULL;
}

void sparse_body_free(struct sparse_body *body)
{
	(void)body;
}

void sparse_body_run(struct sparse_body *body, const float *input,
		     const struct query_span *spans, size_t n, float *pooled)
{
	(void)body, (void)input, (void)spans, (void)n, (void)pooled;
}
