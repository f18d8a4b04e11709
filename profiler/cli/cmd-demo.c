/* profiler/cli/cmd-demo.c - joulecart demo: the first half minute. Two small models are trained, their queries
 * measured side by side, and the verdict is given as 'joulecart compare' gives it. */
#include <config.h>

#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/campaign/bench-plan.h"
#include "profiler/campaign/bench-run.h"
#include "profiler/campaign/campaign.h"
#include "profiler/cli/command.h"
#include "profiler/options/measure-options.h"
#include "profiler/options/options.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/compare.h"
#include "reports/figure/shell-word.h"

#include <stdio.h>
#include <unistd.h>

/* Neither needs the teacher, whose training alone takes longer than all of this. */
static const char *const variants[] = { "student-hard", "bag-of-words" };
#define VARIANTS "student-hard,bag-of-words"
/* A verdict takes four pairs; each serves for so long. */
enum { BLOCKS = 6, SECONDS = 1 };

struct options {
	struct campaign_options campaign;
	const char *color;
};

static const struct option_row rows[] = {
	{ "output", 'o', "FILE", "joulecart-demo.db", "database to add to",
	  OPTION_TEXT(struct options, campaign.path) },
	{ "color", 0, "WHEN", "auto", "auto, always or never",
	  OPTION_TEXT(struct options, color), .choices = COLOR_CHOICES,
	  .setting = SETTING_ANY },
	{ OPTION_INCLUDE(measure_rows, struct options, campaign) },
	{ 0 },
};

static const struct option_table table = {
	.command = "demo",
	.usage =
	    "Usage: joulecart demo [OPTION]...\n"
	    "Train two small models, measure what a query of each costs on this machine, "
	    "and\n"
	    "say whether one is cheaper. It takes about 30 seconds.\n"
	    "\n"
	    "  joulecart demo\n"
	    "  joulecart demo --zone DE -o first.db\n",
	.rows = rows,
	.takes_no_operand = true,
};

static const char next[] = "\nWhat next:\n"
			   "  joulecart report %s\n"
			   "      every figure of these trials\n"
			   "  joulecart report -o demo.html %s\n"
			   "      the same with all its evidence, for a browser\n"
			   "  joulecart doctor\n"
			   "      what this machine can measure, and what would help\n"
			   "  joulecart run -- ./my-model\n"
			   "      your own command\n"
			   "  joulecart compare -- './model old' -- './model new'\n"
			   "      your own two commands\n"
			   "  joulecart bench\n"
			   "      all bundled models, trained in full\n";

static void print_verdict(const struct comparison *comparison,
			  const struct options *options, struct arena *arena)
{
	const char *path = shell_path(arena, options->campaign.path);
	compare_text(comparison, wants_color(options->color, STDOUT_FILENO), stdout);
	printf(next, path, path);
}

static int show(struct campaign *campaign, const struct options *options,
		struct problem *why)
{
	const struct compare_options compare = { .campaign_id = campaign->campaign_id,
						 .path = options->campaign.path,
						 .variants = variants,
						 .n_variants = 2 };
	struct arena *arena = arena_new();
	problem_what(why, "cannot compare");
	problem_why(why, "out of memory");
	const struct comparison *comparison =
	    arena ? compare_read(store_db(campaign->store), &compare, arena, why) : NULL;
	if (comparison)
		print_verdict(comparison, options, arena);
	arena_free(arena);
	return comparison ? EXIT_OK : -1;
}

static int run_plan(const struct bench_plan *plan, const struct bench_options *bench,
		    const struct options *options, struct problem *why)
{
	struct campaign campaign;
	if (campaign_begin(&campaign, &options->campaign, why) != 0)
		return -1;
	int code = bench_run(&campaign, plan, bench, why);
	if (code == 0 && (code = campaign_end(&campaign, why)) == 0)
		code = show(&campaign, options, why);
	campaign_close(&campaign);
	return code;
}

/* 1: help was printed. */
static int parse(struct options *options, int argc, char **argv, struct problem *why)
{
	int first = options_parse(&table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	const struct bench_options bench = {
		.variants = VARIANTS, .runs = BLOCKS, .seconds = SECONDS, .seed = 1
	};
	struct options options = {
		.campaign = { .kind = "bench",
			      .argv = argv,
			      .seed = bench.seed,
			      .has_seed = true,
			      .trial = { MEASURE_DEFAULTS, .hide_output = true } },
	};
	struct bench_plan plan;
	int code = parse(&options, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	if (bench_plan_make(&plan, &bench, why) != 0)
		return -1;
	text_say(stderr,
		 "joulecart: two small models are trained, then each answers queries "
		 "%d times: about 30 s",
		 BLOCKS);
	code = run_plan(&plan, &bench, &options, why);
	bench_plan_free(&plan);
	return code;
}

static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_COUNTERS;
}

const struct command command_demo = {
	.name = "demo",
	.group = "Measure",
	.summary = "two small models and a verdict, in half a minute",
	.options = &table,
	.run = run,
	.rights = rights,
};
