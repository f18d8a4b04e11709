/* profiler/cli/cmd-run.c - joulecart run: measure any command. */
#include <config.h>

#include "base/problem.h"
#include "profiler/campaign/campaign.h"
#include "profiler/cli/command.h"
#include "profiler/cli/measure-options.h"
#include "profiler/cli/options.h"
#include "profiler/launch/find-command.h"
#include "reports/render/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "Usage: joulecart run [OPTION]... -- COMMAND [ARG]...\n"
    "Run COMMAND, measure it and all its children until the last one exits, and\n"
    "store one trial. Its output, input, signals and exit status pass through.\n"
    "\n"
    "  joulecart run -- ./serve int8 queries.bin\n"
    "  joulecart run --queries 50000 --zone GB -- ./serve int8 queries.bin\n"
    "  joulecart run --require-measured -o ci.db -- make bench\n"
    "\n"
    "  -o, --output=FILE      database to add to [joulecart.db]\n"
    "      --queries=N        COMMAND answered N queries: adds J per query\n"
    "  -r, --trials=N         run N times [1]\n"
    "                         (also --runs)\n"
    "  -w, --warmup=N         run N times before, kept out of the figures [0]\n"
    "      --name=LABEL       what reports call COMMAND [its file name]\n" MEASURE_USAGE
    "  -q, --quiet            no footer\n"
    "      --json[=FILE]      the figures as JSON, to FILE or standard output\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit: COMMAND's own; 125 joulecart failed or refused, 126 not executable,\n"
    "127 not found, 128+N killed by signal N.\n";

static const int64_t MAX_TRIALS = 1000000;

struct run_options {
	struct campaign_options campaign;
	int64_t trials, warmups, queries;
	const char *name;
	bool quiet, json;
	const char *json_file; /* NULL: standard output */
	char **command;
};

enum { OPT_QUERIES = 256, OPT_NAME, OPT_JSON };

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "queries", required_argument, NULL, OPT_QUERIES },
	{ "trials", required_argument, NULL, 'r' },
	{ "runs", required_argument, NULL, 'r' },
	{ "warmup", required_argument, NULL, 'w' },
	MEASURE_LONG_OPTIONS,
	{ "name", required_argument, NULL, OPT_NAME },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", optional_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int set_count(int64_t *count, const char *option, int64_t min, struct problem *why)
{
	*count = parse_count(option, optarg, min, MAX_TRIALS, why);
	return *count < 0 ? -1 : 0;
}

static int set_option(struct run_options *options, int code, char **argv,
		      struct problem *why)
{
	int taken = measure_option(&options->campaign, code, optarg, why);
	if (taken <= 0)
		return taken;
	switch (code) {
	case 'o':
		options->campaign.path = optarg;
		return 0;
	case 'r':
		return set_count(&options->trials, "--trials", 1, why);
	case 'w':
		return set_count(&options->warmups, "--warmup", 0, why);
	case OPT_QUERIES:
		options->queries = parse_count("--queries", optarg, 1, INT64_MAX, why);
		return options->queries < 0 ? -1 : 0;
	case OPT_NAME:
		options->name = optarg;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case OPT_JSON:
		options->json = true;
		options->json_file = optarg;
		return 0;
	default:
		return option_problem(argv, code, why);
	}
}

/* 1: help was printed. */
static int parse(struct run_options *options, int argc, char **argv, struct problem *why)
{
	int code;
	while ((code = getopt_long(argc, argv, "+:o:r:w:qh", long_options, NULL)) != -1) {
		if (code == 'h') {
			fputs(usage, stdout);
			return 1;
		}
		if (set_option(options, code, argv, why) != 0)
			return -1;
	}
	if (optind == argc)
		return operand_problem("run", "a command", why);
	options->command = argv + optind;
	if (!options->name) {
		const char *slash = strrchr(options->command[0], '/');
		options->name = slash && slash[1] ? slash + 1 : options->command[0];
	}
	return 0;
}

static int print_json(struct campaign *campaign, const struct run_options *options,
		      struct problem *why)
{
	const struct report_options report = { .campaign_id = campaign->campaign_id,
					       .path = options->campaign.path };
	FILE *out = options->json_file ? fopen(options->json_file, "we") : stdout;
	if (!out) {
		problem_what(why, "cannot write '%s'", options->json_file);
		return problem_errno(why, errno);
	}
	int code = report_render(store_db(campaign->store), "json", out, &report, why);
	if (options->json_file && fclose(out) != 0 && code == 0) {
		problem_what(why, "cannot write '%s'", options->json_file);
		code = problem_errno(why, errno);
	}
	return code;
}

static int print_figures(struct campaign *campaign, const struct run_options *options,
			 struct problem *why)
{
	const struct report_options report = { .campaign_id = campaign->campaign_id,
					       .path = options->campaign.path };
	if (options->json && print_json(campaign, options, why) != 0)
		return -1;
	if (options->quiet || (options->json && !options->json_file))
		return 0;
	return footer_render(store_db(campaign->store), stderr, &report, why);
}

/* What joulecart could not do does not hide that the command failed too. */
static int keep_status(int status, struct problem *why)
{
	why->exit_status = status;
	return -1;
}

/* A command that takes an interruption well has done so for one trial, not for those that
 * were to follow. */
static int status_of(const struct trial_result *result, bool is_last)
{
	bool is_cut_short = result->end.interrupted && !is_last;
	return is_cut_short && result->status == EXIT_OK
		   ? EXIT_SIGNAL_BASE + result->end.interrupted
		   : result->status;
}

/* All trials, warm-ups first; stops at the first that fails, is killed or interrupted, so that
 * a broken command does not run a hundred times. Returns the command's status. */
static int run_trials(struct campaign *campaign, const struct run_options *options,
		      struct problem *why)
{
	int status = EXIT_OK;
	int64_t n = options->warmups + options->trials;
	for (int64_t i = 0; i < n && status == EXIT_OK; i++) {
		bool is_warmup = i < options->warmups;
		const struct campaign_trial trial = {
			.variant = options->name,
			.job = "command",
			.argv = options->command,
			.block = is_warmup ? 0 : i - options->warmups + 1,
			.is_warmup = is_warmup,
			.queries = options->queries,
		};
		struct trial_result result;
		int code = campaign_run(campaign, &trial, &result, why);
		status = status_of(&result, i == n - 1);
		if (code != 0 || !result.is_stored)
			return keep_status(status, why);
	}
	return status;
}

/* The campaign that has begun. Returns the exit status, or -1 with *why. */
static int run_campaign(struct campaign *campaign, const struct run_options *options,
			struct problem *why)
{
	int status = run_trials(campaign, options, why);
	if (status < 0)
		return -1;
	if (campaign_end(campaign, why) != 0 || print_figures(campaign, options, why) != 0)
		return keep_status(status, why);
	return status;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct run_options options = {
		.campaign = { .kind = "run",
			      .path = "joulecart.db",
			      .argv = argv,
			      .trial = { MEASURE_DEFAULTS } },
		.trials = 1,
	};
	struct campaign campaign;
	int code = parse(&options, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	code = find_command(options.command[0], why);
	if (code != 0)
		return keep_status(code, why);
	if (campaign_begin(&campaign, &options.campaign, why) != 0)
		return -1;
	int status = run_campaign(&campaign, &options, why);
	campaign_close(&campaign);
	return status;
}

const struct command command_run = {
	.name = "run",
	.group = "Measure",
	.summary = "a command",
	.run = run,
	.failed_status = EXIT_RUN_FAILED,
};
