/* models/variants/student-relation.c - a student that learns how far apart the teacher's
 * features hold queries, besides its soft labels. */
#include <config.h>

#include "models/variants/distil.h"
#include "models/variants/student-network.h"

static struct weights *make(struct build *build, struct problem *why)
{
	const struct distillation_weights weights = { .relation = 5.0f };
	return distil_train(build, student_init(build, why), &weights, why);
}

const struct variant variant_student_relation = {
	.name = "student-relation",
	.summary = "student that also learns the teacher's distances between queries",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 11,
	.training = STUDENT_TRAINING,
	.mirror = STUDENT_MIRROR,
	.make = make,
};
