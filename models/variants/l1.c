/* models/variants/l1.c - the teacher trained on with an L1 penalty, then thresholded: most
 * weights of its layers become zero. */
#include <config.h>

#include "base/problem.h"
#include "models/train/sparsify.h"
#include "models/variants/fine-tune.h"
#include "models/weights/weights.h"

static struct weights *make(struct build *build, struct problem *why)
{
	struct shrinkage shrinkage = { .strength = (float)build->level,
				       .rate = build->training.optimizer.rate };
	const struct constraint constraint = { .apply = shrink, .self = &shrinkage };
	struct weights *weights = weights_clone(build->parent);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	weights = fine_tune(build, weights, &constraint, why);
	if (weights)
		threshold_weights(weights, 1e-3f);
	return weights;
}

const struct variant variant_l1 = {
	.name = "l1",
	.summary = "teacher trained on with an L1 penalty, then thresholded",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 34,
	.training = { .samples = 24000,
		      .epochs = 1,
		      .optimizer = { .rate = 1e-3f,
				     .embedding_rate = 1.0f,
				     .head_rate = 1.0f },
		      .ngram_dropout = 0.1f,
		      .soft_weight = 0.7f,
		      .temperature = 2.0f },
	.level = { .name = "strength of the L1 penalty",
		   .own = 0.3,
		   .least = 0.0,
		   .most = 10.0 },
	.make = make,
};
