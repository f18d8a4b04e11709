/* models/variants/lowrank-svd.c - the teacher's layers as products of two thinner ones, by SVD,
 * then a short fine-tuning. */
#include <config.h>

#include "models/compress/lowrank.h"
#include "models/variants/fine-tune.h"

static struct weights *make(struct build *build, struct problem *why)
{
	struct weights *weights = lowrank_model_svd(build->parent, (size_t)build->level,
						    why);
	return fine_tune(build, weights, NULL, why);
}

const struct variant variant_lowrank_svd = {
	.name = "lowrank-svd",
	.summary = "teacher's layers as products of two thinner ones, fine-tuned",
	.parent = &variant_teacher,
	.place = 2,
	.numbers = "f32",
	.cpu_s = 12,
	.training = FINE_TUNING(12000, 2),
	.level = { "rank of each layer", 48, 8, 192 },
	.make = make,
};
