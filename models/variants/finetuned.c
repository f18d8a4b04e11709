/* models/variants/finetuned.c - the teacher adapted to the cold-start classes from few queries
 * of each, repeated among others that keep it from forgetting the rest. */
#include <config.h>

#include "base/problem.h"
#include "models/data/data-file.h"
#include "models/data/data.h"
#include "models/variants/variant.h"
#include "models/weights/weights.h"

/* Of the few, so that the others do not drown them. */
enum { REPEATS = 4 };

/* The others, then the few, some times over. */
static int join(const struct dataset *others, const struct dataset *few,
		struct dataset *joined)
{
	int failed = dataset_append(joined, others);
	for (int i = 0; !failed && i < REPEATS; i++)
		failed = dataset_append(joined, few);
	return failed;
}

static struct weights *make(struct build *build, struct problem *why)
{
	struct dataset few = { 0 }, joined = { 0 };
	struct train_job job = variant_train_job(build, NULL);
	struct training training = build->training;
	struct weights *weights = NULL;
	if (source_shots(build->source, build->seed, (size_t)build->level, &few, why) < 0)
		return NULL;
	if (join(build->data, &few, &joined) == 0)
		weights = weights_clone(build->parent);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	training.samples = joined.n;
	job.how = &training;
	job.data = &joined;
	weights = variant_train(build, weights, &job, why);
	dataset_free(&few);
	dataset_free(&joined);
	return weights;
}

const struct variant variant_finetuned = {
	.name = "finetuned",
	.summary = "teacher adapted to the cold-start classes from few queries",
	.parent = &variant_teacher,
	.numbers = "f32",
	.cpu_s = 12,
	.training = { .samples = 6000,
		      .epochs = 2,
		      .optimizer = { .rate = 5e-4f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f,
		      .early_weight = 0.3f },
	.level = { .name = "queries of each cold-start class",
		   .own = 20,
		   .least = 1,
		   .most = 1000 },
	.make = make,
};
