/* profiler/desk/cmd-diff.c - joulecart diff: what changed from one issue of a file to the next. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "profiler/options/reading-options.h"
#include "reports/changes/changes.h"

#include <stdio.h>

struct options {
	struct reading_options reading;
};

static const struct option_row rows[] = {
	{ OPTION_INCLUDE(reading_rows, struct options, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "diff",
	.usage =
	    "Usage: joulecart diff [OPTION]... OLD.db NEW.db\n"
	    "Show which figures, factors, settings and rows differ between two files.\n"
	    "\n"
	    "  joulecart diff issue-1.db issue-2.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES, VALUES_DATABASES },
	.notes = "Exit status: 0 nothing differs; 1 a file cannot be read; 3 something "
		 "differs;\n2 usage.\n",
};

static void print_seal(const char *which, const struct standing *standing)
{
	wrap_say(stdout, 0, 5, "%s  %s", which, standing->seal.sentence);
}

static int compare(const struct options *options, char **paths, int64_t *n,
		   struct problem *why)
{
	struct standing before, after;
	sqlite3 *old = reading_open(&options->reading, paths[0], &before, why);
	sqlite3 *new = old ? reading_open(&options->reading, paths[1], &after, why) : NULL;
	int code = -1;
	if (new) {
		print_seal("old", &before);
		print_seal("new", &after);
		code = changes_print(old, new, stdout, n, why);
	}
	sqlite3_close(new);
	sqlite3_close(old);
	return code;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	int64_t n = 0;
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first + 2 != argc)
		return options_operand_problem(&table, "OLD.db and NEW.db", why);
	if (compare(&options, argv + first, &n, why) != 0)
		return -1;
	if (n == 0)
		return EXIT_OK;
	problem_what(why, "'%s' and '%s' differ", argv[first], argv[first + 1]);
	why->kind = PROBLEM_NOT_MEASURED;
	return problem_refuse(why, "the new file's change log, or its maker, says why",
			      "%lld difference%s", (long long)n, n == 1 ? "" : "s");
}

const struct command command_diff = {
	.name = "diff",
	.group = "Trust",
	.summary = "what changed between two files",
	.options = &table,
	.run = run,
};
