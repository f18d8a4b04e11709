/* profiler/cli/cmd-compare.c - joulecart compare: is B cheaper than A? */
#include <config.h>

#include "base/problem.h"
#include "profiler/campaign/compare-run.h"
#include "profiler/campaign/progress.h"
#include "profiler/cli/command.h"
#include "profiler/cli/measure-options.h"
#include "profiler/cli/options.h"
#include "reports/compare/compare-export.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/compare.h"
#include "schema/store/reader.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: joulecart compare [OPTION]... FILE.db [A B...]\n"
    "       joulecart compare [OPTION]... -- 'A' -- 'B'...\n"
    "Say whether B needs less energy than A, by how much and how sure that is: from a\n"
    "file, or from commands that are run side by side. The first is the baseline.\n"
    "\n"
    "  joulecart compare shop.db teacher int8\n"
    "  joulecart compare -- './old input' -- './new input'\n"
    "  joulecart compare --precision 1% --max-time 600 -- ./a -- ./b\n"
    "\n"
    "      --campaign=N       only the Nth campaign [newest with all of them]\n"
    "      --quality=NAME     the metric of quality to show [the first there is]\n"
    "      --per-day=N        queries a day, such as 1.2M: days until it is paid\n"
    "      --plan=EFFECT      how many pairs would show that effect, such as 1%\n"
    "      --ignore-failure   commands that failed count as well\n"
    "      --no-null          do not compare the baseline with itself\n"
    "  -f, --format=FORMAT    text, json, csv or markdown [text]\n"
    "      --export-json=FILE, --export-csv=FILE, --export-markdown=FILE\n"
    "                         the same into a file, besides the text\n"
    "      --explain          the SQL behind each figure\n"
    "      --color=WHEN       auto, always or never [auto]\n"
    "Running commands:\n"
    "  -o, --output=FILE      database to add to [joulecart.db]\n"
    "  -r, --trials=N         blocks, each with all commands [10; 1000 with a limit]\n"
    "                         (also --runs)\n"
    "  -w, --warmup=N         run each N times before, not counted [1]\n"
    "      --precision=P      until each ratio's interval is as tight as -+ P\n"
    "      --max-time=S       begin no block that would end after S seconds\n"
    "      --null             run one command against itself\n"
    "      --name=LABEL       of the first command; again for the next\n"
    "  -L, --parameter-list=VAR LIST\n"
    "                         run each command for each value of {VAR}\n"
    "      --prepare=COMMAND, --cleanup=COMMAND\n"
    "                         before and after each trial, not measured\n"
    "      --queries=N        each trial answers N queries: joules per query\n"
    "      --cool-down=S      wait at most S for the idle temperature [30]\n"
    "      --idle=S           length of the idle trials, where it is measured [2]\n"
    "      --show-output      of the commands\n"
    "      --seed=N           of the order [1]\n" MEASURE_USAGE
    "  -h, --help             this text\n"
    "Exit: 0 all can be told from A, 4 one cannot, 1 could not, 2 usage.\n";

enum {
	OPT_CAMPAIGN = 256,
	OPT_QUALITY,
	OPT_PER_DAY,
	OPT_PLAN,
	OPT_IGNORE,
	OPT_NO_NULL,
	OPT_EXPORT_JSON,
	OPT_EXPORT_CSV,
	OPT_EXPORT_MARKDOWN,
	OPT_EXPLAIN,
	OPT_COLOR,
	OPT_PRECISION,
	OPT_MAX_TIME,
	OPT_NULL,
	OPT_NAME,
	OPT_PREPARE,
	OPT_CLEANUP,
	OPT_QUERIES,
	OPT_COOL_DOWN,
	OPT_IDLE,
	OPT_SHOW_OUTPUT,
	OPT_SEED
};

static const struct option long_options[] = {
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "quality", required_argument, NULL, OPT_QUALITY },
	{ "per-day", required_argument, NULL, OPT_PER_DAY },
	{ "plan", required_argument, NULL, OPT_PLAN },
	{ "ignore-failure", no_argument, NULL, OPT_IGNORE },
	{ "no-null", no_argument, NULL, OPT_NO_NULL },
	{ "format", required_argument, NULL, 'f' },
	{ "export-json", required_argument, NULL, OPT_EXPORT_JSON },
	{ "export-csv", required_argument, NULL, OPT_EXPORT_CSV },
	{ "export-markdown", required_argument, NULL, OPT_EXPORT_MARKDOWN },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "output", required_argument, NULL, 'o' },
	{ "trials", required_argument, NULL, 'r' },
	{ "runs", required_argument, NULL, 'r' },
	{ "warmup", required_argument, NULL, 'w' },
	{ "precision", required_argument, NULL, OPT_PRECISION },
	{ "max-time", required_argument, NULL, OPT_MAX_TIME },
	{ "null", no_argument, NULL, OPT_NULL },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "parameter-list", required_argument, NULL, 'L' },
	{ "prepare", required_argument, NULL, OPT_PREPARE },
	{ "cleanup", required_argument, NULL, OPT_CLEANUP },
	{ "queries", required_argument, NULL, OPT_QUERIES },
	{ "cool-down", required_argument, NULL, OPT_COOL_DOWN },
	{ "idle", required_argument, NULL, OPT_IDLE },
	{ "show-output", no_argument, NULL, OPT_SHOW_OUTPUT },
	{ "seed", required_argument, NULL, OPT_SEED },
	MEASURE_LONG_OPTIONS,
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

enum { MOST_TRIALS = 1000, DEFAULT_TRIALS = 10 };

/* One --export-FORMAT. */
struct export
{
	const char *format, *path;
};

struct options {
	struct compare_options compare;
	struct compare_run_options run;
	struct campaign_options campaign;
	struct parameter parameter;
	const char *names[COMMANDS_MOST];
	size_t n_names;
	struct export exports[3];
	size_t n_exports;
	const char *format, *color;
	double plan; /* an effect as a share; 0: none asked */
	bool explain, null;
};

static int add_export(struct options *options, const char *format)
{
	size_t i = 0;
	while (i < options->n_exports && strcmp(options->exports[i].format, format) != 0)
		i++;
	options->exports[i] = (struct export){ format, optarg };
	options->n_exports += i == options->n_exports;
	return 0;
}

static int set_int(int64_t *value, const char *option, int64_t min, int64_t max,
		   struct problem *why)
{
	*value = parse_count(option, optarg, min, max, why);
	return *value < 0 ? -1 : 0;
}

static int set_seconds(double *value, const char *option, double min, struct problem *why)
{
	return parse_real(option, optarg, min, 1e7, value, "seconds are expected", NULL,
			  why);
}

static int set_seed(struct options *options, struct problem *why)
{
	int64_t seed = parse_count("--seed", optarg, 0, UINT32_MAX, why);
	options->run.seed = options->campaign.seed = (uint64_t)seed;
	return seed < 0 ? -1 : 0;
}

/* "--parameter-list VAR a,b", as hyperfine has it, or VAR=a,b. */
static int set_parameter(struct options *options, int argc, char **argv,
			 struct problem *why)
{
	char *equals = strchr(optarg, '=');
	options->parameter.name = optarg;
	if (equals) {
		*equals = '\0';
		options->parameter.values = equals + 1;
		return 0;
	}
	if (optind < argc) {
		options->parameter.values = argv[optind++];
		return 0;
	}
	return operand_problem("compare --parameter-list", "VAR and LIST", why);
}

static int set_name(struct options *options, struct problem *why)
{
	if (options->n_names == COMMANDS_MOST)
		return operand_problem("compare", "fewer names", why);
	options->names[options->n_names++] = optarg;
	return 0;
}

/* What belongs to running commands. */
static int set_run_option(struct options *options, int code, char **argv,
			  struct problem *why)
{
	struct compare_run_options *run = &options->run;
	int taken = measure_option(&options->campaign, code, optarg, why);
	if (taken <= 0)
		return taken;
	switch (code) {
	case 'r':
		return set_int(&run->trials, "--trials", 1, MOST_TRIALS * 10, why);
	case 'w':
		return set_int(&run->warmups, "--warmup", 0, MOST_TRIALS, why);
	case OPT_PRECISION:
		return parse_share("--precision", optarg, &run->precision, why);
	case OPT_MAX_TIME:
		return set_seconds(&run->max_time_s, "--max-time", 0.001, why);
	case OPT_PREPARE:
		run->prepare = optarg;
		return 0;
	case OPT_CLEANUP:
		run->cleanup = optarg;
		return 0;
	case OPT_QUERIES:
		return set_int(&run->queries, "--queries", 1, INT64_MAX, why);
	case OPT_COOL_DOWN:
		return set_seconds(&run->cool_down_s, "--cool-down", 0, why);
	case OPT_IDLE:
		return set_seconds(&run->idle_s, "--idle", 0, why);
	case OPT_SHOW_OUTPUT:
		options->campaign.trial.hide_output = false;
		return 0;
	default:
		return option_problem(argv, code, why);
	}
}

static int set_output_option(struct options *options, int code, char **argv,
			     struct problem *why)
{
	switch (code) {
	case 'f':
		options->format = optarg;
		return 0;
	case 'o':
		options->campaign.path = optarg;
		return 0;
	case OPT_EXPORT_JSON:
		return add_export(options, "json");
	case OPT_EXPORT_CSV:
		return add_export(options, "csv");
	case OPT_EXPORT_MARKDOWN:
		return add_export(options, "markdown");
	case OPT_EXPLAIN:
		options->explain = true;
		return 0;
	case OPT_COLOR:
		options->color = optarg;
		return parse_color(optarg, why);
	case OPT_PLAN:
		return parse_share("--plan", optarg, &options->plan, why);
	default:
		return set_run_option(options, code, argv, why);
	}
}

static int set_option(struct options *options, int code, int argc, char **argv,
		      struct problem *why)
{
	struct compare_options *compare = &options->compare;
	switch (code) {
	case OPT_CAMPAIGN:
		return set_int(&compare->campaign_id, "--campaign", 1, INT64_MAX, why);
	case OPT_QUALITY:
		compare->quality = optarg;
		return 0;
	case OPT_PER_DAY:
		return parse_large("--per-day", optarg, &compare->per_day, why);
	case OPT_IGNORE:
		compare->count_failed = options->run.ignore_failure = true;
		return 0;
	case OPT_NO_NULL:
		compare->skip_null = options->run.skip_null = true;
		return 0;
	case OPT_NULL:
		options->null = options->run.skip_null = compare->skip_null = true;
		return 0;
	case OPT_NAME:
		return set_name(options, why);
	case 'L':
		return set_parameter(options, argc, argv, why);
	case OPT_SEED:
		return set_seed(options, why);
	default:
		return set_output_option(options, code, argv, why);
	}
}

/* --- what is printed -------------------------------------------------------------------- */

static int export_all(const struct comparison *comparison, const struct options *options,
		      struct problem *why)
{
	for (size_t i = 0; i < options->n_exports; i++)
		if (compare_export_file(comparison, options->exports[i].format,
					options->exports[i].path, why) != 0)
			return -1;
	return 0;
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
	if (export_all(comparison, options, why) != 0)
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
		return operand_problem("compare", "FILE.db, and two variants or none", why);
	options->compare.path = argv[0];
	options->compare.variants = (const char *const *)(argv + 1);
	options->compare.n_variants = (size_t)(argc - 1);
	sqlite3 *db = store_open_read(argv[0], why);
	int code = db ? with_arena(db, options, why) : -1;
	sqlite3_close(db);
	return code;
}

/* --- running commands ------------------------------------------------------------------- */

static void say_how_it_ended(const struct compare_run_result *result,
			     const struct options *options, const struct campaign *campaign)
{
	if (result->interrupted)
		fprintf(stderr, "joulecart: interrupted after %lld blocks; they are kept\n",
			(long long)result->blocks);
	else if (options->run.precision > 0 && !result->is_precise)
		fprintf(
		    stderr,
		    "joulecart: %s was up before the intervals were as tight as %g %%\n",
		    result->is_cut_short ? "--max-time" : "--trials",
		    100 * options->run.precision);
	fprintf(stderr, "stored: campaign %lld in %s, %lld blocks\n",
		(long long)campaign->campaign_id, options->campaign.path,
		(long long)result->blocks);
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
	return operand_problem("compare", "two commands, or --null and one", why);
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
				 options->parameter, options->names, options->n_names, why);
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
	struct options options = {
		.format = "text",
		.color = "auto",
		.run = { .warmups = 1, .cool_down_s = 30, .idle_s = 2, .seed = 1 },
		.campaign = { .kind = "bench",
			      .path = "joulecart.db",
			      .argv = argv,
			      .seed = 1,
			      .has_seed = true,
			      .trial = { MEASURE_DEFAULTS, .hide_output = true } },
	};
	int code, split = find_commands(argc, argv);
	while ((code = getopt_long(split, argv, ":f:o:r:w:L:h", long_options, NULL)) !=
	       -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (set_option(&options, code, split, argv, why) != 0)
			return -1;
	}
	if (split == argc)
		return compare_stored(&options, argc - optind, argv + optind, why);
	if (optind != split)
		return operand_problem("compare", "either a FILE.db or commands after --",
				       why);
	return compare_commands(&options, argv + split + 1, (size_t)(argc - split - 1),
				why);
}

const struct command command_compare = {
	.name = "compare",
	.group = "Judge",
	.summary = "two variants, or two commands",
	.run = run,
};
