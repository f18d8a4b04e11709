/* models/cli/making.c - see making.h. */
#include <config.h>

#include "models/cli/making.h"

#include "base/clock.h"
#include "base/problem.h"
#include "models/cli/referral.h"
#include "models/data/data.h"
#include "models/infer/plan.h"
#include "models/train/gradient-exchange.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* What a profiler is told: the parent's training is not the variant's own. */
struct phases {
	const char *load, *train;
};
static const struct phases own_phases = { "load", "train" };
static const struct phases parent_phases = { "parent-load", "parent-train" };

static const struct phases *phases_of(const struct making *outcome)
{
	return outcome->is_parent ? &parent_phases : &own_phases;
}

static void show_step(void *self, size_t done, size_t of, float loss)
{
	const char *name = self;
	if (done % 16 == 0 || done == of) {
		fprintf(stderr, "\r\033[K%s: step %zu of %zu", name, done, of);
		if (!isnan(loss))
			fprintf(stderr, ", loss %.3f ", (double)loss);
	}
	if (done == of)
		fputs("\r\033[K", stderr);
}

static int measure(struct making *outcome, const struct weights *weights,
		   const struct variant *variant, const struct recipe *recipe,
		   struct problem *why)
{
	struct dataset test;
	if (source_queries(&recipe->source, recipe->seed, SPLIT_TEST,
			   task_tests(recipe->source.task), &test, why) < 0)
		return -1;
	struct plan *plan = plan_create(weights, TRAIN_BATCH, why);
	struct referral *referral = NULL;
	int failed = plan ? referral_start(&referral, plan, weights, variant, recipe, why)
			  : -1;
	if (!failed)
		failed = quality_measure(&outcome->quality, plan, &test, why);
	referral_stop(referral);
	plan_free(plan);
	dataset_free(&test);
	return failed;
}

/* Weights that a shop dropped out of are not those that would be made again: the record says so, but of private
 * shops not which, and when, since that tells that it took part. */
static void record_federation(struct weights *weights, const struct build *build)
{
	char lost[sizeof(build->federation.lost)] = "";
	size_t used = 0;
	for (size_t i = 0; i < build->federation.n_lost && used < sizeof(lost); i++)
		used += (size_t)snprintf(lost + used, sizeof(lost) - used,
					 "%sshop %zu in round %zu", i ? ", " : "",
					 build->federation.lost[i].shop + 1,
					 build->federation.lost[i].round);
	if (build->federation.bytes)
		weights_set_note(weights, "bytes_exchanged", "%" PRIu64,
				 build->federation.bytes);
	if (build->federation.epsilon > 0.0) {
		weights_set_note(weights, "epsilon", "%.4f", build->federation.epsilon);
		weights_set_note(weights, "delta", "%g", build->federation.privacy.delta);
		weights_set_note(weights, "noise", "%.4f", build->federation.privacy.noise);
	}
	if (lost[0])
		weights_set_note(weights, "shops_lost", "%s",
				 build->federation.epsilon > 0.0 ? "private" : lost);
}

static void record(struct weights *weights, const struct making *outcome)
{
	const struct model_quality *quality = &outcome->quality;
	weights_set_note(weights, "samples", "%zu", outcome->build.training.samples);
	record_federation(weights, &outcome->build);
	if (!isnan(outcome->build.loss))
		weights_set_note(weights, "loss", "%.6f", (double)outcome->build.loss);
	weights_set_note(weights, "top1", "%.6f", quality_rate(quality->top1, quality->n));
	weights_set_note(weights, "top5", "%.6f", quality_rate(quality->top5, quality->n));
	if (quality->ranked)
		weights_set_note(weights, "ndcg10", "%.6f", quality_ndcg10(quality));
	if (quality->slices[SLICE_COLD].n)
		weights_set_note(weights, "cold_top1", "%.6f",
				 quality_slice(quality, SLICE_COLD));
}

/* Of this process, and of those of a federation's shops that have ended. */
static int64_t cpu_ns(void)
{
	struct rusage shops;
	getrusage(RUSAGE_CHILDREN, &shops);
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID) +
	       (shops.ru_utime.tv_sec + shops.ru_stime.tv_sec) * NS_PER_S +
	       (shops.ru_utime.tv_usec + shops.ru_stime.tv_usec) * (NS_PER_S / 1000000);
}

static struct weights *make(const struct variant *variant, const struct recipe *recipe,
			    const struct weights *parent, struct making *outcome,
			    struct problem *why)
{
	struct dataset data;
	struct progress progress = { .step = show_step, .self = (void *)variant->name };
	outcome->build =
	    (struct build){ .training = store_training(variant, recipe),
			    .seed = recipe->seed,
			    .level = store_level(variant, recipe),
			    .parent = parent,
			    .data = &data,
			    .source = &recipe->source,
			    .participation = store_participation(variant, recipe),
			    .processes = recipe->processes,
			    .exchange = outcome->build.exchange,
			    .progress = exchange_is_first(outcome->build.exchange) &&
						isatty(STDERR_FILENO)
					    ? &progress
					    : NULL };
	joulecart_begin(phases_of(outcome)->load);
	int failed = source_queries(&recipe->source, recipe->seed, SPLIT_TRAIN,
				    outcome->build.training.samples, &data, why);
	joulecart_end(phases_of(outcome)->load, 0);
	if (failed)
		return NULL;
	joulecart_begin(phases_of(outcome)->train);
	outcome->wall_ns = -monotonic_ns();
	outcome->cpu_ns = -cpu_ns();
	struct weights *weights = variant->make(&outcome->build, why);
	outcome->wall_ns += monotonic_ns();
	outcome->cpu_ns += cpu_ns();
	joulecart_end(phases_of(outcome)->train, 0);
	outcome->build.data = NULL;
	dataset_free(&data);
	return weights;
}

static struct weights *make_and_save(const struct variant *variant,
				     const struct recipe *recipe,
				     const struct weights *parent, struct making *outcome,
				     struct problem *why)
{
	struct weights *weights = make(variant, recipe, parent, outcome, why);
	if (!weights || !exchange_is_first(outcome->build.exchange))
		return weights;
	if (measure(outcome, weights, variant, recipe, why) == 0) {
		record(weights, outcome);
		if (store_save(variant, recipe, weights, parent, why) == 0)
			return weights;
	}
	weights_free(weights);
	return NULL;
}

/* The parent's weights, trained now if they are not there, in all ranks alike; a chain of parents is walked
 * from its root. NULL for a variant without one (ok) or with *failed set. */
static struct weights *obtain_parent(const struct variant *variant,
				     const struct recipe *recipe,
				     const struct gradient_exchange *exchange, int *failed,
				     struct problem *why)
{
	if (!variant->parent)
		return NULL;
	const struct variant *parent = variant->parent;
	const struct recipe parents = store_parents(recipe);
	struct weights *weights = NULL;
	recipe = &parents;
	bool has = store_has(parent, recipe);
	if (exchange_agree(exchange, has, "trained parents", why) < 0) {
		*failed = -1;
		return NULL;
	}
	if (has) {
		joulecart_begin(own_phases.load);
		weights = store_load(parent, recipe, why);
		joulecart_end(own_phases.load, 0);
	} else {
		struct making outcome = { .is_parent = true, .build.exchange = exchange };
		if (exchange_is_first(exchange))
			fprintf(stderr,
				"joulecart: '%s' needs '%s', which is not trained yet: "
				"training that first\n",
				variant->name, parent->name);
		struct weights *grandparent = obtain_parent(parent, recipe, exchange,
							    failed, why);
		if (!*failed)
			weights = make_and_save(parent, recipe, grandparent, &outcome, why);
		weights_free(grandparent);
	}
	if (!weights)
		*failed = -1;
	return weights;
}

/* Before a parent is trained for nothing. */
static int check_lacking(const struct variant *variant, const struct recipe *recipe,
			 struct problem *why)
{
	const struct lacking *lacking = variant_lacking(variant, &recipe->source);
	if (!lacking)
		return 0;
	problem_what(why, "cannot make '%s'", variant->name);
	if (lacking->is_usage)
		why->kind = PROBLEM_USAGE;
	return problem_refuse(why, lacking->todo, "%s", lacking->why);
}

struct weights *making_run(const struct variant *variant, const struct recipe *recipe,
			   const struct gradient_exchange *exchange, struct making *outcome,
			   struct problem *why)
{
	int failed = 0;
	if (check_lacking(variant, recipe, why) < 0)
		return NULL;
	struct weights *parent = obtain_parent(variant, recipe, exchange, &failed, why);
	*outcome = (struct making){ .build.exchange = exchange };
	struct weights *weights =
	    failed ? NULL : make_and_save(variant, recipe, parent, outcome, why);
	weights_free(parent);
	return weights;
}
