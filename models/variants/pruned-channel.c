/* models/variants/pruned-channel.c - half the teacher's channels and neurons, then a short
 * fine-tuning with the teacher's soft labels. */
#include <config.h>

#include "models/compress/prune-channel.h"
#include "models/variants/fine-tune.h"

static struct weights *make(struct build *build, struct problem *why)
{
	size_t kept = (size_t)build->level;
	struct weights *weights = prune_channels(build->parent, kept, kept, why);
	return fine_tune(build, weights, NULL, why);
}

const struct variant variant_pruned_channel = {
	.name = "pruned-channel",
	.summary = "teacher without half of its channels and neurons, fine-tuned",
	.parent = &variant_teacher,
	.place = 1,
	.numbers = "f32",
	.cpu_s = 15,
	.training = FINE_TUNING(12000, 2),
	.level = { "channels and neurons kept in each layer", 192, 16, 384 },
	.mirror = { .cpu_s = 19,
		    .training = FINE_TUNING(12000, 2),
		    .level = { "channels and neurons kept in each layer", 64, 16, 192 } },
	.make = make,
};
