/* profiler/cli/cmd-report.c - joulecart report: every figure again, from the database alone. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "profiler/cli/output-file.h"
#include "profiler/launch/program-path.h"
#include "reports/compare/compare-export.h"
#include "reports/compare/front.h"
#include "reports/render/report.h"
#include "schema/store/reader.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: joulecart report [OPTION]... FILE.db\n"
    "Make every figure again from the database alone, on any machine.\n"
    "\n"
    "  joulecart report joulecart.db\n"
    "  joulecart report -o audit.html joulecart.db\n"
    "  joulecart report --format json joulecart.db | jq .variants\n"
    "\n"
    "  -f, --format=FORMAT    text, json, csv, markdown or html [by -o, else text]\n"
    "  -o, --output=FILE      write there, whole or not at all [standard output]\n"
    "      --force            replace FILE\n"
    "      --campaign=N       only the Nth campaign [all; html: the last]\n"
    "      --front            which variants are worth choosing, when they are paid\n"
    "      --per-day=N        queries a day, such as 1.2M: days until it is paid\n"
    "      --amortise=N       spread the making of each over so many queries\n"
    "      --quality=NAME     the metric of the front [the first there is]\n"
    "      --explain          the SQL behind the front\n"
    "      --language=LANG    of the HTML: en or zh [en]\n"
    "  -h, --help             this text\n";

enum {
	OPT_CAMPAIGN = 256,
	OPT_FORCE,
	OPT_LANGUAGE,
	OPT_FRONT,
	OPT_PER_DAY,
	OPT_AMORTISE,
	OPT_QUALITY,
	OPT_EXPLAIN
};

static const struct option long_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "language", required_argument, NULL, OPT_LANGUAGE },
	{ "front", no_argument, NULL, OPT_FRONT },
	{ "per-day", required_argument, NULL, OPT_PER_DAY },
	{ "amortise", required_argument, NULL, OPT_AMORTISE },
	{ "quality", required_argument, NULL, OPT_QUALITY },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct arguments {
	struct report_options options;
	const char *format;             /* NULL: by the suffix of output */
	const char *output;             /* NULL: standard output */
	const char *language;           /* as HTML names it */
	struct compare_options compare; /* for the front */
	double spread_over;             /* --amortise; 0: not given */
	bool front, explain;
	bool may_replace;
	bool is_help;
};

static int parse_language(const char *text, const char **language, struct problem *why)
{
	if (strncmp(text, "en", 2) == 0 || strncmp(text, "zh", 2) == 0) {
		*language = text[0] == 'z' ? "zh-CN" : "en";
		return 0;
	}
	problem_what(why, "invalid --language '%s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "reports are in en or zh");
}

static int take_front_option(int code, char **argv, struct arguments *arguments,
			     struct problem *why)
{
	switch (code) {
	case OPT_FRONT:
		arguments->front = true;
		return 0;
	case OPT_PER_DAY:
		return parse_large("--per-day", optarg, &arguments->compare.per_day, why);
	case OPT_AMORTISE:
		return parse_large("--amortise", optarg, &arguments->spread_over, why);
	case OPT_QUALITY:
		arguments->compare.quality = optarg;
		return 0;
	case OPT_EXPLAIN:
		arguments->explain = true;
		return 0;
	default:
		return option_problem(argv, code, why);
	}
}

static int take_option(int code, char **argv, struct arguments *arguments,
		       struct problem *why)
{
	switch (code) {
	case 'h':
		arguments->is_help = true;
		return 0;
	case 'f':
		arguments->format = optarg;
		return 0;
	case 'o':
		arguments->output = optarg;
		return 0;
	case OPT_FORCE:
		arguments->may_replace = true;
		return 0;
	case OPT_LANGUAGE:
		return parse_language(optarg, &arguments->language, why);
	case OPT_CAMPAIGN:
		arguments->options.campaign_id = parse_count("--campaign", optarg, 1,
							     INT64_MAX, why);
		return arguments->options.campaign_id < 0 ? -1 : 0;
	default:
		return take_front_option(code, argv, arguments, why);
	}
}

static const char *format_of_suffix(const char *path)
{
	static const char *const formats[][2] = {
		{ ".html", "html" }, { ".htm", "html" },    { ".json", "json" },
		{ ".csv", "csv" },   { ".md", "markdown" },
	};
	const char *suffix = path ? strrchr(path, '.') : NULL;
	for (size_t i = 0; suffix && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(suffix, formats[i][0]) == 0)
			return formats[i][1];
	return "text";
}

/* A program of its own makes the HTML: it checks and opens everything itself. */
static int become_html(const struct arguments *arguments, struct problem *why)
{
	char campaign[32];
	const char *argv[12] = { "joulecart-html" };
	size_t n = 1;
	if (!arguments->output && isatty(STDOUT_FILENO)) {
		problem_what(why, "cannot write the report to a terminal");
		why->kind = PROBLEM_USAGE;
		problem_why(why, "it is a page for a browser");
		return problem_todo(why, "name a file: -o report.html");
	}
	snprintf(campaign, sizeof(campaign), "%lld",
		 (long long)arguments->options.campaign_id);
	argv[n++] = "--campaign";
	argv[n++] = campaign;
	argv[n++] = "--language";
	argv[n++] = arguments->language;
	if (arguments->output) {
		argv[n++] = "--output";
		argv[n++] = arguments->output;
	}
	if (arguments->may_replace)
		argv[n++] = "--force";
	argv[n++] = "--";
	argv[n++] = arguments->options.path;
	/* execv changes none of them */
	return program_become("joulecart-html", (char *const *)(uintptr_t)argv, why);
}

static int write_front(sqlite3 *db, const struct arguments *arguments, FILE *out,
		       struct problem *why)
{
	struct compare_options options = arguments->compare;
	struct arena *arena = arena_new();
	options.path = arguments->options.path;
	options.campaign_id = arguments->options.campaign_id;
	problem_what(why, "cannot draw a front");
	problem_why(why, "out of memory");
	const struct comparison *comparison = arena ? compare_read(db, &options, arena, why)
						    : NULL;
	int code = comparison ? front_text(comparison, arguments->spread_over, out, why)
			      : -1;
	if (code == 0 && arguments->explain)
		compare_explain(comparison, out);
	arena_free(arena);
	return code;
}

static int write_report(const struct arguments *arguments, struct problem *why)
{
	struct output_file output;
	sqlite3 *db = store_open_read(arguments->options.path, why);
	if (!db)
		return -1;
	int code = output_open(&output, arguments->output, arguments->may_replace, why);
	if (code == 0) {
		code = arguments->front
			   ? write_front(db, arguments, output.stream, why)
			   : report_render(db, arguments->format, output.stream,
					   &arguments->options, why);
		if (code == 0)
			code = output_commit(&output, why);
		else
			output_abandon(&output);
	}
	sqlite3_close(db);
	return code == 0 ? EXIT_OK : -1;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct arguments arguments = { .language = "en" };
	int code;
	while ((code = getopt_long(argc, argv, ":f:o:h", long_options, NULL)) != -1)
		if (take_option(code, argv, &arguments, why) != 0)
			return -1;
	if (arguments.is_help)
		return fputs(usage, stdout), EXIT_OK;
	if (optind + 1 != argc)
		return operand_problem("report", "one FILE.db", why);
	arguments.options.path = argv[optind];
	if (!arguments.format)
		arguments.format = format_of_suffix(arguments.output);
	if (strcmp(arguments.format, "html") == 0)
		return become_html(&arguments, why);
	return write_report(&arguments, why);
}

const struct command command_report = {
	.name = "report",
	.group = "Report",
	.summary = "HTML, text, JSON, CSV, Markdown: every figure again",
	.run = run,
};
