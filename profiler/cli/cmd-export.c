/* profiler/cli/cmd-export.c - joulecart export: the same data where other programs open it. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/options/output-file.h"
#include "profiler/options/reading-options.h"
#include "reports/export/export.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct arguments {
	const char *output;
	struct export_wish wish;
	struct reading_options reading;
	bool may_replace;
};

static const struct option_row rows[] = {
	{ "to", 0, "FORMAT", NULL,
	  "perfetto, firefox, pprof, speedscope, folded, csv, jsonl or otlp",
	  OPTION_TEXT(struct arguments, wish.format), .choices = EXPORT_FORMATS },
	{ "output", 'o', "FILE", NULL,
	  "write to FILE, whole or not at all [standard output]",
	  OPTION_TEXT(struct arguments, output) },
	{ "merge", 0, "PROFILE", NULL, "firefox: add to this profile, as samply makes it",
	  OPTION_TEXT(struct arguments, wish.merge) },
	{ "force", 0, NULL, NULL, "replace FILE",
	  OPTION_FLAG(struct arguments, may_replace) },
	{ "trial", 0, "N", NULL, "only trial N [all]",
	  OPTION_COUNT(struct arguments, wish.trial_id, 1, OPTION_COUNT_MOST) },
	{ "regions", 0, NULL, NULL, "stacks of regions, even where functions were sampled",
	  OPTION_FLAG(struct arguments, wish.is_regions) },
	{ OPTION_INCLUDE(reading_rows, struct arguments, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "export",
	.usage =
	    "Usage: joulecart export --to FORMAT [OPTION]... FILE.db\n"
	    "Write power, phases, regions and functions in the format of another program.\n"
	    "\n"
	    "  joulecart export --to perfetto -o run.pftrace joulecart.db\n"
	    "  joulecart export --to firefox -o run.json joulecart.db\n"
	    "  joulecart export --to csv joulecart.db > run.csv\n"
	    "\n"
	    "perfetto: ui.perfetto.dev; firefox: profiler.firefox.com; pprof: go tool "
	    "pprof;\n"
	    "speedscope: speedscope.app; folded: flamegraph.pl; csv, jsonl: notebooks;\n"
	    "otlp: OpenTelemetry collectors.\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
};

static int write_to(const struct arguments *arguments, sqlite3 *db, struct problem *why)
{
	struct output_file output;
	if (output_open(&output, arguments->output, arguments->may_replace, why) != 0)
		return -1;
	if (export_write(db, &arguments->wish, output.stream, why) == 0)
		return output_commit(&output, why);
	output_abandon(&output);
	return -1;
}

static bool is_binary(const char *format)
{
	return strcmp(format, "perfetto") == 0 || strcmp(format, "pprof") == 0;
}

static int refuse(const char *because, const char *todo, struct problem *why)
{
	problem_what(why, "cannot export");
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s", because);
	return problem_todo(why, "%s", todo);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct arguments arguments = { 0 };
	int first = options_parse(&table, argc, argv, &arguments, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	if (!arguments.wish.format)
		return refuse("no format is given", "say which: --to perfetto", why);
	if (arguments.wish.merge && strcmp(arguments.wish.format, "firefox") != 0)
		return refuse("--merge is for --to firefox", "leave it out", why);
	if (arguments.wish.is_regions && strcmp(arguments.wish.format, "otlp") == 0)
		return refuse("--to otlp has no stacks, of regions or of functions",
			      "leave --regions out", why);
	if (is_binary(arguments.wish.format) && !arguments.output && isatty(STDOUT_FILENO))
		return refuse("this format is not for a terminal",
			      strcmp(arguments.wish.format, "pprof") == 0
				  ? "name a file: -o run.pb.gz"
				  : "name a file: -o run.pftrace",
			      why);
	struct standing standing;
	sqlite3 *db = reading_open(&arguments.reading, argv[first], &standing, why);
	if (db && *standing.departures)
		arguments.wish.left_aside = standing.departures;
	int code = db ? write_to(&arguments, db, why) : -1;
	if (code == 0) /* the formats have no place for it that their readers show */
		standing_text(&standing, stderr);
	sqlite3_close(db);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_export = {
	.name = "export",
	.group = "Report",
	.summary = "power, phases, regions for Perfetto, Firefox, pprof...",
	.options = &table,
	.run = run,
};
