/* models/variants/distil.c - see distil.h. */
#include <config.h>

#include "models/variants/distil.h"

#include "base/problem.h"
#include "models/train/train.h"
#include "models/weights/model.h"
#include "models/weights/weights.h"

static size_t width_of(const struct weights *weights)
{
	struct model_shape shape;
	struct problem unused;
	return model_shape_of(weights, &shape, &unused) == 0
		   ? shape.stages[shape.n_stages - 1].out
		   : 0;
}

struct weights *distil_train(struct build *build, struct weights *student,
			     const struct distillation_weights *weights,
			     struct problem *why)
{
	struct teacher_outputs soft = { 0 };
	struct train_job job = variant_train_job(build, NULL);
	struct distillation *distillation = NULL;
	int failed = !student ||
		     train_teacher_outputs(build->parent, build->data, &soft, why) < 0;
	if (!failed)
		distillation = distillation_create(weights, soft.pooled, soft.width,
						   width_of(student), why);
	job.teacher = soft.logits;
	job.distillation = distillation;
	if (distillation) {
		student = variant_train(build, student, &job, why);
	} else {
		weights_free(student);
		student = NULL;
	}
	distillation_free(distillation);
	teacher_outputs_free(&soft);
	return student;
}
