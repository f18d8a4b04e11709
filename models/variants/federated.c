/* models/variants/federated.c - the student's network, trained without bringing the queries
 * together: federated averaging over shops that see different classes. It needs four times as
 * many passes over the queries as student-hard, since shops work side by side, not in turn. */
#include <config.h>

#include "models/federate/federate.h"
#include "models/variants/student-network.h"
#include "models/weights/weights.h"

static struct weights *make(struct build *build, struct problem *why)
{
	struct train_job job = variant_train_job(build, NULL);
	const struct federation_rules rules = { .n_shops = (size_t)build->level,
						.participation = build->participation,
						.processes = build->processes };
	struct weights *weights = student_init(build, why);
	int failed = weights ? federate(weights, &job, &rules, &build->federation, why)
			     : -1;
	build->loss = build->federation.loss;
	if (!failed)
		return weights;
	weights_free(weights);
	return NULL;
}

const struct variant variant_federated = {
	.name = "federated",
	.summary = "the student's network, averaged over shops that keep their queries",
	.numbers = "f32",
	.cpu_s = 17,
	.training = { .samples = 20000,
		      .epochs = 32, /* rounds */
		      .optimizer = { .rate = 3e-3f,
				     .embedding_rate = 5.0f,
				     .head_rate = 2.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f },
	.participation = 1.0,
	.level = { .name = "shops", .own = 4, .least = 2, .most = 64 },
	.make = make,
};
