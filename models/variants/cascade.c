/* models/variants/cascade.c - the student on the device, and the teacher in another process for what it is not
 * sure of. Its weights are the student's; who is asked, and how, is models/cli/referral.c's. */
#include <config.h>

#include "base/problem.h"
#include "models/variants/variant.h"
#include "models/weights/weights.h"

#include <math.h>

static struct weights *make(struct build *build, struct problem *why)
{
	struct weights *weights = weights_clone(build->parent);
	build->loss = (float)NAN;
	if (weights)
		weights_set_note(weights, "referred_below", "%.4f", build->level);
	else
		problem_what(why, "cannot copy the weights: out of memory");
	return weights;
}

const struct variant variant_cascade = {
	.name = "cascade",
	.summary = "student, and the teacher in another process where it is not sure",
	.caveat = "its bytes are the device's; the other process has the whole teacher",
	.parent = &variant_student,
	.numbers = "f32",
	.cpu_s = 0.1,
	.training = { .samples = 32 }, /* nothing is trained: one batch, the least */
	.level = { .name = "confidence below which the teacher is asked",
		   .own = 0.5,
		   .least = 0,
		   .most = 1 },
	.make = make,
};
