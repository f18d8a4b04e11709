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
	.caveat = "saves no bytes: it is the whole teacher",
	.parent = "teacher",
	.cpu_s = 1,
	.numbers = "f32",
	.training = { .samples = 32 },
	.level = { .name = "confidence above which a head answers (0: chosen on validation "
			   "queries)",
		   .own = 0.0,
		   .least = 0.0,
		   .most = 1.0 },
	.make = make,
};
