/* models/variants/fine-tune.c - see fine-tune.h. */
#include <config.h>

#include "models/variants/fine-tune.h"

#include "models/weights/weights.h"

#include <stdlib.h>

static struct weights *learn(struct build *build, struct weights *weights,
			     struct train_job job, struct problem *why)
{
	float *soft = weights ? train_soft_labels(build->parent, build->data, why) : NULL;
	job.teacher = soft;
	if (soft) {
		weights = variant_train(build, weights, &job, why);
	} else {
		weights_free(weights);
		weights = NULL;
	}
	free(soft);
	return weights;
}

struct weights *fine_tune(struct build *build, struct weights *weights,
			  const struct constraint *constraint, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	job.constraint = constraint;
	return learn(build, weights, job, why);
}

struct weights *fine_tune_rounded(struct build *build, struct weights *weights,
				  struct rounding *rounding, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	job.rounding = rounding;
	return learn(build, weights, job, why);
}
