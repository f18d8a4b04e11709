/* models/variants/student.c - a student that learns the teacher's soft labels: 0.1 x hard +
 * 0.9 x T^2 x KL at T = 2. */
#include <config.h>

#include "models/variants/fine-tune.h"
#include "models/variants/student-network.h"

static struct weights *make(struct build *build, struct problem *why)
{
	return fine_tune(build, student_init(build, why), NULL, why);
}

const struct variant variant_student = {
	.name = "student",
	.summary = "small network distilled from the teacher's soft labels",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 10,
	.training = STUDENT_TRAINING,
	.mirror = STUDENT_MIRROR,
	.make = make,
};
