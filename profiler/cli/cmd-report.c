/* profiler/cli/cmd-report.c - joulecart report: every figure again, from the database alone. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/plot-output.h"
#include "profiler/launch/program-path.h"
#include "profiler/options/output-file.h"
#include "profiler/options/reading-options.h"
#include "profiler/options/statement-options.h"
#include "reports/changes/change-list.h"
#include "reports/compare/compare-export.h"
#include "reports/compare/front.h"
#include "reports/profile/functions.h"
#include "reports/render/layers.h"
#include "reports/render/phase-table.h"
#include "reports/render/report.h"
#include "schema/seal/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct arguments {
	struct report_options options;
	const char *format;             /* NULL: by the suffix of output */
	const char *output;             /* NULL: standard output */
	const char *language;           /* as HTML names it */
	struct compare_options compare; /* for the front */
	double spread_over;             /* --amortise; 0: not given */
	struct reading_options reading;
	bool front, explain, phases, layers, functions, changes, diff, profile, plot;
	const char *changed[2]; /* the variants of --diff */
	const char *phase;      /* of --functions; NULL: the whole run */
	bool may_replace;
};

static int take_language(void *language, const char *text, struct problem *why)
{
	if (strncmp(text, "en", 2) != 0 && strncmp(text, "zh", 2) != 0)
		return options_invalid("language", text, "reports are in en or zh", why);
	*(const char **)language = text[0] == 'z' ? "zh-CN" : "en";
	return 0;
}

static const struct option_row rows[] = {
	{ "format", 'f', "FORMAT", NULL,
	  "text, json, csv, markdown or html [by the suffix of -o, else text]",
	  OPTION_TEXT(struct arguments, format), .choices = "text|json|csv|markdown|html" },
	{ "output", 'o', "FILE", NULL,
	  "write to FILE, whole or not at all [standard output]",
	  OPTION_TEXT(struct arguments, output) },
	{ "force", 0, NULL, NULL, "replace FILE",
	  OPTION_FLAG(struct arguments, may_replace) },
	{ "campaign", 0, "N", NULL, "only the Nth campaign [all; html: the last]",
	  OPTION_COUNT(struct arguments, options.campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "language", 0, "LANG", "en", "language of the HTML report: en or zh",
	  OPTION_OWN(struct arguments, language, take_language), .choices = "en|zh",
	  .setting = SETTING_ANY },
	{ "phases", 0, NULL, NULL, "show what each phase that the program marked drew",
	  OPTION_FLAG(struct arguments, phases) },
	{ "layers", 0, NULL, NULL,
	  "show what each layer, or other region that the program marked, drew",
	  OPTION_FLAG(struct arguments, layers), .also = "regions" },
	{ "functions", 0, NULL, NULL,
	  "show what each function drew, of runs with --profile (text, markdown, csv, "
	  "json)",
	  OPTION_FLAG(struct arguments, functions) },
	{ "phase", 0, "NAME", NULL,
	  "with --functions: only what was drawn within the phases of that name",
	  OPTION_TEXT(struct arguments, phase) },
	{ "changes", 0, NULL, NULL,
	  "show the change log: who changed which setting or factor, when, from what to "
	  "what",
	  OPTION_FLAG(struct arguments, changes) },
	{ "diff", 0, NULL, NULL,
	  "with --functions: what changed from variant A to B (report --functions --diff A "
	  "B FILE.db)",
	  OPTION_FLAG(struct arguments, diff) },
	{ "profile", 0, NULL, NULL,
	  "draw the functions as a flame graph, of runs with --profile (html): -o "
	  "FILE.html",
	  OPTION_FLAG(struct arguments, profile), .also = "flame" },
	{ "plot", 0, NULL, NULL,
	  "draw power over time: on the screen, or with -o FILE.svg or FILE.png as a "
	  "picture",
	  OPTION_FLAG(struct arguments, plot) },
	{ OPTION_HEADING("Which variant to choose") },
	{ "front", 0, NULL, NULL,
	  "show the Pareto front of energy and quality, with each break-even",
	  OPTION_FLAG(struct arguments, front) },
	{ "per-day", 0, "N", NULL, "queries a day, such as 1.2M: days until break-even",
	  OPTION_REAL(struct arguments, compare.per_day, 1, 1e15), .setting = SETTING_ANY },
	{ "sessions-per-day", 0, "N", NULL,
	  "sessions of an agent a day: adds a year of them (text, markdown, json, csv, "
	  "html)",
	  OPTION_REAL(struct arguments, options.sessions_per_day, 1e-3, 1e15),
	  .expected = "sessions a day, above 0", .setting = SETTING_ANY },
	{ "amortise", 0, "N", NULL, "spread each variant's build cost over N queries",
	  OPTION_REAL(struct arguments, spread_over, 1, 1e15), .also = "amortize" },
	{ "quality", 0, "NAME", NULL, "the metric of the front [the first there is]",
	  OPTION_TEXT(struct arguments, compare.quality), .setting = SETTING_ANY },
	{ "explain", 0, NULL, NULL, "show the SQL behind the front",
	  OPTION_FLAG(struct arguments, explain) },
	{ OPTION_INCLUDE(reading_rows, struct arguments, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "report",
	.usage = "Usage: joulecart report [OPTION]... FILE.db\n"
		 "Compute every figure again from the database alone, on any machine.\n"
		 "\n"
		 "  joulecart report joulecart.db\n"
		 "  joulecart report -o audit.html joulecart.db\n"
		 "  joulecart report --functions --diff old new app.db\n"
		 "  joulecart report --format json joulecart.db | jq .variants\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
};

/* ".html" of "a.b/report.html"; "" where the name has none. */
static const char *suffix_of(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *name = slash ? slash + 1 : path;
	const char *suffix = name ? strrchr(name, '.') : NULL;
	return suffix && suffix != name ? suffix : "";
}

/* Forms that no report has. Any other end of a name, as mktemp's, says nothing of what is in the file. */
static bool is_foreign(const char *suffix)
{
	static const char *const foreign[] = {
		".svg", ".png", ".jpg",  ".jpeg", ".gif",   ".webp", ".pdf",    ".ps",
		".eps", ".xml", ".yaml", ".yml",  ".tsv",   ".xlsx", ".ods",    ".docx",
		".odt", ".tex", ".gz",   ".zip",  ".jsonl", ".db",   ".sqlite",
	};
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (strcasecmp(suffix, foreign[i]) == 0)
			return true;
	return false;
}

/* NULL: the name asks for a form that no report has. */
static const char *format_of_suffix(const char *path)
{
	static const char *const formats[][2] = {
		{ ".html", "html" }, { ".htm", "html" },    { ".json", "json" },
		{ ".csv", "csv" },   { ".md", "markdown" }, { ".markdown", "markdown" },
	};
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcasecmp(suffix_of(path), formats[i][0]) == 0)
			return formats[i][1];
	return is_foreign(suffix_of(path)) ? NULL : "text";
}

/* A program of its own makes the HTML: it checks and opens everything itself. */
static int become_html(const struct arguments *arguments, struct problem *why)
{
	char campaign[32], per_day[32];
	const char *argv[22] = { "joulecart-html" };
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
	if (arguments->options.sessions_per_day > 0) {
		snprintf(per_day, sizeof(per_day), "%.17g",
			 arguments->options.sessions_per_day);
		argv[n++] = "--sessions-per-day";
		argv[n++] = per_day;
	}
	if (arguments->output) {
		argv[n++] = "--output";
		argv[n++] = arguments->output;
	}
	if (arguments->may_replace)
		argv[n++] = "--force";
	if (arguments->reading.is_despite)
		argv[n++] = "--despite-schema";
	if (arguments->reading.trust_path) {
		argv[n++] = "--trust";
		argv[n++] = arguments->reading.trust_path;
	}
	if (arguments->profile)
		argv[n++] = "--profile";
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
	problem_what(why, "cannot show the Pareto front");
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

/* Below a front, phases, layers or functions; where those are rows for a program, beside them. */
static int state_seal(sqlite3 *db, const struct arguments *arguments, FILE *out,
		      struct problem *why)
{
	struct standing standing;
	if (standing_read(db, arguments->options.trust, &standing, why) != 0)
		return -1;
	if (strcmp(arguments->format, "markdown") == 0)
		standing_markdown(&standing, out);
	else
		standing_text(&standing,
			      strcmp(arguments->format, "text") == 0 ? out : stderr);
	return 0;
}

static int write_to(sqlite3 *db, const struct arguments *arguments, struct problem *why)
{
	struct output_file output;
	int code = output_open_text(&output, arguments->output, arguments->may_replace,
				    why);
	if (code != 0)
		return code;
	if (arguments->phases)
		code = phases_print(db, arguments->options.campaign_id, arguments->format,
				    output.stream, why);
	else if (arguments->layers)
		code = layers_print(db, arguments->options.campaign_id, arguments->format,
				    output.stream, why);
	else if (arguments->diff)
		code = functions_print_changes(db, arguments->options.campaign_id,
					       arguments->changed, arguments->format,
					       output.stream, why);
	else if (arguments->functions)
		code = functions_print(db, arguments->options.campaign_id, arguments->phase,
				       arguments->format, output.stream, why);
	else if (arguments->changes)
		code = change_list_print(db, arguments->options.campaign_id, output.stream,
					 why);
	else if (arguments->front)
		code = write_front(db, arguments, output.stream, why);
	else
		code = report_render(db, arguments->format, output.stream,
				     &arguments->options, why);
	if (code == 0 && (arguments->phases || arguments->layers || arguments->functions ||
			  arguments->changes || arguments->front))
		code = state_seal(db, arguments, output.stream, why);
	if (code == 0)
		return output_commit(&output, why);
	output_abandon(&output);
	return code;
}

/* With what is stated beside the database. */
static int write_stated(sqlite3 *db, struct arguments *arguments, struct problem *why)
{
	struct statement statement;
	struct arena *arena = arena_new();
	problem_what(why, "cannot make a report");
	if (!arena)
		return problem_why(why, "out of memory");
	int code = statement_read(NULL, arguments->options.path, arena, &statement, why);
	arguments->options.stated = &statement;
	if (code == 0)
		code = write_to(db, arguments, why);
	arguments->options.stated = NULL;
	arena_free(arena);
	return code;
}

static int write_plot(const struct arguments *arguments, struct problem *why)
{
	struct standing standing;
	sqlite3 *db = reading_open(&arguments->reading, arguments->options.path, &standing,
				   why);
	int code = db ? plot_output_power(db, arguments->options.campaign_id, &standing,
					  arguments->output, arguments->may_replace, stdout,
					  why)
		      : -1;
	sqlite3_close(db);
	return code == 0 ? EXIT_OK : -1;
}

static int write_report(struct arguments *arguments, struct problem *why)
{
	struct trust *trust = NULL;
	const char *path = arguments->reading.trust_path;
	if (path && !(trust = trust_read(path, why)))
		return -1;
	arguments->options.trust = trust;
	sqlite3 *db = reading_open(&arguments->reading, arguments->options.path, NULL, why);
	int code = db ? write_stated(db, arguments, why) : -1;
	sqlite3_close(db);
	trust_free(trust);
	return code == 0 ? EXIT_OK : -1;
}

static int check_plot(const struct arguments *arguments, struct problem *why)
{
	bool is_picture = !arguments->output || plot_form(arguments->output);
	if (is_picture && !arguments->format && !arguments->front && !arguments->phases &&
	    !arguments->layers && !arguments->functions && !arguments->changes &&
	    !arguments->profile)
		return 0;
	problem_what(why, "cannot draw the plot");
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s",
		    is_picture ? "it is a report of its own"
			       : "a picture's file ends with .svg or .png");
	return problem_todo(why, "joulecart report --plot -o power.svg FILE.db");
}

static int check_parts(const struct arguments *arguments, struct problem *why)
{
	const struct {
		bool is_asked;
		const char *name;
	} parts[] = {
		{ arguments->front, "front" },     { arguments->phases, "phases" },
		{ arguments->layers, "layers" },   { arguments->functions, "functions" },
		{ arguments->changes, "changes" }, { arguments->profile, "profile" }
	};
	const char *first = NULL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].is_asked && first) {
			problem_what(why, "cannot show both the %s and the %s", first,
				     parts[i].name);
			why->kind = PROBLEM_USAGE;
			problem_why(why, "each is a report of its own");
			return problem_todo(why, "leave out --%s or --%s", first,
					    parts[i].name);
		}
		first = parts[i].is_asked ? parts[i].name : first;
	}
	return 0;
}

/* Whoever calls a file so expects something else in it than text. */
static int suffix_problem(const struct arguments *arguments, struct problem *why)
{
	problem_what(why, "cannot write a report to '%s'", arguments->output);
	why->kind = PROBLEM_USAGE;
	if (arguments->profile)
		return problem_refuse(why,
				      "joulecart report --profile -o flame.html FILE.db",
				      "the flame graph is a page for a browser");
	if (plot_form(arguments->output) && !arguments->front && !arguments->phases &&
	    !arguments->layers && !arguments->functions && !arguments->changes)
		return problem_refuse(
		    why,
		    "--plot draws power over time there; -o report.html is "
		    "a report with pictures",
		    "it would be text, which is no picture");
	problem_why(why, "no report has the form '%s'", suffix_of(arguments->output));
	return problem_todo(why, "name a .html, .txt, .json, .csv or .md file, or say "
				 "--format text");
}

/* What is written: as the user says, or else as the file's name does. */
static int choose_format(struct arguments *arguments, struct problem *why)
{
	if (!arguments->format)
		arguments->format = arguments->profile && !arguments->output
					? "html"
					: format_of_suffix(arguments->output);
	return arguments->format ? 0 : suffix_problem(arguments, why);
}

/* The picture is a page. */
static int check_profile(const struct arguments *arguments, struct problem *why)
{
	if (strcmp(arguments->format, "html") == 0)
		return 0;
	problem_what(why, "cannot draw the functions as %s", arguments->format);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "they are drawn as a page for a browser");
	return problem_todo(why, "joulecart report --profile -o flame.html FILE.db; "
				 "--functions has them as text");
}

/* A front and the change log are text alone, and neither phases, layers nor functions are a part of the
 * page. */
static int check_form(const struct arguments *arguments, struct problem *why)
{
	if (check_parts(arguments, why) != 0)
		return -1;
	if (arguments->profile)
		return check_profile(arguments, why);
	bool is_text = strcmp(arguments->format, "text") == 0;
	bool is_html = strcmp(arguments->format, "html") == 0;
	bool is_table = arguments->phases || arguments->layers || arguments->functions;
	bool is_text_alone = arguments->front || arguments->changes;
	if ((is_text || !is_text_alone) && !(is_html && is_table))
		return 0;
	problem_what(why, "cannot show the %s as %s",
		     arguments->front     ? "front"
		     : arguments->changes ? "changes"
		     : arguments->phases  ? "phases"
		     : arguments->layers  ? "layers"
					  : "functions",
		     arguments->format);
	why->kind = PROBLEM_USAGE;
	if (arguments->front)
		return problem_refuse(why, "leave --format out",
				      "it is shown as text; -o report.html draws it");
	if (arguments->changes)
		return problem_refuse(
		    why, "leave --changes out",
		    "they are shown as text; json and html hold them anyway");
	problem_why(why, "they are shown as text, json, csv or markdown");
	return problem_todo(why, "name one of these: --format csv, or -o FILE.csv");
}

static int check_diff(const struct arguments *arguments, struct problem *why)
{
	if (arguments->functions)
		return 0;
	problem_what(why, "cannot show what changed");
	why->kind = PROBLEM_USAGE;
	problem_why(why, "--diff is about functions");
	return problem_todo(why, "joulecart report --functions --diff A B FILE.db; "
				 "'joulecart compare' is about whole variants");
}

static int check_phase(const struct arguments *arguments, struct problem *why)
{
	if (arguments->functions && !arguments->diff)
		return 0;
	problem_what(why, "cannot show the phase '%s'", arguments->phase);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(
	    why,
	    "joulecart report --functions --phase NAME FILE.db; --phases "
	    "shows what each phase drew",
	    "--phase is about functions, and not about what changed in them");
}

static int run(int argc, char **argv, struct problem *why)
{
	struct arguments arguments = { 0 };
	int first = options_parse(&table, argc, argv, &arguments, why);
	if (first <= 0)
		return first;
	if ((arguments.diff && check_diff(&arguments, why) != 0) ||
	    (arguments.phase && check_phase(&arguments, why) != 0))
		return -1;
	if (arguments.diff && first + 3 != argc)
		return options_operand_problem(&table,
					       "A B FILE.db, two variants and a file", why);
	if (!arguments.diff && first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	for (int i = 0; arguments.diff && i < 2; i++)
		arguments.changed[i] = argv[first++];
	arguments.options.path = argv[first];
	if (arguments.plot)
		return check_plot(&arguments, why) == 0 ? write_plot(&arguments, why) : -1;
	if (choose_format(&arguments, why) != 0 || check_form(&arguments, why) != 0)
		return -1;
	if (strcmp(arguments.format, "html") == 0)
		return become_html(&arguments, why);
	return write_report(&arguments, why);
}

const struct command command_report = {
	.name = "report",
	.group = "Report",
	.summary = "every figure again: HTML, text, JSON, CSV or Markdown",
	.options = &table,
	.run = run,
};
