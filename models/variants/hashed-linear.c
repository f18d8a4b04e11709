/* models/variants/hashed-linear.c - a floor of learning: one weight for each hashed n-gram and class, and for
 * each field of the profile. It knows neither the words' order nor that a word means one thing with one profile
 * and another with another. */
#include <config.h>

#include "models/train/linear.h"
#include "models/variants/variant.h"
#include "models/weights/weights.h"

static struct weights *make(struct build *build, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	struct weights *weights = linear_init(8192, why);
	if (weights && linear_train(weights, &job, &build->loss, why) == 0)
		return weights;
	weights_free(weights);
	return NULL;
}

const struct variant variant_hashed_linear = {
	.name = "hashed-linear",
	.summary = "one weight for each hashed n-gram and class: a floor",
	.is_shallow = true,
	.numbers = "f32",
	.cpu_s = 5,
	.training = { .samples = 24000,
		      .epochs = 4,
		      .optimizer = { .rate = 4e-3f,
				     .embedding_rate = 1.0f,
				     .head_rate = 1.0f,
				     .weight_decay = 0.01f } },
	.make = make,
};
