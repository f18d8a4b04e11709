/* models/train/federate.c - see federate.h. */
#include <config.h>

#include "models/train/federate.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct federation {
	const struct train_job *job;
	struct weights *common, *sum;
	struct dataset *shops;
	size_t n_shops, n_queries; /* queries of all shops that train */
	size_t round;
	uint64_t bytes;
};

size_t federate_shop(const struct dataset *data, size_t query, size_t n_shops)
{
	/* Two digits of Knuth's multiplicative hash: whether, and to which other shop. */
	uint32_t hash = (uint32_t)(query + 1) * UINT32_C(2654435761);
	size_t category = data->queries[query].label / N_FACETS;
	if ((hash >> 8) % 10 < 7)
		return category % n_shops;
	return (hash >> 16) % n_shops;
}

static int split(struct federation *federation)
{
	const struct dataset *data = federation->job->data;
	size_t n = federation->job->how->samples;
	federation->shops = calloc(federation->n_shops, sizeof(*federation->shops));
	if (!federation->shops)
		return -1;
	for (size_t i = 0; i < federation->n_shops; i++) {
		federation->shops[i].queries = calloc(data->n, sizeof(struct query));
		if (!federation->shops[i].queries)
			return -1;
	}
	for (size_t i = 0; i < data->n && i < n; i++) {
		struct dataset *shop =
		    &federation->shops[federate_shop(data, i, federation->n_shops)];
		/* every shop has room, and federate_shop() names none beyond n_shops:
		 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		shop->queries[shop->n++] = data->queries[i];
	}
	for (size_t i = 0; i < federation->n_shops; i++)
		if (federation->shops[i].n >= TRAIN_BATCH)
			federation->n_queries += federation->shops[i].n;
	return 0;
}

/* What one model is on the way. */
static uint64_t message_bytes(const struct weights *weights)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < weights->n; i++)
		bytes += weight_bytes(&weights->items[i]);
	return bytes;
}

static void add_share(struct weights *sum, const struct weights *weights, float share)
{
	for (size_t i = 0; i < sum->n; i++) {
		float *restrict into = sum->items[i].data;
		const float *restrict from = weights->items[i].data;
		size_t n = weight_count(&sum->items[i]);
#pragma omp simd
		for (size_t j = 0; j < n; j++)
			into[j] += share * from[j];
	}
}

/* The shop's part of a round: receive, train once, send. */
static int visit(struct federation *federation, size_t which, float *loss,
		 struct problem *why)
{
	const struct dataset *shop = &federation->shops[which];
	struct training how = *federation->job->how;
	struct train_job job = *federation->job;
	struct weights *own = weights_clone(federation->common);
	float share = (float)shop->n / (float)federation->n_queries, shops_loss = 0.0f;
	if (!own)
		return problem_what(why, "cannot train: out of memory");
	/* The rate falls from round to round as it would from step to step. */
	how.optimizer.rate *= schedule_at(federation->round + 1, how.epochs + 1);
	how.samples = shop->n;
	how.epochs = 1;
	job.how = &how;
	job.data = shop;
	job.seed += federation->round * federation->n_shops + which;
	job.progress = NULL;
	federation->bytes += message_bytes(federation->common);
	int failed = train(own, &job, &shops_loss, why);
	if (!failed) {
		federation->bytes += message_bytes(own);
		add_share(federation->sum, own, share);
		*loss += share * shops_loss;
	}
	weights_free(own);
	return failed;
}

static void take_mean(struct federation *federation)
{
	for (size_t i = 0; i < federation->common->n; i++) {
		struct weight *sum = &federation->sum->items[i];
		memcpy(federation->common->items[i].data, sum->data, weight_bytes(sum));
		memset(sum->data, 0, weight_bytes(sum));
	}
}

static int run_rounds(struct federation *federation, float *loss, struct problem *why)
{
	const struct progress *progress = federation->job->progress;
	size_t rounds = federation->job->how->epochs;
	for (; federation->round < rounds; federation->round++) {
		*loss = 0.0f;
		for (size_t i = 0; i < federation->n_shops; i++)
			if (federation->shops[i].n >= TRAIN_BATCH &&
			    visit(federation, i, loss, why) < 0)
				return -1;
		take_mean(federation);
		if (progress)
			progress->step(progress->self, federation->round + 1, rounds,
				       *loss);
	}
	return 0;
}

static int too_few(size_t n_shops, struct problem *why)
{
	problem_what(why, "cannot train on what %zu shops have", n_shops);
	return problem_refuse(why, "add training queries to the file",
			      "none has the %d queries of a batch", TRAIN_BATCH);
}

int federate(struct weights *weights, const struct train_job *job, size_t n_shops,
	     uint64_t *bytes, float *loss, struct problem *why)
{
	struct federation federation = { .job = job,
					 .common = weights,
					 .sum = weights_like(weights),
					 .n_shops = n_shops };
	int failed = 0;
	if (!federation.sum || split(&federation) < 0)
		failed = problem_what(why, "cannot train: out of memory");
	else if (federation.n_queries == 0)
		failed = too_few(n_shops, why);
	if (!failed)
		failed = run_rounds(&federation, loss, why);
	*bytes = federation.bytes;
	for (size_t i = 0; federation.shops && i < n_shops; i++)
		dataset_free(&federation.shops[i]);
	free(federation.shops);
	weights_free(federation.sum);
	return failed;
}
