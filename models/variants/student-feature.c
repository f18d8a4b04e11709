/* models/variants/student-feature.c - a student that learns the teacher's pooled features
 * besides its soft labels, through a map that is trained along and then thrown away. */
#include <config.h>

#include "models/variants/distil.h"
#include "models/variants/student-network.h"

static struct weights *make(struct build *build, struct problem *why)
{
	const struct distillation_weights weights = { .feature = 0.5f };
	return distil_train(build, student_init(build, why), &weights, why);
}

const struct variant variant_student_feature = {
	.name = "student-feature",
	.summary = "student that also learns the teacher's intermediate features",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 12,
	.training = STUDENT_TRAINING,
	.mirror = STUDENT_MIRROR,
	.make = make,
};
