/* models/infer/sparse-pays.c - see sparse.h: of the weights alone, whatever the CPU. */
#include <config.h>

#include "models/infer/sparse.h"
#include "models/weights/model.h"

/* Below this share of zeros oneDNN's dense kernels are as fast (bench/RESULTS.md). */
static const double least_zeros = 0.88;

static size_t count_zeros(const struct weight *weight)
{
	const float *w = weight->data;
	size_t n = weight_count(weight), zeros = 0;
	for (size_t i = 0; i < n; i++)
		zeros += w[i] == 0.0f;
	return zeros;
}

bool sparse_pays(const struct weights *weights, const struct model_shape *shape)
{
	size_t zeros = 0, all = 0;
	for (size_t stage = 1; stage <= shape->n_stages; stage++) {
		const struct weight *conv = model_tensor(weights, "weight", "stage%zu.conv",
							 stage);
		const struct stage_shape *at = &shape->stages[stage - 1];
		if (at->rank || at->depthwise || at->side ||
		    at->kernel > SPARSE_MAX_KERNEL || conv->type != WEIGHT_F32)
			return false;
		zeros += count_zeros(conv);
		all += weight_count(conv);
	}
	return (double)zeros >= least_zeros * (double)all;
}
