/* models/variants/fine-tune.c - see fine-tune.h. */
#include <config.h>

#include "models/variants/fine-tune.h"

#include "models/weights/weights.h"

#include <stdlib.h>

static struct weights *learn(struct making *making, struct weights *weights,
			     struct train_job job, struct problem *why)
{
	float *soft = weights ? train_soft_labels(making->parent, making->data, why) : NULL;
	job.teacher = soft;
	if (soft) {
		weights = variant_train(making, weights, &job, why);
	} else {
		weights_free(weights);
		weights = NULL;
	}
	free(soft);
	return weights;
}

struct weights *fine_tune(struct making *making, struct weights *weights,
			  const struct constraint *constraint, struct problem *why)
{
	struct train_job job = variant_train_job(making, NULL);
	job.constraint = constraint;
	return learn(making, weights, job, why);
}

struct weights *fine_tune_rounded(struct making *making, struct weights *weights,
				  struct rounding *rounding, struct problem *why)
{
	struct train_job job = variant_train_job(making, NULL);
	job.rounding = rounding;
	return learn(making, weights, job, why);
}
