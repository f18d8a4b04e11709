/* models/variants/pruned-activation.c - the teacher with 19 in 20 of its convolutions' weights
 * set to zero, by magnitude times mean activation, while it is trained on. */
#include <config.h>

#include "models/variants/prune-gradually.h"

static struct weights *make(struct build *build, struct problem *why)
{
	return prune_gradually(build, BY_ACTIVATION, why);
}

const struct variant variant_pruned_activation = {
	.name = "pruned-activation",
	.summary = "weights with small activations set to zero, sparse kernels",
	.caveat = PRUNED_GRADUALLY_CAVEAT,
	.parent = &variant_teacher,
	.cpu_s = 24,
	.numbers = "f32",
	.training = PRUNED_GRADUALLY_TRAINING,
	.level = PRUNED_GRADUALLY_LEVEL,
	.make = make,
};
