/* profiler/cli/cmd-bench.c - joulecart bench: the bundled models, training and inference apart. */
#include <config.h>

#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/campaign/bench-plan.h"
#include "profiler/campaign/bench-run.h"
#include "profiler/campaign/campaign.h"
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
	{ "trials", 'r', "N", NULL, "inference trials of each variant [8; 4 with --quick]",
	  OPTION_COUNT(struct options, bench.runs, 1, 1e4), .also = "runs" },
	{ "seconds", 0, "S", NULL, "steady phase of an inference trial [3; 1 with --quick]",
	  OPTION_COUNT(struct options, bench.seconds, 1, 3600) },
	{ "quick", 0, NULL, NULL, "few and short trials: a first look",
	  OPTION_FLAG(struct options, bench.quick) },
	{ "samples", 0, "N", NULL, "train on at most N queries [each variant's own]",
	  OPTION_COUNT(struct options, bench.samples, 1, 1e9) },
	{ "task", 0, "TASK", NULL,
	  "agent: shoppers' queries; mirror: pictures of faces [agent]",
	  OPTION_TEXT(struct options, bench.task), .choices = "agent|mirror" },
	{ "data", 0, "FILE", NULL, "your own queries (see joulecart models data --json)",
	  OPTION_TEXT(struct options, bench.data) },
	{ "no-train", 0, NULL, NULL, "inference only, with the models trained before",
	  OPTION_FLAG(struct options, bench.skip_training) },
	{ "seed", 0, "N", "1", "random seed of the data, training and trial order",
	  OPTION_COUNT(struct options, bench.seed, 0, UINT32_MAX) },
	{ "json", 0, NULL, NULL, "print the table as JSON",
	  OPTION_FLAG(struct options, json) },
	{ "layers", 0, NULL, NULL, "mark each layer, for 'joulecart report --layers'",
	  OPTION_FLAG(struct options, bench.layers) },
	{ "sessions", 0, NULL, NULL,
	  "serve whole sessions of a shopper, of 3 to 7 queries each",
	  OPTION_FLAG(struct options, bench.sessions) },
	{ "mix", 0, "LIST", NULL,
	  "of sessions: parts that take so many queries [3:25,4:30,5:25,6:12,7:8]",
	  OPTION_TEXT(struct options, bench.mix) },
	{ "think", 0, "S", "0.1", "seconds without a query between rounds of sessions",
	  OPTION_REAL(struct options, bench.think_s, 0, 60) },
	{ OPTION_INCLUDE(measure_rows, struct options, campaign) },
	{ 0 },
};

static const struct option_table table = {
	.command = "bench",
	.usage = "Usage: joulecart bench [OPTION]...\n"
		 "Train the bundled models and answer queries with them. Each trial is a "
		 "process\n"
		 "of its own, interleaved across variants; a table ends the run.\n"
		 "\n"
		 "  joulecart bench\n"
		 "  joulecart bench --quick --variants teacher,int8 -o shop.db\n",
	.rows = rows,
	.takes_no_operand = true,
};

/* 1: help was printed. */
static int parse(struct options *options, int argc, char **argv, struct problem *why)
{
	struct bench_options *bench = &options->bench;
	int first = options_parse(&table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (bench->mix && !bench->sessions) {
		problem_what(why, "--mix without --sessions");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "give --sessions too",
				      "a mix is one of sessions");
	}
	if (bench->task && strcmp(bench->task, "agent") == 0)
		bench->task = NULL;
	if (bench->task && (bench->sessions || bench->data)) {
		problem_what(why, "--task %s with --sessions or --data", bench->task);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "leave them out", "both are of the agent alone");
	}
	if (!bench->runs)
		bench->runs = bench->quick ? 4 : 8;
	if (!bench->seconds)
		bench->seconds = bench->quick ? 1 : 3;
	options->campaign.seed = bench->seed;
	options->campaign.has_seed = true;
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
	int code = bench_run(&campaign, plan, &options->bench, why);
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
	for (size_t i = 0; i < plan.models.n_left_out; i++)
		text_say(stderr, "joulecart: left out: %s: %s",
			 plan.models.left_out[i].name, plan.models.left_out[i].why);
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
