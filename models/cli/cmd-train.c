/* models/cli/cmd-train.c - joulecart models train: makes a variant's weights, and its parent's
 * first where they are missing. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/making.h"
#include "models/cli/mpi-ranks.h"
#include "models/cli/options.h"
#include "models/data/data.h"
#include "models/infer/plan.h"
#include "models/infer/quality.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell_federation(const struct build *build)
{
	if (build->federation.bytes)
		joulecart_metric("bytes_exchanged", (double)build->federation.bytes);
	if (build->federation.epsilon > 0.0)
		joulecart_metric("epsilon", build->federation.epsilon);
	if (build->federation.n_lost && build->federation.epsilon == 0.0)
		joulecart_metric("shops_lost", (double)build->federation.n_lost);
}

static void tell_profiler(const struct weights *weights, const struct making *outcome,
			  double file_bytes)
{
	struct rusage usage;
	const struct model_quality *quality = &outcome->quality;
	const struct training *training = &outcome->build.training;
	getrusage(RUSAGE_SELF, &usage);
	if (!isnan(outcome->build.loss))
		joulecart_metric("loss", (double)outcome->build.loss);
	tell_federation(&outcome->build);
	joulecart_metric("samples", (double)(training->samples *
					     (training->epochs ? training->epochs : 1)));
	quality_tell(quality, quality, joulecart_metric);
	joulecart_metric("parameters", (double)weights_parameters(weights));
	joulecart_metric("nonzeros", (double)weights_nonzeros(weights));
	joulecart_metric("file_bytes", file_bytes);
	joulecart_metric("peak_rss_bytes", (double)usage.ru_maxrss * 1024.0);
}

/* Of this rank alone: each rank tells its own profiler, or the one that they have in common. */
static void tell_exchange(const struct mpi_ranks *ranks)
{
	joulecart_metric("ranks", (double)ranks->exchange.ranks);
	joulecart_metric("exchange_s", (double)ranks->spent_ns / (double)NS_PER_S);
	joulecart_metric("exchange_bytes", (double)ranks->bytes);
}

static void print_exchange(const struct mpi_ranks *ranks)
{
	printf("  ranks   %zu; this one sent %.1f MB of gradients, and waited %.1f s for "
	       "those of others\n",
	       ranks->exchange.ranks, (double)ranks->bytes / 1e6,
	       (double)ranks->spent_ns / (double)NS_PER_S);
}

static void print_lost(const struct federation_outcome *federation)
{
	char text[128];
	if (federation->n_lost > 0 && federation->epsilon > 0.0) {
		wrap_say(stdout, 2, 10,
			 "lost    not all shops were there to the end; which, is private");
		return;
	}
	for (size_t i = 0; i < federation->n_lost; i++) {
		const struct lost_shop *lost = &federation->lost[i];
		printf(
		    "  lost    shop %zu in round %zu: %s; the others went on without it\n",
		    lost->shop + 1, lost->round, text_line(lost->why, text, sizeof(text)));
	}
}

static void print_federation(const struct build *build)
{
	if (build->federation.bytes)
		printf("  sent    %.2f MB of weights between shops\n",
		       (double)build->federation.bytes / 1e6);
	if (build->federation.epsilon > 0.0)
		printf("  private each shop: epsilon %.3g at delta %g, noise of %.4f x the "
		       "longest update\n",
		       build->federation.epsilon, build->federation.privacy.delta,
		       build->federation.privacy.noise);
	print_lost(&build->federation);
}

static void print_outcome(const struct variant *variant, const struct weights *weights,
			  const struct making *outcome, const char *path, double file_bytes)
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
	if (quality->ranked)
		printf("  NDCG@10 %.4f\n", quality_ndcg10(quality));
	print_federation(&outcome->build);
	if (weights_note(weights, "bits")[0])
		wrap_say(stdout, 2, 10, "bits    %s", weights_note(weights, "bits"));
	printf("  file    %s (%.2f MB)\n", path, file_bytes / 1e6);
}

/* A report counts the parent's training as the variant's too. */
static void name_parent(const struct variant *variant, const struct recipe *recipe)
{
	char hash[9];
	const struct recipe parents = store_parents(recipe);
	if (!variant->parent)
		return;
	store_hash(variant->parent, &parents, hash);
	joulecart_parent(hash);
}

/* ranks: NULL for a training by this process alone. */
static int train_variant(const struct variant *variant, const struct recipe *recipe,
			 const struct mpi_ranks *ranks, struct problem *why)
{
	char path[PATH_MAX], hash[9];
	struct making outcome;
	const struct gradient_exchange *exchange = ranks ? &ranks->exchange : NULL;
	if (store_path(variant, recipe, path, why) < 0)
		return -1;
	store_hash(variant, recipe, hash);
	if (exchange_agree(exchange, strtoul(hash, NULL, 16), "options or queries", why) <
	    0)
		return -1;
	joulecart_attach();
	joulecart_count();
	joulecart_workload(hash);
	name_parent(variant, recipe);
	struct weights *weights = making_run(variant, recipe, exchange, &outcome, why);
	if (weights && ranks)
		tell_exchange(ranks);
	if (weights && exchange_is_first(exchange)) {
		struct stat about = { 0 };
		stat(path, &about);
		tell_profiler(weights, &outcome, (double)about.st_size);
		print_outcome(variant, weights, &outcome, path, (double)about.st_size);
		if (ranks)
			print_exchange(ranks);
	}
	weights_free(weights);
	joulecart_detach();
	return weights ? 0 : -1;
}

/* Every rank runs this very command. */
static int train_with_ranks(const struct variant *variant, const struct recipe *recipe,
			    struct problem *why)
{
	struct mpi_ranks ranks;
	problem_what(why, "cannot train '%s' with MPI", variant->name);
	why->kind = PROBLEM_USAGE;
	if (variant_setting(variant, recipe->source.task).training.epochs == 0)
		return problem_refuse(why, "leave --mpi out",
				      "it is computed from other weights, not trained");
	if (mpi_ranks_open(&ranks, why) < 0)
		return -1;
	int failed = train_variant(variant, recipe, &ranks, why);
	mpi_ranks_close(&ranks, failed ? (int)why->kind : 0);
	return failed;
}

struct options {
	struct recipe recipe;
	struct variant_stack stack;
	int64_t threads;
	bool mpi;
};

static const struct option_row rows[] = {
	{ "threads", 0, "N", "1", "threads of oneDNN; another number rounds differently",
	  OPTION_COUNT(struct options, threads, 1, 1024) },
	{ "mpi", 0, NULL, NULL,
	  "each rank that mpirun started computes its parts of every batch; 1, 2 and 4 "
	  "come to the same weights",
	  OPTION_FLAG(struct options, mpi) },
	{ "processes", 0, NULL, NULL,
	  "each shop of a federation trains in a process of its own",
	  OPTION_FLAG(struct options, recipe.processes) },
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
	    "  joulecart models train student --quick\n"
	    "  mpirun -n 2 joulecart models train teacher --mpi\n",
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
						       options.recipe.source.task,
						       &options.stack, why);
	if (!variant || option_level(variant, &options.recipe, why) < 0)
		return -1;
	if (option_threads(options.threads, why) < 0)
		return -1;
	return options.mpi ? train_with_ranks(variant, &options.recipe, why)
			   : train_variant(variant, &options.recipe, NULL, why);
}

const struct models_command command_train = {
	.name = "train",
	.summary = "train a variant, and its parent if missing",
	.options = &table,
	.is_patient = true,
	.run = run,
};
