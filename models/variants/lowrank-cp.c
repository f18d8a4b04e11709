/* models/variants/lowrank-cp.c - the teacher's convolutions as chains of a 1 x 1, a depthwise and
 * a 1 x 1 one, by CP decomposition, then a short fine-tuning. */
#include <config.h>

#include "models/compress/lowrank.h"
#include "models/variants/fine-tune.h"

static struct weights *make(struct build *build, struct problem *why)
{
	struct weights *weights = lowrank_model_cp(build->parent, (size_t)build->level,
						   build->seed, why);
	return fine_tune(build, weights, NULL, why);
}

const struct variant variant_lowrank_cp = {
	.name = "lowrank-cp",
	.summary = "teacher's convolutions as chains of three small ones, fine-tuned",
	.parent = &variant_teacher,
	.place = 2,
	.numbers = "f32",
	.cpu_s = 15,
	.training = FINE_TUNING(12000, 2),
	.level = { "rank of each convolution", 192, 16, 512 },
	.make = make,
};
