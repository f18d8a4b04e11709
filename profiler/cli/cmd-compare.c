/* profiler/cli/cmd-compare.c - joulecart compare: is B cheaper than A? */
#include <config.h>

#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/campaign/compare-run.h"
#include "profiler/campaign/progress.h"
#include "profiler/cli/command.h"
#include "profiler/cli/plot-output.h"
#include "profiler/options/measure-options.h"
#include "profiler/options/options.h"
#include "profiler/options/reading-options.h"
#include "reports/compare/compare-export.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/compare.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a precision ends it, and where nothing does. */
enum { MOST_TRIALS = 1000, DEFAULT_TRIALS = 10 };

/* The files of --export-FORMAT, each the last that was named. */
struct exports {
	const char *json, *csv, *markdown;
};

/* The labels of --name, in order. */
struct names {
	const char *names[COMMANDS_MOST];
	size_t n;
};

/* The two words of --parameter-list; the second is looked for among argv. */
struct parameter_option {
	struct parameter parameter;
	char **words;
	int n_words;
};

struct options {
	struct compare_options compare;
	struct compare_run_options run;
	struct campaign_options campaign;
	struct parameter_option parameter;
	struct names names;
	struct exports exports;
	struct reading_options reading;
	const char *format, *color;
	struct plot_option plot;
	double plan; /* an effect as a share; 0: none asked */
	bool explain, null, skip_null, ignore_failure, show_output;
};

/* "--parameter-list VAR a,b", as hyperfine has it, or VAR=a,b. */
static int take_parameter(void *member, const char *text, struct problem *why)
{
	struct parameter_option *option = member;
	char *equals = strchr(text, '=');
	option->parameter.name = text;
	if (equals) {
		*equals = '\0';
		option->parameter.values = equals + 1;
		return 0;
	}
	if (optind < option->n_words) {
		option->parameter.values = option->words[optind++];
		return 0;
	}
	return options_invalid("parameter-list", text, "VAR and LIST are expected", why);
}

static int take_name(void *member, const char *text, struct problem *why)
{
	struct names *names = member;
	if (names->n == COMMANDS_MOST)
		return options_invalid("name", text, "there are fewer commands", why);
	names->names[names->n++] = text;
	return 0;
}

static const struct option_row rows[] = {
	{ "campaign", 0, "N", NULL, "only the Nth campaign [newest with all of them]",
	  OPTION_COUNT(struct options, compare.campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "quality", 0, "NAME", NULL, "the metric of quality to show [the first there is]",
	  OPTION_TEXT(struct options, compare.quality), .setting = SETTING_ANY },
	{ "per-day", 0, "N", NULL, "queries a day, such as 1.2M: days until break-even",
	  OPTION_REAL(struct options, compare.per_day, 1, 1e15), .setting = SETTING_ANY },
	{ "plan", 0, "EFFECT", NULL, "how many pairs would show that effect, such as 1%",
	  OPTION_SHARE(struct options, plan) },
	{ "ignore-failure", 0, NULL, NULL, "count trials of failed commands as well",
	  OPTION_FLAG(struct options, ignore_failure) },
	{ "no-null", 0, NULL, NULL, "do not compare the baseline with itself",
	  OPTION_FLAG(struct options, skip_null) },
	{ "format", 'f', "FORMAT", "text", "text, json, csv or markdown",
	  OPTION_TEXT(struct options, format), .choices = "text|json|csv|markdown" },
	{ "export-json", 0, "FILE", NULL, "write it as JSON too",
	  OPTION_TEXT(struct options, exports.json) },
	{ "export-csv", 0, "FILE", NULL, "write it as CSV too",
	  OPTION_TEXT(struct options, exports.csv) },
	{ "export-markdown", 0, "FILE", NULL, "write it as Markdown too",
	  OPTION_TEXT(struct options, exports.markdown) },
	{ "plot", 0, "[FILE]", NULL,
	  "draw each trial's joules, on the screen or into FILE.svg or FILE.png",
	  OPTION_OWN(struct options, plot, take_plot),
	  .expected = "FILE.svg or FILE.png is expected" },
	{ "explain", 0, NULL, NULL, "show the SQL behind each figure",
	  OPTION_FLAG(struct options, explain) },
	{ "color", 0, "WHEN", "auto", "auto, always or never",
	  OPTION_TEXT(struct options, color), .choices = COLOR_CHOICES,
	  .setting = SETTING_ANY },
	{ OPTION_HEADING("When commands are run") },
	{ "output", 'o', "FILE", "joulecart.db", "database to add to",
	  OPTION_TEXT(struct options, campaign.path), .setting = SETTING_FILE },
	{ "trials", 'r', "N", NULL,
	  "blocks, each with all commands [10; 1000 with a limit]",
	  OPTION_COUNT(struct options, run.trials, 1, 1e4), .also = "runs" },
	{ "warmup", 'w', "N", "1", "warm-up runs of each, left out of the figures",
	  OPTION_COUNT(struct options, run.warmups, 0, MOST_TRIALS) },
	{ "precision", 0, "P", NULL, "run until each ratio's interval is within +-P",
	  OPTION_SHARE(struct options, run.precision) },
	{ "max-time", 0, "S", NULL, "begin no block that would end after S seconds",
	  OPTION_REAL(struct options, run.max_time_s, 0.001, 1e7) },
	{ "null", 0, NULL, NULL, "run one command against itself",
	  OPTION_FLAG(struct options, null) },
	{ "name", 0, "LABEL", NULL, "label of the first command; repeat for the next",
	  OPTION_OWN(struct options, names, take_name) },
	{ "parameter-list", 'L', "VAR LIST", NULL,
	  "run each command once for each value of {VAR}",
	  OPTION_OWN(struct options, parameter, take_parameter) },
	{ "prepare", 0, "COMMAND", NULL, "run before each trial, unmeasured",
	  OPTION_TEXT(struct options, run.prepare) },
	{ "cleanup", 0, "COMMAND", NULL, "run after each trial, unmeasured",
	  OPTION_TEXT(struct options, run.cleanup) },
	{ "queries", 0, "N", NULL, "each trial answers N queries: joules per query",
	  OPTION_COUNT(struct options, run.queries, 1, OPTION_COUNT_MOST) },
	{ "cool-down", 0, "S", "30", "wait at most S seconds for the idle temperature",
	  OPTION_REAL(struct options, run.cool_down_s, 0, 1e7), .setting = SETTING_ANY },
	{ "idle", 0, "S", "2", "seconds of each idle trial, if idle power is measured",
	  OPTION_REAL(struct options, run.idle_s, 0, 1e7) },
	{ "show-output", 0, NULL, NULL, "show the output of the commands",
	  OPTION_FLAG(struct options, show_output) },
	{ "seed", 0, "N", "1", "random seed of the trial order",
	  OPTION_COUNT(struct options, run.seed, 0, UINT32_MAX) },
	{ OPTION_INCLUDE(measure_rows, struct options, campaign) },
	{ OPTION_INCLUDE(reading_rows, struct options, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "compare",
	.usage = "Usage: joulecart compare [OPTION]... FILE.db [A B...]\n"
		 "       joulecart compare [OPTION]... -- 'A' -- 'B'...\n"
		 "Show whether B needs less energy than A, by how much, and how certain "
		 "that is.\n"
		 "Compares trials of a file, or commands that it runs side by side. The "
		 "first is\n"
		 "the baseline.\n"
		 "\n"
		 "  joulecart compare shop.db teacher int8\n"
		 "  joulecart compare -- './old input' -- './new input'\n"
		 "  joulecart compare --precision 1% --max-time 600 -- ./a -- ./b\n",
	.rows = rows,
	.operands = { VALUES_DATABASES, VALUES_LABELS },
	.notes = "Exit status: 0 every variant differs from A; 4 at least one does not; "
		 "1 error;\n2 usage.\n",
};

/* What one option says to more than one part. */
static void spread(struct options *options)
{
	bool skips_null = options->null || options->skip_null;
	options->compare.skip_null = options->run.skip_null = skips_null;
	options->compare.count_failed = options->run.ignore_failure =
	    options->ignore_failure;
	options->campaign.trial.hide_output = !options->show_output;
	options->campaign.seed = options->run.seed;
}

/* --- what is printed -------------------------------------------------------------------- */

static int export_all(const struct comparison *comparison, const struct options *options,
		      struct problem *why)
{
	const char *const files[][2] = { { "json", options->exports.json },
					 { "csv", options->exports.csv },
					 { "markdown", options->exports.markdown } };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i][1] &&
		    compare_export_file(comparison, files[i][0], files[i][1], why) != 0)
			return -1;
	return 0;
}

/* Where the comparison itself is text for a program, the plot does not mix with it. */
static int draw_trials(sqlite3 *db, const struct comparison *comparison,
		       const struct options *options, struct arena *arena,
		       struct problem *why)
{
	struct plot plot = { 0 };
	if (!options->plot.is_wanted)
		return 0;
	if (plot_trials(db, comparison, options->compare.count_failed, arena, &plot, why) !=
	    0)
		return -1;
	plot.standing = options->plot.path ? comparison->standing : NULL; /* said above */
	return plot_output(&plot, options->plot.path, true,
			   strcmp(options->format, "text") == 0 ? stdout : stderr, arena,
			   why);
}

/* Returns the exit status of a comparison that was made, or -1 with *why. */
static int print_comparison(sqlite3 *db, const struct options *options, struct arena *arena,
			    struct problem *why)
{
	const struct comparison *comparison = compare_read(db, &options->compare, arena,
							   why);
	if (!comparison)
		return -1;
	if (strcmp(options->format, "text") != 0) {
		if (compare_export(comparison, options->format, stdout, why) != 0)
			return -1;
	} else {
		compare_text(comparison, wants_color(options->color, STDOUT_FILENO),
			     stdout);
	}
	if (options->plan > 0)
		compare_plan_text(comparison, options->plan, stdout);
	if (options->explain)
		compare_explain(comparison, stdout);
	if (export_all(comparison, options, why) != 0 ||
	    draw_trials(db, comparison, options, arena, why) != 0)
		return -1;
	for (size_t i = 0; i + 1 < comparison->n_compared; i++)
		if (comparison->differences[i].verdict == VERDICT_CANNOT_TELL)
			return PROBLEM_CANNOT_TELL;
	return EXIT_OK;
}

static int with_arena(sqlite3 *db, const struct options *options, struct problem *why)
{
	struct arena *arena = arena_new();
	problem_what(why, "cannot compare");
	problem_why(why, "out of memory");
	int code = arena ? print_comparison(db, options, arena, why) : -1;
	arena_free(arena);
	return code;
}

static int compare_stored(struct options *options, int argc, char **argv,
			  struct problem *why)
{
	if (argc == 0 || argc == 2)
		return options_operand_problem(&table, "FILE.db, and two variants or none",
					       why);
	options->compare.path = argv[0];
	options->compare.variants = (const char *const *)(argv + 1);
	options->compare.n_variants = (size_t)(argc - 1);
	struct standing standing;
	options->compare.standing = &standing;
	sqlite3 *db = reading_open(&options->reading, argv[0], &standing, why);
	int code = db ? with_arena(db, options, why) : -1;
	options->compare.standing = NULL; /* it ends with this function */
	sqlite3_close(db);
	return code;
}

/* --- running commands ------------------------------------------------------------------- */

static void say_how_it_ended(const struct compare_run_result *result,
			     const struct options *options, const struct campaign *campaign)
{
	if (result->interrupted)
		text_say(stderr, "joulecart: interrupted after %lld block%s kept",
			 (long long)result->blocks,
			 result->blocks == 1 ? ", which is" : "s, which are");
	else if (options->run.precision > 0 && !result->is_precise)
		fprintf(
		    stderr,
		    "joulecart: %s was reached before every interval was within %g %%\n",
		    result->is_cut_short ? "--max-time" : "--trials",
		    100 * options->run.precision);
	if (result->n_failed > 0)
		text_say(stderr, "joulecart: %lld %s left out", (long long)result->n_failed,
			 result->n_failed == 1 ? "trial failed and is"
					       : "trials failed and are");
	text_say(stderr, "stored: campaign %lld in %s, %lld block%s",
		 (long long)campaign->campaign_id, options->campaign.path,
		 (long long)result->blocks, result->blocks == 1 ? "" : "s");
}

static int run_and_print(struct campaign *campaign, const struct command_list *commands,
			 struct options *options, struct problem *why)
{
	struct compare_run_result result;
	const char *names[COMMANDS_MOST];
	if (compare_run(campaign, commands, &options->run, &result, why) != 0 ||
	    campaign_end(campaign, why) != 0)
		return -1;
	for (size_t i = 0; i < commands->n; i++)
		names[i] = commands->commands[i].name;
	options->compare.path = options->campaign.path;
	options->compare.variants = names;
	options->compare.n_variants = commands->n;
	options->compare.campaign_id = campaign->campaign_id;
	int code = result.blocks ? with_arena(store_db(campaign->store), options, why)
				 : 128 + result.interrupted;
	options->compare.variants = NULL; /* they end with this function */
	options->compare.n_variants = 0;
	say_how_it_ended(&result, options, campaign);
	return result.interrupted ? 128 + result.interrupted : code;
}

static void set_defaults(struct compare_run_options *run)
{
	bool has_limit = run->precision > 0 || run->max_time_s > 0;
	if (run->trials == 0)
		run->trials = has_limit ? MOST_TRIALS : DEFAULT_TRIALS;
	if (run->precision > 0 && run->max_time_s <= 0)
		run->max_time_s = 600;
}

static int check_commands(const struct command_list *commands, struct problem *why)
{
	if (commands->n >= 2)
		return 0;
	return options_operand_problem(&table, "two commands, or --null and one", why);
}

/* words[0..n) follow the first "--". With --null the one command is there twice. */
static int read_commands(struct command_list *commands, struct options *options,
			 char **words, size_t n, struct problem *why)
{
	char **twice = calloc(2 * n + 2, sizeof(*twice)), between[] = "--";
	if (!twice) {
		problem_what(why, "cannot compare");
		return problem_why(why, "out of memory");
	}
	memcpy(twice, words, n * sizeof(*twice));
	if (options->null) {
		twice[n] = between;
		memcpy(twice + n + 1, words, n * sizeof(*twice));
	}
	int code = commands_read(commands, twice, options->null ? 2 * n + 1 : n,
				 options->parameter.parameter, options->names.names,
				 options->names.n, why);
	free(twice);
	return code == 0 ? check_commands(commands, why) : -1;
}

static int compare_commands(struct options *options, char **words, size_t n,
			    struct problem *why)
{
	struct command_list commands;
	struct campaign campaign;
	int code = read_commands(&commands, options, words, n, why);
	set_defaults(&options->run);
	if (code == 0)
		code = campaign_begin(&campaign, &options->campaign, why);
	if (code == 0) {
		code = run_and_print(&campaign, &commands, options, why);
		campaign_close(&campaign);
	}
	commands_free(&commands);
	return code;
}

/* Where the commands begin: the first "--"; argc when there is none. */
static int find_commands(int argc, char **argv)
{
	int i = 1;
	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	return i;
}

static int run(int argc, char **argv, struct problem *why)
{
	int split = find_commands(argc, argv);
	struct options options = {
		.parameter = { .words = argv, .n_words = split },
		.campaign = { .kind = "bench",
			      .argv = argv,
			      .has_seed = true,
			      .trial = { MEASURE_DEFAULTS } },
	};
	int first = options_parse(&table, split, argv, &options, why);
	if (first <= 0)
		return first;
	spread(&options);
	if (split == argc)
		return compare_stored(&options, argc - first, argv + first, why);
	if (first != split)
		return options_operand_problem(
		    &table, "either a FILE.db or commands after --", why);
	return compare_commands(&options, argv + split + 1, (size_t)(argc - split - 1),
				why);
}

/* Commands that stand behind "--" are measured. */
static enum rights rights(int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return RIGHTS_COUNTERS;
	return RIGHTS_NONE;
}

const struct command command_compare = {
	.name = "compare",
	.group = "Judge",
	.summary = "two variants, or two commands",
	.options = &table,
	.run = run,
	.rights = rights,
};
