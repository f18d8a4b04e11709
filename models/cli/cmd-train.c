/* models/cli/cmd-train.c - joulecart models train: makes a variant's weights, and its parent's
 * first where they are missing. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/data/data.h"
#include "models/infer/plan.h"
#include "models/infer/quality.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a profiler is told: the parent's training is not the variant's own. */
struct phases {
	const char *load, *train;
};
static const struct phases own_phases = { "load", "train" };
static const struct phases parent_phases = { "parent-load", "parent-train" };

/* What training came to. */
struct outcome {
	const struct phases *phases;
	struct build build;
	struct model_quality quality;
	int64_t wall_ns, cpu_ns; /* of training alone */
};

static void show_step(void *self, size_t done, size_t of, float loss)
{
	const char *name = self;
	if (done % 16 == 0 || done == of)
		fprintf(stderr, "\r%s: step %zu of %zu, loss %.3f ", name, done, of,
			(double)loss);
	if (done == of)
		fputs("\r\033[K", stderr);
}

static int measure(struct outcome *outcome, const struct weights *weights,
		   const struct recipe *recipe, struct problem *why)
{
	struct dataset test;
	if (source_queries(&recipe->source, recipe->seed, SPLIT_TEST, TEST_QUERIES, &test,
			   why) < 0)
		return -1;
	struct plan *plan = plan_create(weights, TRAIN_BATCH, why);
	int failed = plan ? quality_measure(&outcome->quality, plan, &test, why) : -1;
	plan_free(plan);
	dataset_free(&test);
	return failed;
}

static void record(struct weights *weights, const struct outcome *outcome)
{
	const struct model_quality *quality = &outcome->quality;
	weights_set_note(weights, "samples", "%zu", outcome->build.training.samples);
	if (outcome->build.bytes_exchanged)
		weights_set_note(weights, "bytes_exchanged", "%" PRIu64,
				 outcome->build.bytes_exchanged);
	if (!isnan(outcome->build.loss))
		weights_set_note(weights, "loss", "%.6f", (double)outcome->build.loss);
	weights_set_note(weights, "top1", "%.6f", quality_rate(quality->top1, quality->n));
	weights_set_note(weights, "top5", "%.6f", quality_rate(quality->top5, quality->n));
	weights_set_note(weights, "ndcg10", "%.6f", quality_ndcg10(quality));
	if (quality->slices[SLICE_COLD].n)
		weights_set_note(weights, "cold_top1", "%.6f",
				 quality_slice(quality, SLICE_COLD));
}

static struct weights *make(const struct variant *variant, const struct recipe *recipe,
			    const struct weights *parent, struct outcome *outcome,
			    struct problem *why)
{
	struct dataset data;
	struct progress progress = { .step = show_step, .self = (void *)variant->name };
	outcome->build = (struct build){ .training = store_training(variant, recipe),
					 .seed = recipe->seed,
					 .level = store_level(variant, recipe),
					 .parent = parent,
					 .data = &data,
					 .source = &recipe->source,
					 .progress = isatty(STDERR_FILENO) ? &progress
									   : NULL };
	joulecart_begin(outcome->phases->load);
	int failed = source_queries(&recipe->source, recipe->seed, SPLIT_TRAIN,
				    outcome->build.training.samples, &data, why);
	joulecart_end(outcome->phases->load, 0);
	if (failed)
		return NULL;
	joulecart_begin(outcome->phases->train);
	outcome->wall_ns = -monotonic_ns();
	outcome->cpu_ns = -clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	struct weights *weights = variant->make(&outcome->build, why);
	outcome->wall_ns += monotonic_ns();
	outcome->cpu_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	joulecart_end(outcome->phases->train, 0);
	outcome->build.data = NULL;
	dataset_free(&data);
	return weights;
}

static struct weights *make_and_save(const struct variant *variant,
				     const struct recipe *recipe,
				     const struct weights *parent, struct outcome *outcome,
				     struct problem *why)
{
	struct weights *weights = make(variant, recipe, parent, outcome, why);
	if (!weights)
		return NULL;
	if (measure(outcome, weights, recipe, why) == 0) {
		record(weights, outcome);
		if (store_save(variant, recipe, weights, parent, why) == 0)
			return weights;
	}
	weights_free(weights);
	return NULL;
}

/* The parent's weights, trained now if they are not there; a chain of parents is walked from
 * its root. NULL for a variant without one (ok) or with *failed set. */
static struct weights *obtain_parent(const struct variant *variant,
				     const struct recipe *recipe, int *failed,
				     struct problem *why)
{
	if (!variant->parent)
		return NULL;
	const struct variant *parent = variant_find(variant->parent, why);
	const struct recipe parents = store_parents(recipe);
	struct weights *weights = NULL;
	recipe = &parents;
	if (parent && store_has(parent, recipe)) {
		joulecart_begin(own_phases.load);
		weights = store_load(parent, recipe, why);
		joulecart_end(own_phases.load, 0);
	} else if (parent) {
		struct outcome outcome = { .phases = &parent_phases };
		fprintf(stderr,
			"joulecart: '%s' needs '%s', which is not trained yet: training "
			"that first\n",
			variant->name, parent->name);
		struct weights *grandparent = obtain_parent(parent, recipe, failed, why);
		if (!*failed)
			weights = make_and_save(parent, recipe, grandparent, &outcome, why);
		weights_free(grandparent);
	}
	if (!weights)
		*failed = -1;
	return weights;
}

static void tell_profiler(const struct weights *weights, const struct outcome *outcome,
			  double file_bytes)
{
	struct rusage usage;
	const struct model_quality *quality = &outcome->quality;
	const struct training *training = &outcome->build.training;
	getrusage(RUSAGE_SELF, &usage);
	if (!isnan(outcome->build.loss))
		joulecart_metric("loss", (double)outcome->build.loss);
	if (outcome->build.bytes_exchanged)
		joulecart_metric("bytes_exchanged", (double)outcome->build.bytes_exchanged);
	joulecart_metric("samples", (double)(training->samples *
					     (training->epochs ? training->epochs : 1)));
	quality_tell(quality, quality, joulecart_metric);
	joulecart_metric("parameters", (double)weights_parameters(weights));
	joulecart_metric("nonzeros", (double)weights_nonzeros(weights));
	joulecart_metric("file_bytes", file_bytes);
	joulecart_metric("peak_rss_bytes", (double)usage.ru_maxrss * 1024.0);
}

static void print_outcome(const struct variant *variant, const struct outcome *outcome,
			  const char *path, double file_bytes)
{
	const struct model_quality *quality = &outcome->quality;
	printf("%s: made in %.1f s (%.1f CPU seconds)\n", variant->name,
	       (double)outcome->wall_ns / (double)NS_PER_S,
	       (double)outcome->cpu_ns / (double)NS_PER_S);
	if (!isnan(outcome->build.loss))
		printf("  loss    %.3f\n", (double)outcome->build.loss);
	printf("  top-1   %.4f of %zu test queries\n",
	       quality_rate(quality->top1, quality->n), quality->n);
	printf("  top-5   %.4f\n", quality_rate(quality->top5, quality->n));
	printf("  NDCG@10 %.4f\n", quality_ndcg10(quality));
	if (outcome->build.bytes_exchanged)
		printf("  sent    %.2f MB of weights between shops\n",
		       (double)outcome->build.bytes_exchanged / 1e6);
	printf("  file    %s (%.2f MB)\n", path, file_bytes / 1e6);
}

/* A report counts the parent's training as the variant's too. */
static void name_parent(const struct variant *variant, const struct recipe *recipe)
{
	struct problem unused;
	char hash[9];
	const struct recipe parents = store_parents(recipe);
	const struct variant *parent = variant->parent
					   ? variant_find(variant->parent, &unused)
					   : NULL;
	if (!parent)
		return;
	store_hash(parent, &parents, hash);
	joulecart_parent(hash);
}

static int train_variant(const struct variant *variant, const struct recipe *recipe,
			 struct problem *why)
{
	char path[PATH_MAX], hash[9];
	struct outcome outcome = { .phases = &own_phases };
	int failed = 0;
	if (store_path(variant, recipe, path, why) < 0)
		return -1;
	store_hash(variant, recipe, hash);
	joulecart_attach();
	joulecart_count();
	joulecart_workload(hash);
	name_parent(variant, recipe);
	struct weights *parent = obtain_parent(variant, recipe, &failed, why);
	struct weights *weights =
	    failed ? NULL : make_and_save(variant, recipe, parent, &outcome, why);
	if (weights) {
		struct stat about = { 0 };
		stat(path, &about);
		tell_profiler(weights, &outcome, (double)about.st_size);
		print_outcome(variant, &outcome, path, (double)about.st_size);
	}
	weights_free(weights);
	weights_free(parent);
	joulecart_detach();
	return weights ? 0 : -1;
}

struct options {
	struct recipe recipe;
	int64_t threads;
};

static const struct option_row rows[] = {
	{ "threads", 0, "N", "1", "threads of oneDNN; another number rounds differently",
	  OPTION_COUNT(struct options, threads, 1, 1024) },
	{ OPTION_INCLUDE(recipe_rows, struct options, recipe) },
	{ 0 },
};

static const struct option_table table = {
	.command = "models train",
	.usage =
	    "Usage: joulecart models train VARIANT [OPTION]...\n"
	    "Train VARIANT and write its weights. If it is made from another variant that "
	    "is\n"
	    "missing, that one is trained first. The same options give the same file.\n"
	    "\n"
	    "  joulecart models train teacher\n"
	    "  joulecart models train student --quick\n",
	.rows = rows,
	.operands = { VALUES_VARIANTS },
};

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .recipe = recipe_default() };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	const struct variant *variant = option_variant(&table, argc - first, argv + first,
						       why);
	if (!variant || option_level(variant, &options.recipe, why) < 0)
		return -1;
	if (option_threads(options.threads, why) < 0)
		return -1;
	return train_variant(variant, &options.recipe, why);
}

const struct models_command command_train = {
	.name = "train",
	.summary = "train a variant, and its parent if missing",
	.options = &table,
	.is_patient = true,
	.run = run,
};
