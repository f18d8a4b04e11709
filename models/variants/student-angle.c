/* models/variants/student-angle.c - a student that learns, besides the teacher's soft labels, how far apart
 * the teacher's features hold queries, and the angles between them, in the paper's proportion of one to two
 * (RKD-DA: Park et al. 2019). */
#include <config.h>

#include "models/variants/distil.h"
#include "models/variants/student-network.h"

static struct weights *make(struct build *build, struct problem *why)
{
	const struct distillation_weights weights = { .relation = 5.0f, .angle = 10.0f };
	return distil_train(build, student_init(build, why), &weights, why);
}

const struct variant variant_student_angle = {
	.name = "student-angle",
	.summary = "student that also learns the teacher's distances and angles",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 12, /* student-relation's, times what doc/models.md measured of both */
	.training = STUDENT_TRAINING,
	.mirror = STUDENT_MIRROR,
	.make = make,
};
