/* models/variants/student-hard.c - the same student without a teacher: the control that shows
 * what distilling brings. */
#include <config.h>

#include "models/variants/student-network.h"

static struct weights *make(struct build *build, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	return variant_train(build, student_init(build, why), &job, why);
}

const struct variant variant_student_hard = {
	.name = "student-hard",
	.summary = "the same small network without a teacher: the control",
	.numbers = "f32",
	.cpu_s = 4,
	.training = STUDENT_TRAINING,
	.mirror = STUDENT_MIRROR,
	.make = make,
};
