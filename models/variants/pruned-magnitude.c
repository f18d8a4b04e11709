/* models/variants/pruned-magnitude.c - the teacher with 19 in 20 of its convolutions' weights
 * set to zero, by magnitude, while it is trained on. */
#include <config.h>

#include "models/variants/prune-gradually.h"

static struct weights *make(struct build *build, struct problem *why)
{
	return prune_gradually(build, BY_MAGNITUDE, why);
}

const struct variant variant_pruned_magnitude = {
	.name = "pruned-magnitude",
	.summary = "the smallest weights set to zero during training, sparse kernels",
	.caveat = "saves no bytes: its zeros are stored; saves time only where libxsmm has "
		  "sparse kernels (AVX-512)",
	.parent = "teacher",
	.cpu_s = 24,
	.numbers = "f32",
	.training = { .samples = 16000,
		      .epochs = 1,
		      .optimizer = { .rate = 1e-3f,
				     .embedding_rate = 1.0f,
				     .head_rate = 1.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f,
		      .soft_weight = 0.7f,
		      .temperature = 2.0f },
	.level = { .name = "share of zeros in each convolution",
		   .own = 0.95,
		   .least = 0.0,
		   .most = 0.99 },
	.make = make,
};
