/* models/variants/teacher.c - the uncompressed model: 38.9 million multiply-adds a query, 6.2 million a
 * picture. */
#include <config.h>

#include "base/problem.h"
#include "models/data/data-file.h"
#include "models/data/data.h"
#include "models/variants/variant.h"
#include "models/weights/model.h"

static const struct model_shape shapes[N_TASKS] = {
	[TASK_AGENT] = { .rows = 8192,
			 .embed = 128,
			 .classes = N_OUTPUTS,
			 .n_stages = 3,
			 .stages = { { .in = 128, .out = 384, .kernel = 3, .hidden = 128 },
				     { .in = 384, .out = 384, .kernel = 5, .hidden = 128 },
				     { .in = 384,
				       .out = 384,
				       .kernel = 5,
				       .hidden = 384 } } },
	[TASK_MIRROR] = { .embed = PICTURE_CHANNELS,
			  .classes = FACE_OUTPUTS,
			  .n_stages = 4,
			  .stages = { { .in = PICTURE_CHANNELS,
					.out = 32,
					.kernel = 3,
					.side = 48 },
				      { .in = 32,
					.out = 64,
					.kernel = 3,
					.side = 24,
					.hidden = 64 },
				      { .in = 64,
					.out = 96,
					.kernel = 3,
					.side = 12,
					.hidden = 64 },
				      { .in = 96,
					.out = 128,
					.kernel = 3,
					.side = 6,
					.hidden = 192 } } },
};

static struct weights *make(struct build *build, struct problem *why)
{
	struct weights *weights = model_init(&shapes[build->source->task], build->seed);
	if (!weights) {
		problem_what(why, "cannot train: out of memory");
		return NULL;
	}
	struct train_job job = variant_train_job(build, NULL);
	if (train(weights, &job, &build->loss, why) == 0)
		return weights;
	weights_free(weights);
	return NULL;
}

const struct variant variant_teacher = {
	.name = "teacher",
	.summary = "uncompressed",
	.numbers = "f32",
	.cpu_s = 65,
	.training = { .samples = 72000,
		      .epochs = 1,
		      .optimizer = { .rate = 1.5e-3f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f,
				     .weight_decay = 0.01f },
		      .early_weight = 0.3f },
	.mirror = { .cpu_s = 90,
		    .training = { .samples = 20000,
				  .epochs = 5,
				  .optimizer = { .rate = 4e-3f,
						 .head_rate = 2.0f,
						 .weight_decay = 0.01f },
				  .early_weight = 0.3f } },
	.make = make,
};
