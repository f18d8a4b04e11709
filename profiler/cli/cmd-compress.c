/* profiler/cli/cmd-compress.c - joulecart compress: the best that fits a budget. */
#include <config.h>

#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/campaign/compare-commands.h"
#include "profiler/cli/command.h"
#include "profiler/compress/agent.h"
#include "profiler/compress/compress-run.h"
#include "profiler/compress/compress-text.h"
#include "profiler/options/measure-options.h"
#include "profiler/options/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	struct campaign_options campaign;
	struct compress_options compress;
	struct agent agent; /* where no command is given */
	int64_t samples;
	const char *data;
	bool is_resumed, show_output, json;
};

static int take_budget(void *budget, const char *text, struct problem *why)
{
	return budget_read(budget, text, why);
}

static int take_levels(void *techniques, const char *text, struct problem *why)
{
	return levels_add(techniques, text, why);
}

static int take_quality(void *quality, const char *text, struct problem *why)
{
	return quality_read(quality, text, why);
}

static int take_quality_source(void *source, const char *text, struct problem *why)
{
	return quality_source_parse(source, text, why);
}

static int take_query_source(void *source, const char *text, struct problem *why)
{
	return query_source_parse(source, text, why);
}

#define OUTPUT(member) campaign.trial.output.member

static const struct option_row rows[] = {
	{ "budget", 0, "LIMIT", NULL,
	  "'2 mJ/query', '5 J/run', '3 ms p99', '4 MB', or 'METRIC <= X'",
	  OPTION_OWN(struct options, compress.budget, take_budget) },
	{ "levels", 0, "NAME=MILD:STRONG", NULL,
	  "what {NAME} may be, or NAME=A,B,C; repeat for each technique",
	  OPTION_OWN(struct options, compress.techniques, take_levels) },
	{ "quality", 0, "LIMIT", NULL,
	  "'accuracy >= 86 %', 'loss <= 0.3', or the metric's name alone",
	  OPTION_OWN(struct options, compress.quality, take_quality) },
	{ "quality-from", 0, "json:KEY", NULL,
	  "read it from a line of the output that is a JSON object; one of the two is "
	  "needed",
	  OPTION_OWN(struct options, OUTPUT(quality), take_quality_source) },
	{ "test-queries", 0, "N", NULL,
	  "the quality is a share of N answers: counts in its interval",
	  OPTION_COUNT(struct options, compress.test_queries, 1, OPTION_COUNT_MOST) },
	{ "queries", 0, "N", NULL, "each trial answers N queries: joules per query",
	  OPTION_COUNT(struct options, compress.queries, 1, OPTION_COUNT_MOST) },
	{ "queries-from", 0, "WHERE", NULL,
	  "read the number after the run: FILE, json:KEY or last-number of the output",
	  OPTION_OWN(struct options, OUTPUT(queries), take_query_source) },
	{ "samples", 0, "N", NULL,
	  "of the bundled agent: train on at most N queries [each variant's own]",
	  OPTION_COUNT(struct options, samples, 32, 1e7) },
	{ "data", 0, "FILE", NULL,
	  "of the bundled agent: your own queries (see joulecart models data --json)",
	  OPTION_TEXT(struct options, data) },
	{ "output", 'o', "FILE", "joulecart.db", "database to add to",
	  OPTION_TEXT(struct options, campaign.path), .setting = SETTING_FILE },
	{ "resume", 0, NULL, NULL, "go on with the search that was cut off in FILE",
	  OPTION_FLAG(struct options, is_resumed) },
	{ "max-joules", 0, "J", NULL, "begin no trial after the search used J joules",
	  OPTION_REAL(struct options, compress.max_joules, 1e-9, 1e15) },
	{ "max-time", 0, "S", NULL, "begin no trial after trials took S seconds",
	  OPTION_REAL(struct options, compress.max_time_s, 0.001, 1e9) },
	{ "trials", 'r', "N", "30", "trials of a candidate that stays undecided, at most",
	  OPTION_COUNT(struct options, compress.trials, 4, 1024), .also = "runs" },
	{ "seed", 0, "N", "1", "random seed of the order of trials",
	  OPTION_COUNT(struct options, compress.seed, 0, UINT32_MAX) },
	{ "json", 0, NULL, NULL, "print what was found as JSON",
	  OPTION_FLAG(struct options, json) },
	{ "show-output", 0, NULL, NULL, "show the output of the commands",
	  OPTION_FLAG(struct options, show_output) },
	{ OPTION_INCLUDE(measure_rows, struct options, campaign) },
	{ 0 },
};

static const struct option_table table = {
	.command = "compress",
	.usage =
	    "Usage: joulecart compress [OPTION]... [-- COMMAND [ARG]...]\n"
	    "Find the levels of one or more compression techniques whose answers are\n"
	    "best among all that stay within a budget. COMMAND makes a model and answers\n"
	    "with it; {NAME} in it becomes a level. Levels go from mild to strong: the\n"
	    "strong one should need less. Without a COMMAND the bundled shopping agent is\n"
	    "made smaller, by its network, channels, rank and bits.\n"
	    "\n"
	    "  joulecart compress --budget '60 uJ/query' --quality 'top1 >= 80 %'\n"
	    "  joulecart compress --budget '2 mJ/query' --levels sparsity=0.1:0.9 \\\n"
	    "    --queries 1000 --quality-from json:accuracy -- ./train {sparsity}\n"
	    "  joulecart compress --budget '3 ms p99' --quality 'top1 >= 86 %' \\\n"
	    "    --levels bits=8,4,3 --levels rank=256:16 -- ./serve {bits} {rank}\n",
	.rows = rows,
	.operands = { VALUES_COMMANDS },
	.notes = "Exit status: 0 one is chosen; 3 nothing fits; 4 that cannot be told; 1 "
		 "error;\n2 usage.\n",
	.ends_at_operand = true,
};

static int needed(const char *what, const char *example, struct problem *why)
{
	problem_what(why, "compress needs %s", what);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, example, "none is given");
}

/* Each level must be in the command, or it would change nothing. */
static int check_places(const struct compress_options *options, struct problem *why)
{
	for (size_t t = 0; t < options->techniques.n; t++) {
		const char *name = options->techniques.techniques[t].name;
		if (command_takes(options->words, options->n_words, name))
			continue;
		problem_what(why, "cannot compress by '%s'", name);
		why->kind = PROBLEM_USAGE;
		problem_why(why, "the command has no {%s}", name);
		return problem_todo(why, "write {%s} where its level belongs", name);
	}
	return 0;
}

static int check(struct options *options, struct problem *why)
{
	struct compress_options *compress = &options->compress;
	const struct quality_source *source = &options->campaign.trial.output.quality;
	if (compress->budget.of == BUDGET_NONE)
		return needed("a --budget", "such as --budget '2 mJ/query'", why);
	if (compress->n_words > 0 && (options->samples > 0 || options->data)) {
		problem_what(why, "--%s is of the bundled agent",
			     options->samples > 0 ? "samples" : "data");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "leave it out, or the command",
				      "a command is given");
	}
	if (compress->n_words == 0 && agent_take(&options->agent, compress,
						 options->samples, options->data, why) != 0)
		return -1;
	if (compress->techniques.n == 0)
		return needed("--levels of a technique",
			      "such as --levels sparsity=0.1:0.9", why);
	if (!compress->quality.name[0] && source->name &&
	    quality_read(&compress->quality, source->name, why) != 0)
		return -1;
	if (!compress->quality.name[0])
		return needed("the metric of quality",
			      "such as --quality-from json:accuracy, or --quality top1 "
			      "where the command marks top1",
			      why);
	return check_places(compress, why);
}

/* The exit status of a search that ended. */
static int status_of(const struct compress_result *result)
{
	const struct search_result *search = &result->search;
	if (result->interrupted)
		return EXIT_SIGNAL_BASE + result->interrupted;
	if (search->is_found)
		return EXIT_OK;
	for (size_t i = 0; i < search->n; i++)
		if (search->candidates[i].verdict == VERDICT_UNDECIDED)
			return PROBLEM_CANNOT_TELL;
	return search->is_stopped ? PROBLEM_CANNOT_TELL : PROBLEM_NOT_MEASURED;
}

static int print(const struct compress_result *result, const struct options *options,
		 const struct campaign *campaign, struct problem *why)
{
	int code = options->json ? compress_json(result, &options->compress, stdout)
				 : compress_text(result, &options->compress, stdout);
	if (code != 0) {
		problem_what(why, "cannot print what was found");
		return problem_why(why, "out of memory");
	}
	text_say(stderr, "stored: campaign %lld in %s, %zu trial%s",
		 (long long)campaign->campaign_id, options->campaign.path,
		 result->search.n_trials, result->search.n_trials == 1 ? "" : "s");
	return status_of(result);
}

static int run_search(struct campaign *campaign, const struct options *options,
		      struct compress_result *result, struct problem *why)
{
	if (compress_run(campaign, &options->compress, result, why) != 0 ||
	    campaign_end(campaign, why) != 0)
		return -1;
	return print(result, options, campaign, why);
}

static int search(struct options *options, struct problem *why)
{
	struct compress_result *result = calloc(1, sizeof(*result));
	struct campaign campaign;
	problem_what(why, "cannot search");
	if (!result)
		return problem_why(why, "out of memory");
	int code = options->is_resumed ? campaign_resume(&campaign, &options->campaign, why)
				       : campaign_begin(&campaign, &options->campaign, why);
	if (code == 0) {
		code = run_search(&campaign, options, result, why);
		campaign_close(&campaign);
	}
	free(result);
	return code;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = {
		.campaign = { .kind = "bench",
			      .argv = argv,
			      .has_seed = true,
			      .trial = { MEASURE_DEFAULTS } },
	};
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	options.compress.words = argv + first;
	options.compress.n_words = (size_t)(argc - first);
	options.campaign.seed = options.compress.seed;
	options.campaign.trial.hide_output = !options.show_output;
	return check(&options, why) == 0 ? search(&options, why) : -1;
}

static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_COUNTERS;
}

const struct command command_compress = {
	.name = "compress",
	.group = "Judge",
	.summary = "the best that fits a budget of joules",
	.options = &table,
	.run = run,
	.rights = rights,
};
