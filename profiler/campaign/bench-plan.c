/* profiler/campaign/bench-plan.c - see bench-plan.h. */
#include <config.h>

#include "profiler/campaign/bench-plan.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "profiler/campaign/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unknown_variant(const struct model_list *models, const char *asked,
			   struct problem *why)
{
	const char *names[64];
	size_t n = models->n < 64 ? models->n : 64;
	for (size_t i = 0; i < n; i++)
		names[i] = models->variants[i].name;
	const char *near = nearest_name(asked, names, n);
	problem_what(why, "no variant '%s'", asked);
	why->kind = PROBLEM_USAGE;
	if (near)
		problem_why(why, "did you mean '%s'?", near);
	return problem_todo(why, "'joulecart models list' lists all");
}

/* Of one that this machine or this recipe rules out, why. */
static int refuse_variant(const struct model_list *models, const char *asked,
			  struct problem *why)
{
	const char *reason = model_left_out_why(models, asked);
	if (!reason)
		return unknown_variant(models, asked, why);
	problem_what(why, "cannot measure '%s'", asked);
	return problem_refuse(why, "leave it out of --variants", "%s", reason);
}

static bool is_asked(const char *variants, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = variants; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
			return true;
	return false;
}

static int check_asked(const struct model_list *models, const char *variants,
		       struct problem *why)
{
	char name[64];
	for (const char *at = variants; *at; at += strcspn(at, ","), at += *at == ',') {
		bool is_known = false;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, ","), at);
		for (size_t i = 0; i < models->n; i++)
			is_known = is_known || strcmp(models->variants[i].name, name) == 0;
		if (!is_known)
			return refuse_variant(models, name, why);
	}
	return 0;
}

static struct model_variant *find(const struct model_list *models, const char *name)
{
	for (size_t i = 0; name && i < models->n; i++)
		if (strcmp(models->variants[i].name, name) == 0)
			return &models->variants[i];
	return NULL;
}

/* Whether a variant that is asked for is made from this one, whose training is then to be a
 * trial of its own: else it would be booked as the other's. */
static bool is_needed(const struct model_list *models, const char *variants,
		      const struct model_variant *wanted)
{
	for (size_t i = 0; i < models->n; i++) {
		const struct model_variant *at = &models->variants[i];
		if (!is_asked(variants, at->name))
			continue;
		for (at = find(models, at->parent); at && !at->is_trained;
		     at = find(models, at->parent))
			if (at == wanted)
				return true;
	}
	return false;
}

/* Those that are asked for, then those that must be trained for them; the others are freed.
 * Returns how many are asked for. */
static size_t keep_asked(struct model_list *models, const char *variants)
{
	struct model_list chosen = { .variants = calloc(models->n + 1,
							sizeof(*models->variants)) };
	size_t n_asked = 0;
	for (size_t i = 0; chosen.variants && i < models->n; i++)
		if (is_asked(variants, models->variants[i].name))
			chosen.variants[chosen.n++] = models->variants[i];
	n_asked = chosen.n;
	for (size_t i = 0; chosen.variants && i < models->n; i++)
		if (!is_asked(variants, models->variants[i].name) &&
		    is_needed(models, variants, &models->variants[i]))
			chosen.variants[chosen.n++] = models->variants[i];
	for (size_t i = 0; i < models->n; i++)
		if (!find(&chosen, models->variants[i].name))
			model_variant_free(&models->variants[i]);
	free(models->variants);
	models_free_left_out(models); /* none of which was asked for */
	*models = chosen;
	return n_asked;
}

static int choose(struct bench_plan *plan, const struct bench_options *options,
		  struct problem *why)
{
	const char *variants = options->variants;
	const struct model_recipe which = { options->seed, options->samples, options->task,
					    options->data, options->mix };
	char path[4096];
	if (models_path(path, sizeof(path), why) != 0 ||
	    models_list(path, &which, &plan->models, why) != 0)
		return -1;
	plan->path = strdup(path);
	plan->n_asked = plan->models.n;
	if (!variants || strcmp(variants, "all") == 0)
		return 0;
	if (check_asked(&plan->models, variants, why) != 0)
		return -1;
	plan->n_asked = keep_asked(&plan->models, variants);
	if (plan->n_asked > 0)
		return 0;
	problem_what(why, "invalid --variants '%s'", variants);
	problem_why(why, "it names none");
	why->kind = PROBLEM_USAGE;
	return problem_todo(why, "'joulecart models list' lists all");
}

/* Words of one command line; the array and its words are one allocation each. */
static char **words(const char *path, const char *job, const char *variant,
		    const struct bench_options *options)
{
	char seed[32], seconds[32], samples[32], think[32];
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)options->seed);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)options->seconds);
	snprintf(samples, sizeof(samples), "%lld", (long long)options->samples);
	snprintf(think, sizeof(think), "%.9g", options->think_s);
	bool is_infer = strcmp(job, "infer") == 0;
	bool has_batch = is_infer && !options->sessions;
	bool has_sessions = is_infer && options->sessions;
	const char *all[] = { path,
			      job,
			      variant,
			      "--seed",
			      seed,
			      options->task ? "--task" : NULL,
			      options->task,
			      options->samples ? "--samples" : NULL,
			      options->samples ? samples : NULL,
			      options->data ? "--data" : NULL,
			      options->data,
			      is_infer ? "--seconds" : NULL,
			      is_infer ? seconds : NULL,
			      has_batch ? "--also-batch" : NULL,
			      has_batch ? "32" : NULL,
			      has_sessions ? "--sessions" : NULL,
			      has_sessions && options->mix ? "--mix" : NULL,
			      has_sessions ? options->mix : NULL,
			      has_sessions ? "--think" : NULL,
			      has_sessions ? think : NULL,
			      is_infer && options->layers ? "--layers" : NULL };
	char **argv = calloc(sizeof(all) / sizeof(all[0]) + 1, sizeof(*argv));
	size_t n = 0;
	for (size_t i = 0; argv && i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i])
			argv[n++] = strdup(all[i]);
	return argv;
}

/* Blocks of n steps, each of the first n models once. */
static void add_blocks(struct bench_plan *plan, const struct bench_options *options,
		       const char *job, const size_t *order, size_t n, size_t n_blocks)
{
	for (size_t i = 0; i < n_blocks * n; i++) {
		const char *variant = plan->models.variants[order[i]].name;
		plan->steps[plan->n++] = (struct bench_step){
			.variant = variant,
			.job = job,
			.block = (int64_t)(i / n) + 1,
			.argv = words(plan->path, job, variant, options),
		};
	}
}

static void add_training(struct bench_plan *plan, const struct bench_options *options,
			 const size_t *order)
{
	add_blocks(plan, options, "train", order, plan->models.n, 1);
	for (size_t i = 0; i < plan->models.n; i++)
		plan->training_cpu_s += plan->models.variants[i].cpu_s;
}

static int fill(struct bench_plan *plan, const struct bench_options *options,
		struct problem *why)
{
	size_t n = plan->models.n, n_asked = plan->n_asked, runs = (size_t)options->runs;
	size_t *order = calloc(n * (runs + 1), sizeof(*order));
	int *ranks = calloc(n + 1, sizeof(*ranks));
	plan->steps = calloc(n * (runs + 1), sizeof(*plan->steps));
	int code = -1;
	if (order && ranks && plan->steps) {
		for (size_t i = 0; i < n; i++)
			ranks[i] = plan->models.variants[i].rank;
		code = plan_order(order, 1, n, ranks, options->seed);
		if (code == 0 && !options->skip_training)
			add_training(plan, options, order);
		if (code == 0)
			code = plan_order(order, runs, n_asked, NULL, options->seed);
		if (code == 0)
			add_blocks(plan, options, "infer", order, n_asked, runs);
	}
	free(order);
	free(ranks);
	if (code == 0)
		return 0;
	problem_what(why, "cannot plan the campaign");
	return problem_errno(why, ENOMEM);
}

int bench_plan_make(struct bench_plan *plan, const struct bench_options *options,
		    struct problem *why)
{
	*plan = (struct bench_plan){ 0 };
	if (choose(plan, options, why) == 0 && fill(plan, options, why) == 0)
		return 0;
	bench_plan_free(plan);
	return -1;
}

void bench_plan_free(struct bench_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		for (size_t j = 0; plan->steps[i].argv && plan->steps[i].argv[j]; j++)
			free(plan->steps[i].argv[j]);
		free(plan->steps[i].argv);
	}
	free(plan->steps);
	free(plan->path);
	models_free(&plan->models);
}
