/* profiler/cli/cmd-merge.c - joulecart merge: campaigns of several machines in one file. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "schema/store/merge.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static const char usage[] =
    "Usage: joulecart merge -o OUT.db FILE.db...\n"
    "Copy the campaigns of several databases, of whichever machines, into one.\n"
    "\n"
    "  joulecart merge -o all.db rack-1.db rack-2.db\n"
    "\n"
    "  -o, --output=OUT.db    the database to add to, made if it is not there\n"
    "  -h, --help             this text\n"
    "\n"
    "Campaigns are known by their UUIDs: one that OUT.db has already is not copied again.\n"
    "Factors that were set or imported, and seals, stay behind.\n";

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
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
		printf("%s: %" PRId64 " %s with %" PRId64 " %s copied, %" PRId64
		       " already there\n",
		       *paths, result.n_campaigns,
		       result.n_campaigns == 1 ? "campaign" : "campaigns", result.n_trials,
		       result.n_trials == 1 ? "trial" : "trials", result.n_known);
	}
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	const char *output = NULL;
	int code;
	while ((code = getopt_long(argc, argv, ":o:h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (code != 'o')
			return option_problem(argv, code, why);
		output = optarg;
	}
	if (!output || optind == argc)
		return operand_problem("merge", "-o OUT.db and one FILE.db or more", why);
	if (check_all(argv + optind, why) != 0)
		return -1;
	struct store *store = store_open(output, why);
	if (!store)
		return -1;
	code = merge_all(store, argv + optind, why);
	store_close(store);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_merge = {
	.name = "merge",
	.group = "Trust",
	.summary = "join databases",
	.run = run,
};
