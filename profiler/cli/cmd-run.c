/* profiler/cli/cmd-run.c - joulecart run: measure any command. */
#include <config.h>

#include "base/number.h"
#include "base/problem.h"
#include "profiler/campaign/campaign.h"
#include "profiler/cli/command.h"
#include "profiler/cli/plot-output.h"
#include "profiler/launch/find-command.h"
#include "profiler/options/measure-options.h"
#include "reports/render/report.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --json[=FILE] */
struct json_output {
	bool is_wanted;
	const char *path; /* NULL: standard output */
};

struct run_options {
	struct campaign_options campaign;
	int64_t trials, warmups, queries;
	const char *name;
	bool quiet;
	struct json_output json;
	struct plot_option plot;
	char **command;
};

/* --profile[=HZ]. 97: no multiple of the rates at which programs do things. */
enum { PROFILE_HZ_DEFAULT = 97, PROFILE_HZ_MOST = 10000 };

static int take_profile(void *hz, const char *text, struct problem *why)
{
	double wanted = PROFILE_HZ_DEFAULT;
	if (text && (!number_read(text, &wanted) || wanted < 1 ||
		     wanted > PROFILE_HZ_MOST || wanted != floor(wanted)))
		return options_invalid(
		    "profile", text, "a whole number from 1 to 10000 a second is expected",
		    why);
	*(uint32_t *)hz = (uint32_t)wanted;
	return 0;
}

/* --stacks HOW. 8192: the stacks of most programs, and what perf record takes. */
enum { STACK_BYTES_DEFAULT = 8192 };

static int take_stacks(void *bytes, const char *text, struct problem *why)
{
	static const char dwarf[] = "dwarf,";
	double wanted = STACK_BYTES_DEFAULT;
	if (strcmp(text, "frame-pointers") == 0)
		wanted = 0;
	else if (strcmp(text, "dwarf") != 0 &&
		 (strncmp(text, dwarf, sizeof(dwarf) - 1) != 0 ||
		  !number_read(text + sizeof(dwarf) - 1, &wanted) ||
		  wanted < STACK_BYTES_LEAST || wanted > STACK_BYTES_MOST ||
		  wanted != floor(wanted) || fmod(wanted, 8) != 0))
		return options_invalid("stacks", text,
				       "frame-pointers, dwarf or dwarf,BYTES is expected, "
				       "a multiple of 8 from 1024 to 61440",
				       why);
	*(uint32_t *)bytes = (uint32_t)wanted;
	return 0;
}

static int take_job(void *job, const char *text, struct problem *why)
{
	if (!*text || strlen(text) > JOB_NAME_BYTES)
		return options_invalid("job", text, "a name of 1 to 128 bytes is expected",
				       why);
	*(const char **)job = text;
	return 0;
}

static int take_json(void *json, const char *text, struct problem *why)
{
	(void)why;
	*(struct json_output *)json = (struct json_output){ true, text };
	return 0;
}

/* The patterns are made with the first of them, and freed with the run. */
static struct line_patterns *patterns_of(void *member, struct problem *why)
{
	struct line_patterns **patterns = member;
	if (!*patterns)
		*patterns = line_patterns_new();
	if (!*patterns)
		problem_errno(why, ENOMEM);
	return *patterns;
}

static int take_phase_pattern(void *member, const char *text, struct problem *why)
{
	struct line_patterns *patterns = patterns_of(member, why);
	return patterns ? line_patterns_add_phase(patterns, text, why) : -1;
}

static int take_phase_end(void *member, const char *text, struct problem *why)
{
	struct line_patterns *patterns = patterns_of(member, why);
	return patterns ? line_patterns_add_end(patterns, text, why) : -1;
}

static int take_query_pattern(void *member, const char *text, struct problem *why)
{
	struct line_patterns *patterns = patterns_of(member, why);
	return patterns ? line_patterns_add_query(patterns, text, why) : -1;
}

static int take_query_source(void *member, const char *text, struct problem *why)
{
	return query_source_parse(member, text, why);
}

static int take_quality_source(void *member, const char *text, struct problem *why)
{
	return quality_source_parse(member, text, why);
}

#define OUTPUT(member) campaign.trial.output.member

static const struct option_row rows[] = {
	{ "output", 'o', "FILE", "joulecart.db", "database to add to",
	  OPTION_TEXT(struct run_options, campaign.path), .setting = SETTING_FILE },
	{ "queries", 0, "N", NULL, "COMMAND answered N queries: adds joules per query",
	  OPTION_COUNT(struct run_options, queries, 1, OPTION_COUNT_MOST) },
	{ "trials", 'r', "N", "1", "run COMMAND N times",
	  OPTION_COUNT(struct run_options, trials, 1, 1e6), .also = "runs" },
	{ "warmup", 'w', "N", "0", "warm-up runs, left out of the figures",
	  OPTION_COUNT(struct run_options, warmups, 0, 1e6) },
	{ "name", 0, "LABEL", NULL, "what reports call COMMAND [its file name]",
	  OPTION_TEXT(struct run_options, name) },
	{ "job", 0, "NAME", NULL,
	  "the job of which COMMAND is a rank [what mpirun or srun calls it]",
	  OPTION_OWN(struct run_options, campaign.job, take_job) },
	{ "quiet", 'q', NULL, NULL, "print no summary",
	  OPTION_FLAG(struct run_options, quiet) },
	{ "json", 0, "[FILE]", NULL, "print the figures as JSON, or write them to FILE",
	  OPTION_OWN(struct run_options, json, take_json) },
	{ "plot", 0, "[FILE]", NULL,
	  "draw power over time, on the screen or into FILE.svg or FILE.png",
	  OPTION_OWN(struct run_options, plot, take_plot),
	  .expected = "FILE.svg or FILE.png is expected" },
	{ "profile", 0, "[HZ]", NULL,
	  "sample COMMAND's stacks, for 'report --functions' [97 a second of CPU time]",
	  OPTION_OWN(struct run_options, campaign.trial.profile.hz, take_profile) },
	{ "stacks", 0, "HOW", "frame-pointers",
	  "how --profile finds callers: frame-pointers, or dwarf[,BYTES] of each stack",
	  OPTION_OWN(struct run_options, campaign.trial.profile.stack_bytes, take_stacks) },
	{ OPTION_HEADING("Of a program that cannot be changed") },
	{ "phase-pattern", 0, "NAME=REGEX", NULL,
	  "a line that COMMAND prints begins the phase NAME; again for others",
	  OPTION_OWN(struct run_options, OUTPUT(patterns), take_phase_pattern) },
	{ "phase-end", 0, "REGEX", NULL, "a line that ends the phase",
	  OPTION_OWN(struct run_options, OUTPUT(patterns), take_phase_end) },
	{ "query-pattern", 0, "REGEX", NULL,
	  "each such line is a query, or as many as its first group says",
	  OPTION_OWN(struct run_options, OUTPUT(patterns), take_query_pattern) },
	{ "queries-from", 0, "WHERE", NULL,
	  "read the number after the run: FILE, json:KEY or last-number of the output",
	  OPTION_OWN(struct run_options, OUTPUT(queries), take_query_source) },
	{ "quality-from", 0, "json:KEY", NULL,
	  "how good the answers were: that number of a line that is a JSON object",
	  OPTION_OWN(struct run_options, OUTPUT(quality), take_quality_source) },
	{ OPTION_INCLUDE(measure_rows, struct run_options, campaign) },
	{ 0 },
};

static const struct option_table table = {
	.command = "run",
	.usage =
	    "Usage: joulecart run [OPTION]... -- COMMAND [ARG]...\n"
	    "Run COMMAND, measure it and all its children until the last one exits, and\n"
	    "store one trial. Its output, input, signals and exit status pass through.\n"
	    "\n"
	    "  joulecart run -- ./serve int8 queries.bin\n"
	    "  joulecart run --queries 50000 --zone GB -- ./serve int8 queries.bin\n"
	    "  joulecart run --require-measured -o ci.db -- make bench\n",
	.rows = rows,
	.operands = { VALUES_COMMANDS },
	.notes =
	    "Exit status: that of COMMAND; 125 joulecart failed or refused to start; 126\n"
	    "COMMAND cannot be executed; 127 it was not found; 128+N signal N killed it.\n",
	.ends_at_operand = true,
};

/* 1: help was printed. */
static int parse(struct run_options *options, int argc, char **argv, struct problem *why)
{
	int first = options_parse(&table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (first == argc)
		return options_operand_problem(&table, "a command", why);
	if (options->campaign.trial.profile.stack_bytes > 0 &&
	    options->campaign.trial.profile.hz == 0) {
		problem_what(why, "cannot follow stacks");
		why->kind = PROBLEM_USAGE;
		problem_why(why, "--stacks is about those that --profile samples");
		return problem_todo(why, "add --profile, or leave out --stacks");
	}
	options->command = argv + first;
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
	FILE *out = options->json.path ? fopen(options->json.path, "we") : stdout;
	if (!out) {
		problem_what(why, "cannot write '%s'", options->json.path);
		return problem_errno(why, errno);
	}
	int code = report_render(store_db(campaign->store), "json", out, &report, why);
	if (options->json.path && fclose(out) != 0 && code == 0) {
		problem_what(why, "cannot write '%s'", options->json.path);
		code = problem_errno(why, errno);
	}
	return code;
}

static int print_figures(struct campaign *campaign, const struct run_options *options,
			 struct problem *why)
{
	const struct report_options report = { .campaign_id = campaign->campaign_id,
					       .path = options->campaign.path };
	if (options->json.is_wanted && print_json(campaign, options, why) != 0)
		return -1;
	if (options->quiet || (options->json.is_wanted && !options->json.path))
		return 0;
	return footer_render(store_db(campaign->store), stderr, &report, why);
}

static int print_plot(struct campaign *campaign, const struct run_options *options,
		      struct problem *why)
{
	if (!options->plot.is_wanted)
		return 0;
	return plot_output_power(store_db(campaign->store), campaign->campaign_id, NULL,
				 options->plot.path, true, stderr, why);
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
	if (campaign_end(campaign, why) != 0)
		return keep_status(status, why);
	if (print_figures(campaign, options, why) == 0 &&
	    print_plot(campaign, options, why) == 0)
		return status;
	/* The trial is stored, and a report can be had from it at any time. */
	why->is_status_kept = true;
	return keep_status(status, why);
}

/* What the options ask for, from the first look for the command on. */
static int run_wished(const struct run_options *options, struct problem *why)
{
	struct campaign campaign;
	int code = find_command(options->command[0], why);
	if (code != 0)
		return keep_status(code, why);
	if (campaign_begin(&campaign, &options->campaign, why) != 0)
		return -1;
	int status = run_campaign(&campaign, options, why);
	campaign_close(&campaign);
	return status;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct run_options options = {
		.campaign = { .kind = "run", .argv = argv, .trial = { MEASURE_DEFAULTS } },
	};
	char path[PATH_MAX];
	int code = parse(&options, argc, argv, why);
	if (code == 0 &&
	    campaign_name_file(&options.campaign, path, sizeof(path), why) != 0)
		code = -1;
	int status = code > 0 ? EXIT_OK : code < 0 ? -1 : run_wished(&options, why);
	line_patterns_free(options.OUTPUT(patterns));
	return status;
}

static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_COUNTERS;
}

const struct command command_run = {
	.name = "run",
	.group = "Measure",
	.summary = "any command",
	.options = &table,
	.run = run,
	.rights = rights,
	.failed_status = EXIT_RUN_FAILED,
};
