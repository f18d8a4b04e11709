/* profiler/cli/cmd-merge.c - joulecart merge: campaigns of several machines in one file. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "schema/store/merge.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <inttypes.h>
#include <stdio.h>

struct options {
	const char *output;
};

static const struct option_row rows[] = {
	{ "output", 'o', "OUT.db", NULL, "the database to add to; created if missing",
	  OPTION_TEXT(struct options, output) },
	{ 0 },
};

static const struct option_table table = {
	.command = "merge",
	.usage = "Usage: joulecart merge -o OUT.db FILE.db...\n"
		 "Copy the campaigns of several databases, from any machines, into one.\n"
		 "\n"
		 "  joulecart merge -o all.db rack-1.db rack-2.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "A campaign that OUT.db holds already, by its UUID, is not copied again. "
		 "Custom\n"
		 "factors and seals are not copied.\n",
};

/* Every source can be read before OUT.db is made or changed. */
static int check_all(char *const *paths, struct problem *why)
{
	for (; *paths; paths++) {
		sqlite3 *db = store_open_read(*paths, why);
		if (!db)
			return -1;
		sqlite3_close(db);
	}
	return 0;
}

static int merge_all(struct store *store, char *const *paths, struct problem *why)
{
	for (; *paths; paths++) {
		struct merge_result result;
		if (merge_from(store, *paths, &result, why) != 0)
			return -1;
		wrap_say(stdout, 0, 2,
			 "%s: %" PRId64 " %s with %" PRId64 " %s copied, %" PRId64
			 " already there",
			 *paths, result.n_campaigns,
			 result.n_campaigns == 1 ? "campaign" : "campaigns",
			 result.n_trials, result.n_trials == 1 ? "trial" : "trials",
			 result.n_known);
	}
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	int code, first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (!options.output || first == argc)
		return options_operand_problem(&table, "-o OUT.db and one FILE.db or more",
					       why);
	if (check_all(argv + first, why) != 0)
		return -1;
	struct store *store = store_open(options.output, why);
	if (!store)
		return -1;
	code = merge_all(store, argv + first, why);
	store_close(store);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_merge = {
	.name = "merge",
	.group = "Trust",
	.summary = "join databases",
	.options = &table,
	.run = run,
};
