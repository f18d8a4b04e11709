/* profiler/cli/cmd-bench.c - joulecart bench: the bundled models, training and inference apart. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/campaign/bench-plan.h"
#include "profiler/campaign/campaign.h"
#include "profiler/campaign/progress.h"
#include "profiler/cli/command.h"
#include "profiler/cli/measure-options.h"
#include "profiler/cli/options.h"
#include "reports/compare/front.h"
#include "reports/render/report.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: joulecart bench [OPTION]...\n"
    "Train the bundled shopping-agent models and answer queries with them, each trial\n"
    "in a process of its own, interleaved across variants; one table at the end.\n"
    "\n"
    "  joulecart bench\n"
    "  joulecart bench --quick --variants teacher,int8 -o shop.db\n"
    "\n"
    "  -o, --output=FILE      database to add to [joulecart.db]\n"
    "      --variants=LIST    comma-separated, or all [all; joulecart models list]\n"
    "  -r, --trials=N         inference trials of each variant [8; 3 with --quick]\n"
    "                         (also --runs)\n"
    "      --seconds=S        steady phase of an inference trial [3; 1 with --quick]\n"
    "      --quick            few and short trials: a first look\n"
    "      --samples=N        train on at most N queries [each variant's own]\n"
    "      --data=FILE        your own queries (joulecart models data --json)\n"
    "      --no-train         inference only, with the models trained before\n"
    "      --seed=N           of data, training and the order of trials [1]\n" MEASURE_USAGE
    "      --json             the table as JSON\n"
    "  -h, --help             this text\n";

struct options {
	struct campaign_options campaign;
	struct bench_options bench;
	bool json;
};

enum {
	OPT_VARIANTS = 256,
	OPT_SECONDS,
	OPT_QUICK,
	OPT_SAMPLES,
	OPT_DATA,
	OPT_NO_TRAIN,
	OPT_SEED,
	OPT_JSON
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "variants", required_argument, NULL, OPT_VARIANTS },
	{ "trials", required_argument, NULL, 'r' },
	{ "runs", required_argument, NULL, 'r' },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "quick", no_argument, NULL, OPT_QUICK },
	{ "samples", required_argument, NULL, OPT_SAMPLES },
	{ "data", required_argument, NULL, OPT_DATA },
	{ "no-train", no_argument, NULL, OPT_NO_TRAIN },
	{ "seed", required_argument, NULL, OPT_SEED },
	MEASURE_LONG_OPTIONS,
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int set_plan_option(struct bench_options *bench, int code, struct problem *why)
{
	int64_t seed;
	switch (code) {
	case 'r':
		bench->runs = parse_count("--trials", optarg, 1, 10000, why);
		return bench->runs < 0 ? -1 : 0;
	case OPT_VARIANTS:
		bench->variants = optarg;
		return 0;
	case OPT_SECONDS:
		bench->seconds = parse_count("--seconds", optarg, 1, 3600, why);
		return bench->seconds < 0 ? -1 : 0;
	case OPT_QUICK:
		bench->quick = true;
		return 0;
	case OPT_DATA:
		bench->data = optarg;
		return 0;
	case OPT_SAMPLES:
		bench->samples = parse_count("--samples", optarg, 1, 1000000000, why);
		return bench->samples < 0 ? -1 : 0;
	case OPT_NO_TRAIN:
		bench->skip_training = true;
		return 0;
	default: /* OPT_SEED */
		seed = parse_count("--seed", optarg, 0, UINT32_MAX, why);
		bench->seed = (uint64_t)seed;
		return seed < 0 ? -1 : 0;
	}
}

static int set_option(struct options *options, int code, char **argv, struct problem *why)
{
	int taken = measure_option(&options->campaign, code, optarg, why);
	if (taken <= 0)
		return taken;
	switch (code) {
	case 'o':
		options->campaign.path = optarg;
		return 0;
	case OPT_JSON:
		options->json = true;
		return 0;
	case '?':
	case ':':
		return option_problem(argv, code, why);
	default:
		return set_plan_option(&options->bench, code, why);
	}
}

/* 1: help was printed. */
static int parse(struct options *options, int argc, char **argv, struct problem *why)
{
	int code;
	struct bench_options *bench = &options->bench;
	while ((code = getopt_long(argc, argv, ":o:r:h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), 1;
		if (set_option(options, code, argv, why) != 0)
			return -1;
	}
	if (optind != argc)
		return operand_problem("bench", "options only", why);
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
			"free core (--no-train uses those of before)\n",
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
			      .path = "joulecart.db",
			      .argv = argv,
			      .trial = { MEASURE_DEFAULTS, .hide_output = true } },
		.bench = { .seed = 1 },
	};
	struct bench_plan plan;
	int code = parse(&options, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	if (bench_plan_make(&plan, &options.bench, why) != 0)
		return -1;
	if (plan.models.left_out[0])
		fprintf(stderr, "joulecart: left out: %s\n", plan.models.left_out);
	tell_training(&plan);
	code = run_plan(&plan, &options, why);
	bench_plan_free(&plan);
	return code;
}

const struct command command_bench = {
	.name = "bench",
	.group = "Measure",
	.summary = "the bundled variants, interleaved",
	.run = run,
};
