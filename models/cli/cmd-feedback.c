/* models/cli/cmd-feedback.c - joulecart models feedback: policies that learn from what shoppers take, against
 * one that does not, and what learning costs. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"
#include "models/train/bandit.h"
#include "models/train/tastes.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* What the agent knows of a query: the last stage's maxima over time, and the profile; and 1, for what is liked
 * by all. */
enum { MAX_WIDTH = 1024 };

struct options {
	struct recipe recipe;
	struct variant_stack stack;
	uint64_t interactions, night;
	double drift, memory, optimism;
};

/* One interaction as a policy is told of it. */
struct record {
	size_t query, arm;
	double reward;
};

enum policy_kind { POLICY_FIXED, POLICY_ONLINE, POLICY_NIGHTLY, N_POLICIES };
static const char *const policy_names[] = { "fixed", "online", "nightly" };

/* What a policy came to. */
struct outcome {
	double taken, regret;
	int64_t cpu_ns;
};

struct shop {
	const struct options *options;
	struct plan *plan;
	struct dataset data;
	size_t width;
	struct record *records;
	size_t n_records;
};

static size_t width_of(const struct plan *plan)
{
	return plan->shape.stages[plan->shape.n_stages - 1].out + FEATURE_PROFILE + 1;
}

/* Runs the agent on a query; x: [width]. Every entry is of the order of 1 / root of their number. */
static int look(struct shop *shop, const struct query *query, double *x,
		struct problem *why)
{
	struct features features;
	size_t channels = shop->width - FEATURE_PROFILE - 1;
	double square = 0;
	features_of(query, shop->plan->shape.rows, &features);
	if (!plan_run(shop->plan, &features, 1, why))
		return -1;
	const float *pooled = shop->plan->segments[shop->plan->n_exits - 1].pooled;
	for (size_t i = 0; i < channels; i++)
		square += (double)(pooled[i] * pooled[i]);
	for (size_t i = 0; i < channels; i++)
		x[i] = (double)pooled[i] / sqrt(fmax(square, 1e-12));
	for (size_t i = 0; i < FEATURE_PROFILE; i++)
		x[channels + i] = (double)features.profile[i];
	x[shop->width - 1] = 1.0;
	return 0;
}

/* In the night the last two days are learned anew. */
static int retrain(struct shop *shop, struct bandit *bandit, struct problem *why)
{
	double x[MAX_WIDTH];
	size_t window = 2 * shop->options->night;
	size_t from = shop->n_records > window ? shop->n_records - window : 0;
	bandit_reset(bandit);
	for (size_t i = from; i < shop->n_records; i++) {
		const struct record *record = &shop->records[i];
		if (look(shop, &shop->data.queries[record->query], x, why) < 0)
			return -1;
		bandit_learn(bandit, record->arm, x, record->reward);
	}
	return 0;
}

/* The first day belongs to trying: the fixed and the nightly policy show anything, and the fixed one learns of
 * that once. From then on the nightly one tries in one of ten. */
static size_t arm_of(const struct shop *shop, enum policy_kind kind,
		     const struct bandit *bandit, const double *x, double try)
{
	size_t any = (size_t)(try * 10 * N_INGREDIENTS) % N_INGREDIENTS;
	if (kind == POLICY_ONLINE)
		return bandit_choose(bandit, x);
	if (shop->n_records < shop->options->night || (kind == POLICY_NIGHTLY && try < 0.1))
		return any;
	return bandit_choose(bandit, x);
}

static int interact(struct shop *shop, enum policy_kind kind, struct bandit *bandit,
		    struct tastes *tastes, gsl_rng *tries, struct outcome *outcome,
		    struct problem *why)
{
	double x[MAX_WIDTH], best = 0;
	size_t at = shop->n_records % shop->data.n;
	const struct query *query = &shop->data.queries[at];
	const double *p = tastes_of(tastes, &query->shopper);
	if (look(shop, query, x, why) < 0)
		return -1;
	size_t arm = arm_of(shop, kind, bandit, x, gsl_rng_uniform(tries));
	for (size_t i = 0; i < N_INGREDIENTS; i++)
		best = fmax(best, p[i]);
	outcome->regret += best - p[arm];
	double shown = p[arm], reward = tastes_next(tastes) < shown;
	outcome->taken += reward;
	shop->records[shop->n_records++] = (struct record){ at, arm, reward };
	if (kind == POLICY_ONLINE)
		bandit_learn(bandit, arm, x, reward);
	bool is_night = shop->n_records % shop->options->night == 0;
	if ((kind == POLICY_NIGHTLY && is_night) ||
	    (kind == POLICY_FIXED && shop->n_records == shop->options->night))
		return retrain(shop, bandit, why);
	return 0;
}

/* Every policy meets the same shoppers, tastes and chances. */
static int run_policy(struct shop *shop, enum policy_kind kind, struct outcome *outcome,
		      struct problem *why)
{
	const struct options *options = shop->options;
	struct tastes tastes = { 0 };
	struct bandit *bandit = bandit_new(&(struct bandit_settings){
	    .arms = N_INGREDIENTS,
	    .width = shop->width,
	    .ridge = 1.0,
	    .optimism = kind == POLICY_ONLINE ? options->optimism : 0.0,
	    .memory = kind == POLICY_ONLINE ? options->memory : 1.0 });
	gsl_rng *tries = gsl_rng_alloc(gsl_rng_mt19937);
	int failed = 0;
	if (!bandit || !tries || tastes_open(&tastes, options->recipe.seed, options->drift))
		failed = problem_what(why, "cannot learn: out of memory");
	else
		gsl_rng_set(tries, (unsigned long)options->recipe.seed + 1);
	shop->n_records = 0;
	joulecart_begin(policy_names[kind]);
	outcome->cpu_ns = -clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (uint64_t i = 0; !failed && i < options->interactions; i++)
		failed = interact(shop, kind, bandit, &tastes, tries, outcome, why);
	outcome->cpu_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	joulecart_end(policy_names[kind], options->interactions);
	if (tastes.rng)
		tastes_close(&tastes);
	gsl_rng_free(tries);
	bandit_free(bandit);
	return failed;
}

static void print_outcome(const struct shop *shop, enum policy_kind kind,
			  const struct outcome outcomes[N_POLICIES])
{
	const struct outcome *own = &outcomes[kind], *fixed = &outcomes[POLICY_FIXED];
	double n = (double)shop->options->interactions;
	double us = (double)own->cpu_ns / 1e3 / n, saved = fixed->regret - own->regret;
	char metric[64];
	snprintf(metric, sizeof(metric), "regret_%s", policy_names[kind]);
	joulecart_metric(metric, own->regret);
	snprintf(metric, sizeof(metric), "taken_share_%s", policy_names[kind]);
	joulecart_metric(metric, own->taken / n);
	printf("  %-8s taken %.1f %%, regret %.0f, CPU %.1f us per interaction\n",
	       policy_names[kind], 100 * own->taken / n, own->regret, us);
	if (kind == POLICY_FIXED)
		return;
	if (saved > 0)
		wrap_say(stdout, 11, 11,
			 "%.0f of the fixed one's regret saved, for %.3f ms CPU each",
			 saved, (double)(own->cpu_ns - fixed->cpu_ns) / 1e6 / saved);
	else
		wrap_say(stdout, 11, 11, "no regret saved: %.0f more than the fixed one's",
			 -saved);
}

static int run_all(struct shop *shop, const struct variant *variant, struct problem *why)
{
	struct outcome outcomes[N_POLICIES] = { 0 };
	for (enum policy_kind kind = 0; kind < N_POLICIES; kind++)
		if (run_policy(shop, kind, &outcomes[kind], why) < 0)
			return -1;
	printf("%s: %.0f interactions, of which each night follows %.0f\n", variant->name,
	       (double)shop->options->interactions, (double)shop->options->night);
	for (enum policy_kind kind = 0; kind < N_POLICIES; kind++)
		print_outcome(shop, kind, outcomes);
	return 0;
}

static int open_shop(struct shop *shop, const struct weights *weights, struct problem *why)
{
	const struct options *options = shop->options;
	shop->plan = plan_create(weights, 1, why);
	if (!shop->plan)
		return -1;
	if (!shop->plan->shallow)
		shop->width = width_of(shop->plan);
	if (shop->width == 0 || shop->width > MAX_WIDTH || shop->plan->rule != EXIT_NEVER) {
		problem_what(why, "cannot learn from feedback with this model");
		return problem_refuse(why, "take another variant, such as student",
				      "each query must have features of one last stage");
	}
	if (source_queries(&options->recipe.source, options->recipe.seed, SPLIT_TEST,
			   TEST_QUERIES, &shop->data, why) < 0)
		return -1;
	shop->records = calloc(options->interactions, sizeof(*shop->records));
	return shop->records ? 0 : problem_what(why, "cannot learn: out of memory");
}

static int feedback(const struct variant *variant, const struct options *options,
		    struct problem *why)
{
	struct shop shop = { .options = options };
	struct weights *weights = store_load(variant, &options->recipe, why);
	joulecart_attach();
	int failed = weights ? open_shop(&shop, weights, why) : -1;
	if (!failed)
		failed = run_all(&shop, variant, why);
	joulecart_detach();
	plan_free(shop.plan);
	dataset_free(&shop.data);
	free(shop.records);
	weights_free(weights);
	return failed;
}

static const struct option_row rows[] = {
	{ OPTION_HEADING("Shoppers and policies") },
	{ "interactions", 0, "N", "20000", "how often a product is shown",
	  OPTION_COUNT(struct options, interactions, 1, 1e7) },
	{ "night", 0, "N", "2000", "retrain after every N of them",
	  OPTION_COUNT(struct options, night, 1, 1e7) },
	{ "drift", 0, "P", NULL,
	  "probability that a kind of shopper changes its taste, each time [0.001]",
	  OPTION_REAL(struct options, drift, 0, 1) },
	{ "memory", 0, "M", NULL,
	  "weight of an answer relative to that of the next one [0.995]",
	  OPTION_REAL(struct options, memory, 0.5, 1) },
	{ "optimism", 0, "A", NULL,
	  "standard deviations by which the online policy hopes [0.3]",
	  OPTION_REAL(struct options, optimism, 0, 100) },
	{ OPTION_INCLUDE(recipe_rows, struct options, recipe) },
	{ 0 },
};

static const struct option_table table = {
	.command = "models feedback",
	.usage =
	    "Usage: joulecart models feedback VARIANT [OPTION]...\n"
	    "Show simulated shoppers, whose tastes drift, products by what VARIANT knows\n"
	    "of their queries: by a policy that learned once, one that learns from each\n"
	    "answer, and one that is retrained every night.\n"
	    "\n"
	    "  joulecart models feedback student\n"
	    "  joulecart run -- joulecart models feedback student --drift 0.01\n",
	.rows = rows,
	.operands = { VALUES_VARIANTS },
};

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = {
		.recipe = recipe_default(), .drift = 0.001, .memory = 0.995, .optimism = 0.3
	};
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	const struct variant *variant = option_variant(&table, argc - first, argv + first,
						       options.recipe.source.task,
						       &options.stack, why);
	if (!variant || option_level(variant, &options.recipe, why) < 0 ||
	    option_agent(&options.recipe, "models feedback", why) < 0 ||
	    option_threads(1, why) < 0)
		return -1;
	return feedback(variant, &options, why);
}

const struct models_command command_feedback = {
	.name = "feedback",
	.summary = "policies that learn from what shoppers take",
	.options = &table,
	.run = run,
};
