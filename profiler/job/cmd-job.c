/* profiler/job/cmd-job.c - joulecart job: the ranks of a job together. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/options/output-file.h"
#include "profiler/options/reading-options.h"
#include "reports/job/job-report.h"
#include "reports/job/sacct.h"
#include "schema/store/merge.h"
#include "schema/store/store.h"

#include <sqlite3.h>
#include <stdio.h>

struct options {
	struct reading_options reading;
	const char *format, *sacct, *output;
	bool may_replace;
};

static const struct option_row rows[] = {
	{ "format", 'f', "FORMAT", "text", "text, json, csv or markdown",
	  OPTION_TEXT(struct options, format), .choices = "text|json|csv|markdown" },
	{ "sacct", 0, "FILE", NULL, "what Slurm says: the output of sacct -P",
	  OPTION_TEXT(struct options, sacct) },
	{ "output", 'o', "FILE", NULL, "write to FILE [standard output]",
	  OPTION_TEXT(struct options, output) },
	{ "force", 0, NULL, NULL, "replace FILE if it is there",
	  OPTION_FLAG(struct options, may_replace) },
	{ OPTION_INCLUDE(despite_rows, struct options, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "job",
	.usage =
	    "Usage: joulecart job [OPTION]... FILE.db...\n"
	    "Show what a job of several ranks drew: in total, on each node, by each rank.\n"
	    "\n"
	    "  mpirun -n 4 joulecart run -o job.db -- ./solve && joulecart job job.db\n"
	    "  joulecart job --sacct sacct.txt node-*.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "FILEs may be of several nodes; a node's joules count once, however many "
		 "ranks\n"
		 "read them.\n",
};

/* The campaigns of all files in one that is kept in memory. */
static struct store *merge_all(char *const *paths, struct problem *why)
{
	struct store *store = store_open_memory(why);
	for (; store && *paths; paths++) {
		struct merge_result result;
		if (merge_from(store, *paths, &result, why) == 0)
			continue;
		store_close(store);
		store = NULL;
	}
	return store;
}

static int print(sqlite3 *db, const struct options *options, struct problem *why)
{
	struct output_file output;
	if (sacct_load(db, options->sacct, why) != 0 ||
	    output_open_text(&output, options->output, options->may_replace, why) != 0)
		return -1;
	int code = job_report_print(db, options->format ? options->format : "text",
				    output.stream, why);
	if (code == 0)
		return output_commit(&output, why);
	output_abandon(&output);
	return code;
}

static int print_one(const struct options *options, const char *path, struct problem *why)
{
	sqlite3 *db = reading_open(&options->reading, path, NULL, why);
	int code = db ? print(db, options, why) : -1;
	sqlite3_close(db);
	return code;
}

static int print_many(const struct options *options, char *const *paths,
		      struct problem *why)
{
	struct store *store = merge_all(paths, why);
	int code = store ? print(store_db(store), options, why) : -1;
	store_close(store);
	return code;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first == argc)
		return options_operand_problem(&table, "one FILE.db or more", why);
	int code = first + 1 == argc ? print_one(&options, argv[first], why)
				     : print_many(&options, argv + first, why);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_job = {
	.name = "job",
	.group = "Report",
	.summary = "what a job of several ranks drew, node by node",
	.options = &table,
	.run = run,
};
