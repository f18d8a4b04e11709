/* profiler/cli/cmd-bench.c - joulecart bench: the bundled models, training and inference apart. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/campaign/bench-plan.h"
#include "profiler/campaign/campaign.h"
#include "profiler/campaign/progress.h"
#include "profiler/cli/command.h"
#include "profiler/options/measure-options.h"
#include "reports/compare/front.h"
#include "reports/render/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
	struct campaign_options campaign;
	struct bench_options bench;
	bool json;
};

static const struct option_row rows[] = {
	{ "output", 'o', "FILE", "joulecart.db", "database to add to",
	  OPTION_TEXT(struct options, campaign.path), .setting = SETTING_FILE },
	{ "variants", 0, "LIST", NULL,
	  "comma-separated, or all [all; joulecart models list]",
	  OPTION_TEXT(struct options, bench.variants), .values = VALUES_VARIANTS },
	{ "trials", 'r', "N", NULL, "inference trials of each variant [8; 3 with --quick]",
	  OPTION_COUNT(struct options, bench.runs, 1, 1e4), .also = "runs" },
	{ "seconds", 0, "S", NULL, "steady phase of an inference trial [3; 1 with --quick]",
	  OPTION_COUNT(struct options, bench.seconds, 1, 3600) },
	{ "quick", 0, NULL, NULL, "few and short trials: a first look",
	  OPTION_FLAG(struct options, bench.quick) },
	{ "samples", 0, "N", NULL, "train on at most N queries [each variant's own]",
	  OPTION_COUNT(struct options, bench.samples, 1, 1e9) },
	{ "data", 0, "FILE", NULL, "your own queries (see joulecart models data --json)",
	  OPTION_TEXT(struct options, bench.data) },
	{ "no-train", 0, NULL, NULL, "inference only, with the models trained before",
	  OPTION_FLAG(struct options, bench.skip_training) },
	{ "seed", 0, "N", "1", "random seed of the data, training and trial order",
	  OPTION_COUNT(struct options, bench.seed, 0, UINT32_MAX) },
	{ "json", 0, NULL, NULL, "print the table as JSON",
	  OPTION_FLAG(struct options, json) },
	{ OPTION_INCLUDE(measure_rows, struct options, campaign) },
	{ 0 },
};

static const struct option_table table = {
	.command = "bench",
	.usage =
	    "Usage: joulecart bench [OPTION]...\n"
	    "Train the bundled shopping-agent models and answer queries with them. Each "
	    "trial\n"
	    "is a process of its own, interleaved across variants; a table ends the run.\n"
	    "\n"
	    "  joulecart bench\n"
	    "  joulecart bench --quick --variants teacher,int8 -o shop.db\n",
	.rows = rows,
};

/* 1: help was printed. */
static int parse(struct options *options, int argc, char **argv, struct problem *why)
{
	struct bench_options *bench = &options->bench;
	int first = options_parse(&table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (first != argc)
		return options_operand_problem(&table, "options only", why);
	if (!bench->runs)
		bench->runs = bench->quick ? 3 : 8;
	if (!bench->seconds)
		bench->seconds = bench->quick ? 1 : 3;
	options->campaign.seed = bench->seed;
	options->campaign.has_seed = true;
	return 0;
}

static int trial_failed(const struct bench_step *step, const struct trial_result *result,
			struct problem *why)
{
	problem_what(why, "cannot %s '%s'", step->job, step->variant);
	if (result->end.interrupted)
		problem_why(why, "interrupted; what was sampled is kept");
	else if (result->end.exit_signal > 0)
		problem_why(why, "killed by SIG%s", sigabbrev_np(result->end.exit_signal));
	else
		problem_why(why, "exit status %d", result->end.exit_code);
	if (result->end.interrupted)
		why->exit_status = EXIT_SIGNAL_BASE + result->end.interrupted;
	else if (result->end.exit_signal > 0)
		why->exit_status = result->status;
	return -1;
}

/* An inference trial takes its steady phase and about as long again to load and warm up; how
 * long training takes is only known from the trials of this campaign. */
static int64_t time_left(const struct bench_plan *plan, size_t next,
			 const struct bench_options *bench, int64_t infer_ns,
			 size_t n_infer)
{
	if (strcmp(plan->steps[next].job, "train") == 0)
		return 0;
	double each_ns = n_infer ? (double)infer_ns / (double)n_infer
				 : 1.5e9 * (double)bench->seconds;
	return (int64_t)(each_ns * (double)(plan->n - next));
}

static int run_steps(struct campaign *campaign, const struct bench_plan *plan,
		     const struct bench_options *bench, struct problem *why)
{
	int64_t infer_ns = 0;
	size_t n_infer = 0;
	for (size_t i = 0; i < plan->n; i++) {
		const struct bench_step *step = &plan->steps[i];
		const struct campaign_trial trial = { step->variant, step->job, step->argv,
						      step->block,   false,     0 };
		struct trial_result result;
		int64_t begin_ns = monotonic_ns();
		progress_show(i + 1, plan->n, step->job, step->variant,
			      time_left(plan, i, bench, infer_ns, n_infer));
		int code = campaign_run(campaign, &trial, &result, why);
		progress_clear();
		if (code != 0 || !result.is_stored)
			return -1;
		if (result.status != 0 || result.end.interrupted)
			return trial_failed(step, &result, why);
		if (strcmp(step->job, "infer") == 0) {
			infer_ns += monotonic_ns() - begin_ns;
			n_infer++;
		}
	}
	return 0;
}

/* Nobody should wonder for minutes what goes on. Said on a terminal alone, as progress is. */
static void tell_training(const struct bench_plan *plan)
{
	const double noticed_s = 20;
	size_t n = 0;
	while (n < plan->n && strcmp(plan->steps[n].job, "train") == 0)
		n++;
	if (isatty(STDERR_FILENO) && plan->training_cpu_s > noticed_s)
		fprintf(stderr,
			"joulecart: %zu models are trained first: about %.0f min on one "
			"free core (--no-train uses the models trained before)\n",
			n, ceil(plan->training_cpu_s / 60));
}

/* Which to choose, where there is a choice. */
static int print_front(struct campaign *campaign, const struct options *options,
		       struct problem *why)
{
	const struct compare_options compare = { .campaign_id = campaign->campaign_id,
						 .path = options->campaign.path };
	struct arena *arena = arena_new();
	struct problem none;
	const struct comparison *comparison =
	    arena ? compare_read(store_db(campaign->store), &compare, arena, &none) : NULL;
	int code = 0;
	if (comparison && comparison->is_per_query && comparison->quality_name) {
		fputc('\n', stdout);
		code = front_text(comparison, 0, stdout, why);
	}
	arena_free(arena);
	return code;
}

static int print_table(struct campaign *campaign, const struct options *options,
		       struct problem *why)
{
	const struct report_options report = { .campaign_id = campaign->campaign_id,
					       .path = options->campaign.path };
	int code = report_render(store_db(campaign->store), options->json ? "json" : "text",
				 stdout, &report, why);
	return code == 0 && !options->json ? print_front(campaign, options, why) : code;
}

static int run_plan(const struct bench_plan *plan, const struct options *options,
		    struct problem *why)
{
	struct campaign campaign;
	if (campaign_begin(&campaign, &options->campaign, why) != 0)
		return -1;
	int code = run_steps(&campaign, plan, &options->bench, why);
	if (code == 0 && (code = campaign_end(&campaign, why)) == 0)
		code = print_table(&campaign, options, why);
	campaign_close(&campaign);
	return code;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = {
		.campaign = { .kind = "bench",
			      .argv = argv,
			      .trial = { MEASURE_DEFAULTS, .hide_output = true } },
	};
	struct bench_plan plan;
	int code = parse(&options, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	if (bench_plan_make(&plan, &options.bench, why) != 0)
		return -1;
	if (plan.models.left_out[0])
		text_say(stderr, "joulecart: left out: %s", plan.models.left_out);
	tell_training(&plan);
	code = run_plan(&plan, &options, why);
	bench_plan_free(&plan);
	return code;
}

static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_COUNTERS;
}

const struct command command_bench = {
	.name = "bench",
	.group = "Measure",
	.summary = "the bundled variants, interleaved",
	.options = &table,
	.run = run,
	.rights = rights,
};
