/* models/cli/cmd-eval.c - joulecart models eval: quality on the test queries. */
#include <config.h>

#include "base/problem.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/data/data.h"
#include "models/infer/exit-sweep.h"
#include "models/infer/plan.h"
#include "models/infer/quality.h"
#include "models/weights/weights.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

struct evaluation {
	struct model_quality quality;
	/* Top-1 of answering always with training's most frequent class; NAN for a file that has
	 * no training queries. */
	double majority;
	bool has_points; /* of a variant that leaves early */
	struct sweep_point points[SWEEP_POINTS];
	size_t n_stages;
};

static int measure_on(const struct weights *weights, struct plan *plan,
		      const struct recipe *recipe, struct evaluation *evaluation,
		      struct problem *why)
{
	const struct source *source = &recipe->source;
	struct dataset train = { 0 }, test = { 0 };
	struct problem unused;
	int failed = source_queries(source, recipe->seed, SPLIT_TEST, TEST_QUERIES, &test,
				    why);
	if (!failed)
		failed = quality_measure(&evaluation->quality, plan, &test, why);
	if (!failed && plan->rule != EXIT_NEVER) {
		evaluation->has_points = true;
		evaluation->n_stages = plan->shape.n_stages;
		failed = exit_sweep(weights, &test, evaluation->points, why);
	}
	if (source_queries(source, recipe->seed, SPLIT_TRAIN, TEST_QUERIES, &train,
			   &unused) == 0)
		evaluation->majority = quality_majority(&train, &test);
	dataset_free(&train);
	dataset_free(&test);
	return failed;
}

static int measure(const struct variant *variant, const struct recipe *recipe,
		   struct evaluation *evaluation, struct problem *why)
{
	struct weights *weights = store_load(variant, recipe, why);
	struct plan *plan = weights ? plan_create(weights, TRAIN_BATCH, why) : NULL;
	int failed = plan ? measure_on(weights, plan, recipe, evaluation, why) : -1;
	plan_free(plan);
	weights_free(weights);
	return failed;
}

static void print_sweep(const struct evaluation *evaluation)
{
	printf("  threshold  top-1 ");
	for (size_t stage = 0; stage < evaluation->n_stages; stage++)
		printf("  stage %zu", stage + 1);
	putchar('\n');
	for (size_t i = 0; i < SWEEP_POINTS; i++) {
		const struct sweep_point *point = &evaluation->points[i];
		printf("       %.2f  %.4f", (double)point->threshold, point->top1);
		for (size_t stage = 0; stage < evaluation->n_stages; stage++)
			printf("  %5.1f %%", 100.0 * point->share[stage]);
		putchar('\n');
	}
}

static json_t *sweep_json(const struct evaluation *evaluation)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < SWEEP_POINTS; i++) {
		const struct sweep_point *point = &evaluation->points[i];
		json_t *shares = json_array();
		for (size_t stage = 0; stage < evaluation->n_stages; stage++)
			json_array_append_new(shares, json_real(point->share[stage]));
		json_array_append_new(rows, json_pack("{s:f, s:f, s:o}", "threshold",
						      (double)point->threshold, "top1",
						      point->top1, "depth_share", shares));
	}
	return rows;
}

static void print_text(const struct variant *variant, const struct evaluation *evaluation)
{
	const struct model_quality *quality = &evaluation->quality;
	printf("%s on %zu test queries\n", variant->name, quality->n);
	printf("  top-1             %.4f\n", quality_rate(quality->top1, quality->n));
	printf("  top-5             %.4f\n", quality_rate(quality->top5, quality->n));
	printf("  NDCG@10           %.4f\n", quality_ndcg10(quality));
	if (!isnan(evaluation->majority))
		wrap_say(stdout, 2, 20,
			 "majority class    %.4f: top-1 of always answering the most "
			 "frequent class",
			 evaluation->majority);
	if (quality->n_cold)
		printf("  cold-start top-1  %.4f of %zu queries\n",
		       quality_rate(quality->cold_top1, quality->n_cold), quality->n_cold);
	if (evaluation->has_points)
		print_sweep(evaluation);
}

static void print_json(const struct variant *variant, const struct evaluation *evaluation)
{
	const struct model_quality *quality = &evaluation->quality;
	double cold = quality_rate(quality->cold_top1, quality->n_cold);
	json_t *object = json_pack(
	    "{s:s, s:s, s:I, s:f, s:f, s:f, s:o, s:I, s:o}", "schema",
	    "joulecart-models-eval-1", "variant", variant->name, "queries",
	    (json_int_t)quality->n, "top1", quality_rate(quality->top1, quality->n), "top5",
	    quality_rate(quality->top5, quality->n), "ndcg10", quality_ndcg10(quality),
	    "majority_top1",
	    isnan(evaluation->majority) ? json_null() : json_real(evaluation->majority),
	    "cold_queries", (json_int_t)quality->n_cold, "cold_top1",
	    quality->n_cold ? json_real(cold) : json_null());
	if (evaluation->has_points)
		json_object_set_new(object, "thresholds", sweep_json(evaluation));
	json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(object);
}

struct options {
	struct recipe recipe;
	bool json;
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, NULL, "print as a JSON object",
	  OPTION_FLAG(struct options, json) },
	{ OPTION_INCLUDE(recipe_rows, struct options, recipe) },
	{ 0 },
};

static const struct option_table table = {
	.command = "models eval",
	.usage =
	    "Usage: joulecart models eval VARIANT [OPTION]...\n"
	    "Print top-1, top-5 and the cold-start classes' top-1 of a trained VARIANT; "
	    "for\nan early-exit variant also what other thresholds would give.\n"
	    "\n"
	    "  joulecart models eval int8\n",
	.rows = rows,
	.operands = { VALUES_VARIANTS },
};

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .recipe = recipe_default() };
	struct evaluation evaluation = { .majority = NAN };
	const struct recipe *recipe = &options.recipe;
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	const struct variant *variant = option_variant(&table, argc - first, argv + first,
						       why);
	if (!variant || option_level(variant, recipe, why) < 0 ||
	    option_threads(1, why) < 0 || measure(variant, recipe, &evaluation, why) < 0)
		return -1;
	(options.json ? print_json : print_text)(variant, &evaluation);
	return 0;
}

const struct models_command command_eval = {
	.name = "eval",
	.summary = "quality on the test queries",
	.options = &table,
	.run = run,
};
