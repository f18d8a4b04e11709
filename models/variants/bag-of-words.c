/* models/variants/bag-of-words.c - the baseline that every variant must beat: words without
 * their order. Kernels of one word and a maximum over time see which words there are, not
 * which of two was not wanted. */
#include <config.h>

#include "base/problem.h"
#include "models/data/data.h"
#include "models/variants/variant.h"
#include "models/weights/model.h"

static const struct model_shape shape = {
	.rows = 8192,
	.embed = 64,
	.classes = N_OUTPUTS,
	.n_stages = 1,
	.stages = { { .in = 64, .out = 128, .kernel = 1, .hidden = 64 } },
};

static struct weights *make(struct build *build, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	struct weights *weights = model_init(&shape, build->seed);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	return variant_train(build, weights, &job, why);
}

const struct variant variant_bag_of_words = {
	.name = "bag-of-words",
	.summary = "words without their order: the baseline to beat",
	.numbers = "f32",
	.cpu_s = 2,
	.training = { .samples = 24000,
		      .epochs = 4,
		      .optimizer = { .rate = 4e-3f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f },
	.make = make,
};
