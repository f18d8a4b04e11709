/* models/variants/early-exit.c - see early-exit.h. */
#include <config.h>

#include "models/variants/early-exit.h"

#include "base/problem.h"
#include "models/data/data-file.h"
#include "models/infer/exit-sweep.h"
#include "models/variants/variant.h"
#include "models/weights/model.h"
#include "models/weights/weights.h"

#include <math.h>

/* Half a point of them are ten queries. */
enum { VALIDATION_QUERIES = 2000 };
/* Half a point of top-1, as early-exit.h says. */
static const double allowed_loss = 0.005;

static int choose(const struct build *build, struct weights *weights, enum exit_rule rule,
		  struct problem *why)
{
	struct sweep_point points[SWEEP_POINTS];
	struct dataset validation = { 0 };
	exit_set_rule(weights, rule, 1.0f);
	if (source_queries(build->source, build->seed, SPLIT_VALIDATION, VALIDATION_QUERIES,
			   &validation, why) < 0)
		return -1;
	int failed = exit_sweep(weights, &validation, points, why);
	dataset_free(&validation);
	if (failed)
		return -1;
	size_t at = SWEEP_POINTS - 1;
	double least = points[at].top1 - allowed_loss;
	while (at > 0 && points[at - 1].top1 >= least)
		at--;
	exit_set_rule(weights, rule, points[at].threshold);
	return 0;
}

static bool has_early_head(const struct weights *weights)
{
	struct model_shape shape;
	struct problem unused;
	if (model_shape_of(weights, &shape, &unused) < 0)
		return false;
	for (size_t stage = 1; stage < shape.n_stages; stage++)
		if (model_has_head(&shape, stage))
			return true;
	return false;
}

struct weights *early_exit_model(struct build *build, enum exit_rule rule,
				 struct problem *why)
{
	build->loss = NAN;
	if (!has_early_head(build->parent)) {
		problem_what(why, "cannot leave early");
		problem_refuse(why, "let it be the first step upon the teacher",
			       "what it is made from has lost its early heads");
		return NULL;
	}
	struct weights *weights = weights_clone(build->parent);
	if (!weights) {
		problem_what(why, "cannot copy the weights: out of memory");
		return NULL;
	}
	exit_set_rule(weights, rule, (float)build->level);
	if (build->level > 0.0 || choose(build, weights, rule, why) == 0)
		return weights;
	weights_free(weights);
	return NULL;
}
