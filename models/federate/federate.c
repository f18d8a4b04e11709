/* models/federate/federate.c - see federate.h. */
#include <config.h>

#include "models/federate/federate.h"

#include "base/problem.h"
#include "models/federate/privacy.h"
#include "models/federate/private-mean.h"
#include "models/federate/shop-processes.h"
#include "models/federate/shop.h"
#include "models/train/gradient-exchange.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct federation {
	const struct train_job *job;
	const struct federation_rules *rules;
	struct weights *common, *sum;
	struct shops shops;
	struct shop_processes processes;
	bool *asked;              /* [n_shops]: in this round */
	struct weights **answers; /* [n_shops]: of this round; NULL: none */
	float *losses;
	size_t round, n_trainable;
	struct federation_outcome *outcome;
};

bool federate_takes_part(const struct federation_rules *rules, uint64_t seed, size_t round,
			 size_t shop)
{
	if (rules->participation >= 1.0)
		return true;
	/* SplitMix64's finalizer (Steele, Lea, Flood 2014) of which draw it is. */
	uint64_t x = (seed * 1000003 + round) * FEDERATE_MOST_SHOPS + shop +
		     UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	x ^= x >> 31;
	return (double)(x >> 11) * 0x1p-53 < rules->participation;
}

static void lose(struct federation *federation, size_t shop, const char *why)
{
	struct federation_outcome *outcome = federation->outcome;
	struct lost_shop *lost = &outcome->lost[outcome->n_lost++];
	*lost = (struct lost_shop){ .shop = shop, .round = federation->round + 1 };
	snprintf(lost->why, sizeof(lost->why), "%s", why);
}

/* The shops of the round, one after the other in this process. */
static int visit_all(struct federation *federation, struct problem *why)
{
	for (size_t i = 0; i < federation->rules->n_shops; i++) {
		if (!federation->asked[i])
			continue;
		struct weights *own = weights_clone(federation->common);
		federation->answers[i] = own;
		if (!own)
			return problem_what(why, "cannot train: out of memory");
		if (shop_train(&federation->shops, i, federation->round, own,
			       &federation->losses[i], why) < 0)
			return -1;
		federation->outcome->bytes += 2 *
					      shop_message_length(own); /* there and back */
	}
	return 0;
}

/* The same at once, each in its process. */
static int ask_all(struct federation *federation, struct problem *why)
{
	struct shop_processes *processes = &federation->processes;
	bool there[FEDERATE_MOST_SHOPS];
	for (size_t i = 0; i < processes->n; i++)
		there[i] = processes->lines[i].fd >= 0;
	shop_processes_ask(processes, federation->asked, federation->round,
			   federation->common);
	federation->outcome->bytes = processes->bytes;
	for (size_t i = 0; i < processes->n; i++) {
		if (!federation->asked[i] || !there[i])
			continue;
		struct weights *answer = weights_like(federation->common);
		if (!answer)
			return problem_what(why, "cannot train: out of memory");
		if (shop_processes_take(processes, i, answer, &federation->losses[i])) {
			federation->answers[i] = answer;
			continue;
		}
		weights_free(answer);
		lose(federation, i, processes->lines[i].why);
	}
	return 0;
}

static void add_scaled(struct weights *sum, const struct weights *weights, float scale)
{
	for (size_t i = 0; i < sum->n; i++) {
		if (sum->items[i].is_frozen)
			continue;
		float *restrict into = sum->items[i].data;
		const float *restrict from = weights->items[i].data;
		size_t n = weight_count(&sum->items[i]);
#pragma omp simd
		for (size_t j = 0; j < n; j++)
			into[j] += scale * from[j];
	}
}

/* The next common weights: the mean of the answers by their queries. */
static void take_mean(struct federation *federation, size_t queries)
{
	for (size_t i = 0; i < federation->rules->n_shops; i++)
		if (federation->answers[i])
			add_scaled(federation->sum, federation->answers[i],
				   (float)federation->shops.queries[i].n / (float)queries);
	for (size_t i = 0; i < federation->common->n; i++)
		if (!federation->common->items[i].is_frozen)
			memcpy(federation->common->items[i].data,
			       federation->sum->items[i].data,
			       weight_bytes(&federation->sum->items[i]));
}

/* The same by which no shop is given away; a round without any has its noise, too. */
static int take_private_mean(struct federation *federation, struct problem *why)
{
	const struct federation_rules *rules = federation->rules;
	const struct private_mean mean = { .clip = rules->privacy.clip,
					   .noise = rules->privacy.noise,
					   .expected = rules->participation *
						       (double)rules->n_shops,
					   .seed = federation->job->seed };
	for (size_t i = 0; i < rules->n_shops; i++)
		if (federation->answers[i])
			private_mean_add(&mean, federation->common, federation->answers[i],
					 federation->sum);
	return private_mean_step(&mean, federation->round, federation->sum,
				 federation->common, why);
}

/* How many queries those have that answered; the loss is the mean over these. */
static size_t count_queries(struct federation *federation)
{
	size_t queries = 0;
	float loss = 0.0f;
	for (size_t i = 0; i < federation->rules->n_shops; i++)
		if (federation->answers[i])
			queries += federation->shops.queries[i].n;
	for (size_t i = 0; i < federation->rules->n_shops; i++)
		if (federation->answers[i])
			loss += (float)federation->shops.queries[i].n / (float)queries *
				federation->losses[i];
	if (queries > 0)
		federation->outcome->loss = loss;
	return queries;
}

static int merge_answers(struct federation *federation, struct problem *why)
{
	size_t queries = count_queries(federation);
	int failed = 0;
	if (federation->rules->privacy.clip > 0.0)
		failed = take_private_mean(federation, why);
	else if (queries > 0)
		take_mean(federation, queries);
	for (size_t i = 0; i < federation->sum->n; i++)
		memset(federation->sum->items[i].data, 0,
		       weight_bytes(&federation->sum->items[i]));
	for (size_t i = 0; i < federation->rules->n_shops; i++) {
		weights_free(federation->answers[i]);
		federation->answers[i] = NULL;
	}
	return failed;
}

static int all_lost(const struct federation *federation, struct problem *why)
{
	const struct lost_shop *last =
	    &federation->outcome->lost[federation->outcome->n_lost - 1];
	problem_what(why, "cannot go on training without any shop");
	return problem_refuse(why,
			      "see what ends processes here: 'dmesg' names those that "
			      "memory was too short for",
			      "the last one, shop %zu, was lost in round %zu: %s",
			      last->shop + 1, last->round, last->why);
}

static int run_rounds(struct federation *federation, struct problem *why)
{
	const struct progress *progress = federation->job->progress;
	const struct federation_rules *rules = federation->rules;
	const bool is_private = rules->privacy.clip > 0.0;
	size_t rounds = federation->job->how->epochs;
	for (; federation->round < rounds; federation->round++) {
		for (size_t i = 0; i < rules->n_shops; i++)
			federation->asked[i] = shop_can_train(&federation->shops, i) &&
					       federate_takes_part(rules,
								   federation->job->seed,
								   federation->round, i);
		if ((rules->processes ? ask_all(federation, why)
				      : visit_all(federation, why)) < 0)
			return -1;
		if (federation->outcome->n_lost == federation->n_trainable)
			return all_lost(federation, why);
		if (merge_answers(federation, why) < 0)
			return -1;
		if (progress)
			progress->step(progress->self, federation->round + 1, rounds,
				       is_private ? NAN : federation->outcome->loss);
	}
	return 0;
}

static int check_rules(const struct train_job *job, const struct federation_rules *rules,
		       struct problem *why)
{
	problem_what(why, "cannot train %zu shops", rules->n_shops);
	why->kind = PROBLEM_USAGE;
	if (exchange_is_shared(job->exchange))
		return problem_refuse(
		    why, "leave --mpi out: --processes has each shop in its own",
		    "shops do not share batches");
	if (rules->n_shops == 0 || rules->n_shops > FEDERATE_MOST_SHOPS)
		return problem_refuse(why, "ask for fewer", "%d are possible",
				      FEDERATE_MOST_SHOPS);
	return 0;
}

static int open_federation(struct federation *federation, struct problem *why)
{
	size_t n = federation->rules->n_shops;
	federation->sum = weights_like(federation->common);
	federation->asked = calloc(n, sizeof(*federation->asked));
	federation->answers = calloc(n, sizeof(*federation->answers));
	federation->losses = calloc(n, sizeof(*federation->losses));
	if (!federation->sum || !federation->asked || !federation->answers ||
	    !federation->losses ||
	    shops_open(&federation->shops, federation->job, federation->rules) < 0)
		return problem_what(why, "cannot train: out of memory");
	for (size_t i = 0; i < n; i++)
		federation->n_trainable += shop_can_train(&federation->shops, i);
	if (federation->n_trainable == 0) {
		problem_what(why, "cannot train on what %zu shops have", n);
		return problem_refuse(why, "add training queries to the file",
				      "none has the %d queries of a batch", TRAIN_BATCH);
	}
	return federation->rules->processes
		   ? shop_processes_open(&federation->processes, &federation->shops,
					 federation->common, why)
		   : 0;
}

static void close_federation(struct federation *federation)
{
	for (size_t i = 0; federation->answers && i < federation->rules->n_shops; i++)
		weights_free(federation->answers[i]);
	shop_processes_close(&federation->processes);
	shops_close(&federation->shops);
	weights_free(federation->sum);
	free(federation->asked);
	free(federation->answers);
	free(federation->losses);
}

/* What the noise does not cover is not told: losses, and who took part, which the bytes of all would give away
 * where not every shop exchanges them in every round. */
static void keep_private(const struct train_job *job, const struct federation_rules *rules,
			 struct federation_outcome *outcome)
{
	const struct private_rounds rounds = { .share = rules->participation,
					       .rounds = job->how->epochs,
					       .delta = rules->privacy.delta };
	outcome->loss = NAN;
	if (rules->participation < 1.0 || outcome->n_lost > 0)
		outcome->bytes = 0;
	outcome->epsilon = privacy_epsilon(&rounds, rules->privacy.noise);
}

int federate(struct weights *weights, const struct train_job *job,
	     const struct federation_rules *rules, struct federation_outcome *outcome,
	     struct problem *why)
{
	struct federation federation = {
		.job = job, .rules = rules, .common = weights, .outcome = outcome
	};
	*outcome = (struct federation_outcome){ .loss = NAN, .privacy = rules->privacy };
	if (check_rules(job, rules, why) < 0)
		return -1;
	int failed = open_federation(&federation, why);
	if (!failed)
		failed = run_rounds(&federation, why);
	if (rules->privacy.clip > 0.0)
		keep_private(job, rules, outcome);
	close_federation(&federation);
	return failed;
}
