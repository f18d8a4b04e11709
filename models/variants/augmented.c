/* models/variants/augmented.c - the teacher trained on with augmented queries: each with one change that a
 * shopper might make, which leaves its label as it is. A picture is turned, made larger or smaller, moved, or
 * seen in a glass. */
#include <config.h>

#include "base/problem.h"
#include "models/data/augment.h"
#include "models/data/data.h"
#include "models/variants/variant.h"
#include "models/weights/weights.h"

#include <string.h>

static int augment_all(const struct dataset *data, uint64_t seed, struct dataset *augmented)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!rng || dataset_copy(data, augmented) < 0) {
		gsl_rng_free(rng);
		return -1;
	}
	gsl_rng_set(rng, seed);
	for (size_t i = 0; i < augmented->n; i++)
		augment(&augmented->queries[i],
			(enum augmentation)gsl_rng_uniform_int(rng, N_AUGMENTATIONS), rng);
	gsl_rng_free(rng);
	return 0;
}

static struct weights *make(struct build *build, struct problem *why)
{
	struct dataset augmented;
	if (augment_all(build->data, build->seed, &augmented) < 0) {
		problem_what(why, "cannot augment the queries: out of memory");
		return NULL;
	}
	struct train_job job = variant_train_job(build, NULL);
	struct weights *weights = weights_clone(build->parent);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	job.data = &augmented;
	weights = variant_train(build, weights, &job, why);
	dataset_free(&augmented);
	return weights;
}

const struct variant variant_augmented = {
	.name = "augmented",
	.summary = "teacher trained on with augmented queries",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 14,
	.training = { .samples = 16000,
		      .epochs = 1,
		      .optimizer = { .rate = 5e-4f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f,
		      .early_weight = 0.3f },
	.mirror = { .cpu_s = 15,
		    .training = { .samples = 16000,
				  .epochs = 1,
				  .optimizer = { .rate = 5e-4f,
						 .head_rate = 2.0f,
						 .weight_decay = 0.01f },
				  .early_weight = 0.3f } },
	.make = make,
};
