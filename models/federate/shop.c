/* models/federate/shop.c - see shop.h. */
#include <config.h>

#include "models/federate/shop.h"

#include "models/federate/federate.h"

#include <stdlib.h>

size_t federate_shop(const struct federation_rules *rules, const struct dataset *data,
		     size_t query)
{
	/* Digits of Knuth's multiplicative hash: whether, and to which other shop. */
	uint32_t hash = (uint32_t)(query + 1) * UINT32_C(2654435761);
	size_t category = data->queries[query].label / N_FACETS;
	if (rules->is_mixed || (hash >> 8) % 10 >= 7)
		return (hash >> 16) % rules->n_shops;
	return category % rules->n_shops;
}

/* Counts first: many shops have few queries each. */
int shops_open(struct shops *shops, const struct train_job *job,
	       const struct federation_rules *rules)
{
	size_t n = rules->n_shops;
	const struct dataset *data = job->data;
	size_t samples = job->how->samples < data->n ? job->how->samples : data->n;
	*shops = (struct shops){ .job = job,
				 .queries = calloc(n, sizeof(*shops->queries)),
				 .n = n };
	size_t *counts = calloc(n, sizeof(*counts));
	int failed = !shops->queries || !counts ? -1 : 0;
	for (size_t i = 0; !failed && i < samples; i++)
		counts[federate_shop(rules, data, i)]++;
	for (size_t i = 0; !failed && i < n; i++) {
		shops->queries[i].queries = calloc(counts[i] + 1, sizeof(struct query));
		failed = shops->queries[i].queries ? 0 : -1;
	}
	for (size_t i = 0; !failed && i < samples; i++) {
		struct dataset *shop = &shops->queries[federate_shop(rules, data, i)];
		shop->queries[shop->n++] = data->queries[i];
	}
	free(counts);
	return failed;
}

void shops_close(struct shops *shops)
{
	for (size_t i = 0; shops->queries && i < shops->n; i++)
		dataset_free(&shops->queries[i]);
	free(shops->queries);
}

bool shop_can_train(const struct shops *shops, size_t which)
{
	return shops->queries[which].n >= TRAIN_BATCH;
}

int shop_train(const struct shops *shops, size_t which, size_t round,
	       struct weights *weights, float *loss, struct problem *why)
{
	struct training how = *shops->job->how;
	struct train_job job = *shops->job;
	/* The rate falls from round to round as it would from step to step. */
	how.optimizer.rate *= schedule_at(round + 1, how.epochs + 1);
	how.samples = shops->queries[which].n;
	how.epochs = 1;
	job.how = &how;
	job.data = &shops->queries[which];
	job.seed += round * shops->n + which;
	job.progress = NULL;
	return train(weights, &job, loss, why);
}
