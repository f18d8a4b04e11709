/* models/variant-student.c - a small network that learns the teacher's soft labels.
 *
 * Its embedding table is small on purpose: with the teacher's 8192 rows, a student distilled
 * from a teacher that has memorised some wrong labels overtakes it. */
#include <config.h>

#include "base/problem.h"
#include "models/data.h"
#include "models/fine-tune.h"
#include "models/model.h"

static const struct model_shape shape = {
	.rows = 1024,
	.embed = 32,
	.classes = N_OUTPUTS,
	.n_stages = 2,
	.stages = { { .in = 32, .out = 64, .kernel = 3 },
		    { .in = 64, .out = 64, .kernel = 5, .hidden = 64 } },
};

static struct weights *make(struct making *making, struct problem *why)
{
	struct weights *weights = model_init(&shape, making->seed);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	return fine_tune(making, weights, NULL, why);
}

const struct variant variant_student = {
	.name = "student",
	.summary = "small network distilled from the teacher's soft labels",
	.parent = "teacher",
	.numbers = "f32",
	.training = { .samples = 20000,
		      .epochs = 8,
		      .optimizer = { .rate = 4e-3f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f,
		      .soft_weight = 0.9f,
		      .temperature = 2.0f },
	.make = make,
};
