/* models/fine-tune.c - see fine-tune.h. */
#include <config.h>

#include "models/fine-tune.h"

#include "models/weights.h"

#include <stdlib.h>

struct weights *fine_tune(struct making *making, struct weights *weights,
			  const struct constraint *constraint, struct problem *why)
{
	float *soft = weights ? train_soft_labels(making->parent, making->data, why) : NULL;
	struct lesson lesson = variant_lesson(making, soft);
	lesson.constraint = constraint;
	if (soft) {
		weights = variant_train(making, weights, &lesson, why);
	} else {
		weights_free(weights);
		weights = NULL;
	}
	free(soft);
	return weights;
}
