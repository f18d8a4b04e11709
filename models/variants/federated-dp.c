/* models/variants/federated-dp.c - a public model that learns the cold-start classes from shops, of which none
 * can be told to have taken part but as far as (epsilon, delta) allow (models/federate/privacy.h).
 *
 * The public model is student-hard, and so are the queries that it was trained on: each shop has a part of
 * them, which keeps it from forgetting. Private are queries of the cold-start classes that the public model
 * has not seen; the unit of privacy is the shop, with all that it adds. Only the last layer learns, since
 * noise falls on every number that does: 5980 of 78156. */
#include <config.h>

#include "base/problem.h"
#include "models/data/data-file.h"
#include "models/data/data.h"
#include "models/federate/federate.h"
#include "models/federate/privacy.h"
#include "models/variants/variant.h"
#include "models/weights/weights.h"

#include <string.h>

/* Of each cold-start class, 25 to a shop; and of public ones at most so many, 125 to a shop. */
enum { PRIVATE_QUERIES = 200, PUBLIC_QUERIES = 8000 };

static const struct lacking *lacking(const struct source *source)
{
	static const struct lacking secrets = {
		.why = "the public model has seen all training queries of a file",
		.todo = "leave --data out",
		.is_usage = true,
	};
	return source->path ? &secrets : NULL;
}

static struct weights *public_model(const struct build *build, struct problem *why)
{
	struct weights *weights = weights_clone(build->parent);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	for (size_t i = 0; weights && i < weights->n; i++)
		weights->items[i].is_frozen = !strstr(weights->items[i].name, ".out.");
	return weights;
}

/* The private ones first: what a shop has beyond whole batches is left out from the end. */
static int deal(const struct build *build, struct dataset *queries, struct problem *why)
{
	struct dataset few = { 0 }, seen = *build->data;
	if (source_shots(build->source, build->seed, PRIVATE_QUERIES, &few, why) < 0)
		return -1;
	if (seen.n > PUBLIC_QUERIES)
		seen.n = PUBLIC_QUERIES;
	int failed = dataset_append(queries, &few);
	if (!failed)
		failed = dataset_append(queries, &seen);
	dataset_free(&few);
	return failed ? problem_what(why, "cannot train: out of memory") : 0;
}

static int train_privately(struct build *build, const struct dataset *queries,
			   struct weights *weights, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	struct training how = build->training;
	struct federation_rules rules = { .n_shops = FEDERATE_MOST_SHOPS,
					  .participation = build->participation,
					  .processes = build->processes,
					  .is_mixed = true,
					  .privacy = { .clip = 0.5, .delta = 1e-3 } };
	const struct private_rounds rounds = { .share = rules.participation,
					       .rounds = how.epochs,
					       .delta = rules.privacy.delta };
	rules.privacy.noise = privacy_noise(&rounds, build->level);
	how.samples = queries->n;
	job.how = &how;
	job.data = queries;
	return federate(weights, &job, &rules, &build->federation, why);
}

static struct weights *make(struct build *build, struct problem *why)
{
	struct dataset queries = { 0 };
	int failed = deal(build, &queries, why);
	struct weights *weights = failed ? NULL : public_model(build, why);
	if (weights && train_privately(build, &queries, weights, why) < 0) {
		weights_free(weights);
		weights = NULL;
	}
	dataset_free(&queries);
	build->loss = build->federation.loss;
	return weights;
}

const struct variant variant_federated_dp = {
	.name = "federated-dp",
	.summary = "student-hard, taught cold-start classes by shops that stay private",
	.caveat = "epsilon holds for whoever does not know the seed, by which noise is "
		  "drawn; the file's recipe and name tell it: give away the tensors alone",
	.parent = &variant_student_hard,
	.numbers = "f32",
	.cpu_s = 6,
	.training = { .samples = 20000,
		      .epochs = 16, /* rounds */
		      .optimizer = { .rate = 1e-2f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f },
		      .ngram_dropout = 0.1f },
	.participation = 1.0,
	.lacking = lacking,
	.level = { .name = "epsilon", .own = 8, .least = 0.1, .most = 1000 },
	.make = make,
};
