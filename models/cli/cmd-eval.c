/* models/cli/cmd-eval.c - joulecart models eval: quality on the test queries. */
#include <config.h>

#include "base/problem.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/cli/referral.h"
#include "models/data/data.h"
#include "models/infer/exit-sweep.h"
#include "models/infer/plan.h"
#include "models/infer/quality.h"
#include "models/weights/weights.h"
#include "reports/statistics/slices.h"

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
	size_t n = task_tests(source->task);
	int failed = source_queries(source, recipe->seed, SPLIT_TEST, n, &test, why);
	if (!failed)
		failed = quality_measure(&evaluation->quality, plan, &test, why);
	if (!failed && plan->rule != EXIT_NEVER) {
		evaluation->has_points = true;
		evaluation->n_stages = plan->shape.n_stages;
		failed = exit_sweep(weights, &test, evaluation->points, why);
	}
	if (source_queries(source, recipe->seed, SPLIT_TRAIN, n, &train, &unused) == 0)
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
	struct referral *referral = NULL;
	int failed = plan ? referral_start(&referral, plan, weights, variant, recipe, why)
			  : -1;
	if (!failed)
		failed = measure_on(weights, plan, recipe, evaluation, why);
	referral_stop(referral);
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

/* The test queries' parts from `first` on as the statistics have them; returns how many there are. */
static size_t slices_of(const struct model_quality *quality, size_t first,
			struct slice_name *names, struct slice *slices)
{
	size_t n = 0;
	for (size_t i = first; i < N_SLICES; i++) {
		if (quality->slices[i].n == 0)
			continue;
		names[n] = slice_name(i);
		slices[n] = (struct slice){ names[n].kind, names[n].name,
					    quality_slice(quality, i),
					    (double)quality->slices[i].n };
		n++;
	}
	return n;
}

/* The largest gap. That the cold-start classes are answered worse is what they are there for: beside the gap between
 * warm and cold no other would show. */
static bool gap_of(const struct model_quality *quality, struct slice_name *names,
		   struct slice *slices, struct slice_gap *gap)
{
	return slice_gap_largest(slices, slices_of(quality, SLICE_ENGLISH, names, slices),
				 gap);
}

static void print_slices(const struct model_quality *quality)
{
	struct slice_name names[N_SLICES];
	struct slice slices[N_SLICES];
	struct slice_gap gap;
	size_t n = slices_of(quality, 0, names, slices);
	for (size_t i = 0; i < n; i++)
		printf("  %-8s %-9s %.4f of %.0f queries\n", slices[i].kind, slices[i].name,
		       slices[i].share, slices[i].n);
	if (gap_of(quality, names, slices, &gap))
		wrap_say(stdout, 2, 20, "largest gap       %.4f: %s, %s below %s%s",
			 gap.points, gap.low->kind, gap.low->name, gap.high->name,
			 gap.is_shown ? "" : ", which chance may explain");
}

static void print_text(const struct variant *variant, const struct evaluation *evaluation)
{
	const struct model_quality *quality = &evaluation->quality;
	struct macro macro = quality_macro(quality);
	printf("%s on %zu test queries\n", variant->name, quality->n);
	printf("  top-1             %.4f\n", quality_rate(quality->top1, quality->n));
	printf("  top-5             %.4f\n", quality_rate(quality->top5, quality->n));
	if (quality->ranked)
		printf("  NDCG@10           %.4f\n", quality_ndcg10(quality));
	for (size_t i = 0; !quality->ranked && i < N_FACE_PARTS; i++)
		printf("  %-17s %.4f\n", mirror_parts[i],
		       quality_rate(quality->parts[i], quality->n));
	wrap_say(stdout, 2, 20, "macro F1          %.4f: precision %.4f, recall %.4f",
		 macro.f1, macro.precision, macro.recall);
	wrap_say(stdout, 2, 20,
		 "calibration error %.4f: how far confidence is from being right",
		 quality_calibration_error(quality));
	if (!isnan(evaluation->majority))
		wrap_say(stdout, 2, 20,
			 "majority class    %.4f: top-1 of always answering the most "
			 "frequent class",
			 evaluation->majority);
	puts("top-1 of parts of them");
	print_slices(quality);
	if (evaluation->has_points)
		print_sweep(evaluation);
}

static json_t *slices_json(const struct slice *slices, size_t n)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    rows, json_pack("{s:s, s:s, s:f, s:I}", "kind", slices[i].kind, "name",
				    slices[i].name, "top1", slices[i].share, "queries",
				    (json_int_t)slices[i].n));
	return rows;
}

static json_t *gap_json(const struct model_quality *quality)
{
	struct slice_name names[N_SLICES];
	struct slice slices[N_SLICES];
	struct slice_gap gap;
	if (!gap_of(quality, names, slices, &gap))
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:f, s:b}", "kind", gap.low->kind, "low",
			 gap.low->name, "high", gap.high->name, "difference", gap.points,
			 "is_shown", gap.is_shown);
}

static json_t *rate_or_null(double rate)
{
	return isnan(rate) ? json_null() : json_real(rate);
}

static json_t *json_of(const struct variant *variant, const struct evaluation *evaluation)
{
	const struct model_quality *quality = &evaluation->quality;
	struct slice_name names[N_SLICES];
	struct slice slices[N_SLICES];
	size_t n = slices_of(quality, 0, names, slices);
	struct macro macro = quality_macro(quality);
	return json_pack(
	    "{s:s, s:s, s:I, s:f, s:f, s:o, s:f, s:f, s:f, s:f, s:o, s:I, s:o, s:o, s:o, "
	    "s:o}",
	    "schema", "joulecart-models-eval-1", "variant", variant->name, "queries",
	    (json_int_t)quality->n, "top1", quality_rate(quality->top1, quality->n), "top5",
	    quality_rate(quality->top5, quality->n), "ndcg10",
	    rate_or_null(quality_ndcg10(quality)), "macro_precision", macro.precision,
	    "macro_recall", macro.recall, "macro_f1", macro.f1, "calibration_error",
	    quality_calibration_error(quality), "majority_top1",
	    rate_or_null(evaluation->majority), "cold_queries",
	    (json_int_t)quality->slices[SLICE_COLD].n, "cold_top1",
	    rate_or_null(quality_slice(quality, SLICE_COLD)), "warm_top1",
	    rate_or_null(quality_slice(quality, SLICE_WARM)), "slices",
	    slices_json(slices, n), "largest_gap", gap_json(quality));
}

static void print_json(const struct variant *variant, const struct evaluation *evaluation)
{
	json_t *object = json_of(variant, evaluation);
	for (size_t i = 0; !evaluation->quality.ranked && i < N_FACE_PARTS; i++) {
		char name[32];
		snprintf(name, sizeof(name), "%s_top1", mirror_parts[i]);
		json_object_set_new(object, name,
				    json_real(quality_rate(evaluation->quality.parts[i],
							   evaluation->quality.n)));
	}
	if (evaluation->has_points)
		json_object_set_new(object, "thresholds", sweep_json(evaluation));
	json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(object);
}

struct options {
	struct recipe recipe;
	struct variant_stack stack;
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
	.usage = "Usage: joulecart models eval VARIANT [OPTION]...\n"
		 "Print how right a trained VARIANT is: top-1, top-5, macro F1, "
		 "calibration and\n"
		 "top-1 of parts of the test queries; for an early-exit variant also what "
		 "other\n"
		 "thresholds would give.\n"
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
	const struct variant *variant = option_variant(
	    &table, argc - first, argv + first, recipe->source.task, &options.stack, why);
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
