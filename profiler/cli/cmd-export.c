/* profiler/cli/cmd-export.c - joulecart export: the same data where other programs open it. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/options/output-file.h"
#include "profiler/options/reading-options.h"
#include "profiler/options/statement-options.h"
#include "reports/export/export.h"
#include "reports/forms/forms.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct arguments {
	const char *output;
	struct export_wish wish;
	struct form_wish form;
	struct statement_options statement;
	struct reading_options reading;
	bool may_replace;
};

static const struct option_row rows[] = {
	{ "to", 0, "FORMAT", NULL, "one of those above",
	  OPTION_TEXT(struct arguments, wish.format),
	  .choices = EXPORT_FORMATS "|" FORMS_FORMATS },
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
	{ OPTION_HEADING("Which model a form is of") },
	{ "variant", 0, "NAME", NULL, "the form is of this variant [the only one]",
	  OPTION_TEXT(struct arguments, form.variant), .values = VALUES_LABELS },
	{ "campaign", 0, "N", NULL, "from the Nth campaign [the newest]",
	  OPTION_COUNT(struct arguments, form.campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "activity", 0, "WORD", NULL,
	  "training or inference: what a command did, or which a form is of",
	  OPTION_TEXT(struct arguments, form.activity), .choices = "training|inference" },
	{ OPTION_INCLUDE(statement_rows, struct arguments, statement) },
	{ OPTION_INCLUDE(reading_rows, struct arguments, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "export",
	.usage =
	    "Usage: joulecart export --to FORMAT [OPTION]... FILE.db\n"
	    "Write power, phases, regions and functions in the format of another program,\n"
	    "or fill the form of somebody who asks for a model's energy and carbon.\n"
	    "\n"
	    "  joulecart export --to perfetto -o run.pftrace joulecart.db\n"
	    "  joulecart export --to firefox -o run.json joulecart.db\n"
	    "  joulecart export --to csv joulecart.db > run.csv\n"
	    "  joulecart export --to hf-card --variant int8 shop.db\n"
	    "\n"
	    "perfetto: ui.perfetto.dev; firefox: profiler.firefox.com; pprof: go tool "
	    "pprof;\n"
	    "speedscope: speedscope.app; folded: flamegraph.pl; csv, jsonl: notebooks;\n"
	    "otlp: OpenTelemetry collectors.\n"
	    "Forms: cyclonedx (CycloneDX 1.7), spdx-ai (SPDX 3.0.1), boamps, hf-card\n"
	    "(Hugging Face), mlperf (draft), annex-xi (EU AI Act), sci-ai.\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
};

/* What is stated is read beside the database. */
static int write_form(const struct arguments *arguments, sqlite3 *db, const char *path,
		      FILE *out, struct problem *why)
{
	struct form_wish wish = arguments->form;
	struct statement statement;
	struct arena *arena = arena_new();
	problem_what(why, "cannot export");
	if (!arena)
		return problem_why(why, "out of memory");
	int code = statement_read(&arguments->statement, path, arena, &statement, why);
	if (code == 0 && statement.refusal) {
		problem_what(why, "cannot use the 'report.ini' beside '%s'", path);
		code = problem_refuse(why, "state it by options, or mend that", "%s",
				      statement.refusal);
	}
	wish.format = arguments->wish.format;
	wish.statement = &statement;
	wish.path = path;
	if (code == 0)
		code = forms_write(db, &wish, out, why);
	arena_free(arena);
	return code;
}

static int write_to(const struct arguments *arguments, sqlite3 *db, const char *path,
		    struct problem *why)
{
	struct output_file output;
	if (output_open(&output, arguments->output, arguments->may_replace, why) != 0)
		return -1;
	int code = forms_has(arguments->wish.format)
		       ? write_form(arguments, db, path, output.stream, why)
		       : export_write(db, &arguments->wish, output.stream, why);
	if (code == 0)
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

static bool is_stated(const struct arguments *arguments)
{
	for (int i = 0; i < N_STATED; i++)
		if (arguments->statement.values[i])
			return true;
	return arguments->form.variant || arguments->form.campaign_id ||
	       arguments->form.activity;
}

/* Options of one kind of format, given for the other. */
static int check_kind(const struct arguments *arguments, struct problem *why)
{
	bool is_form = forms_has(arguments->wish.format);
	if (is_form && (arguments->wish.trial_id || arguments->wish.is_regions))
		return refuse("a form is of a whole campaign",
			      "leave --trial and --regions out", why);
	if (!is_form && is_stated(arguments))
		return refuse("what is stated, --variant, --campaign and --activity are "
			      "for forms",
			      "name a form: --to cyclonedx", why);
	return 0;
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
	if (check_kind(&arguments, why) != 0)
		return -1;
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
	arguments.form.standing = &standing;
	int code = db ? write_to(&arguments, db, argv[first], why) : -1;
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
