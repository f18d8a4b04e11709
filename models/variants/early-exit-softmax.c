/* models/variants/early-exit-softmax.c - the teacher, left at the first head that is sure enough:
 * its largest probability is above the threshold. */
#include <config.h>

#include "models/variants/early-exit.h"
#include "models/variants/variant.h"

static struct weights *make(struct build *build, struct problem *why)
{
	return early_exit_model(build, EXIT_SOFTMAX, why);
}

const struct variant variant_early_exit_softmax = {
	.name = "early-exit-softmax",
	.summary = "teacher, answers at the first head that is certain enough (softmax)",
	.caveat = EARLY_EXIT_CAVEAT,
	.parent = &variant_teacher,
	.place = 3,
	.cpu_s = 1,
	.numbers = "f32",
	.training = EARLY_EXIT_TRAINING,
	.level = EARLY_EXIT_LEVEL,
	.mirror = { .cpu_s = 1,
		    .training = EARLY_EXIT_TRAINING,
		    .level = EARLY_EXIT_LEVEL },
	.make = make,
};
