/* profiler/cli/cmd-trim.c - joulecart trim: drop raw readings, keep every figure. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"
#include "schema/store/trim.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static const char usage[] =
    "Usage: joulecart trim [OPTION]... FILE.db\n"
    "Drop the raw readings and keep what they come to second by second, from which\n"
    "every figure follows. The file says what was dropped, and shrinks.\n"
    "\n"
    "  joulecart trim joulecart.db\n"
    "  joulecart trim --trial 3 joulecart.db\n"
    "\n"
    "      --trial=N          only trial N [all that have ended]\n"
    "  -h, --help             this text\n"
    "\n"
    "Afterwards 'samples' has nothing of these trials, and 'verify' can no longer make\n"
    "the seconds again from the readings.\n";

enum { OPT_TRIAL = 256 };

static const struct option long_options[] = {
	{ "trial", required_argument, NULL, OPT_TRIAL },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int trim_file(const char *path, const struct sample_filter *filter,
		     struct problem *why)
{
	struct trim_result result;
	/* Read first: a file that does not exist must not be made. */
	sqlite3 *db = store_open_read(path, why);
	int code = db ? samples_check(db, path, filter, why) : -1;
	sqlite3_close(db);
	if (code != 0)
		return -1;
	struct store *store = store_open(path, why);
	if (!store)
		return -1;
	code = trim(store, filter->trial_id, &result, why);
	store_close(store);
	if (code != 0)
		return -1;
	printf("%s: dropped %" PRId64 " raw readings (%" PRId64
	       " chunks, %.1f MB) of %" PRId64 " %s; figures are kept\n",
	       path, result.n_readings, result.n_chunks, (double)result.bytes * 1e-6,
	       result.n_trials, result.n_trials == 1 ? "trial" : "trials");
	return EXIT_OK;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct sample_filter filter = { 0 };
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (code != OPT_TRIAL)
			return option_problem(argv, code, why);
		filter.trial_id = parse_count("--trial", optarg, 1, INT64_MAX, why);
		if (filter.trial_id < 0)
			return -1;
	}
	if (optind + 1 != argc)
		return operand_problem("trim", "one FILE.db", why);
	return trim_file(argv[optind], &filter, why);
}

const struct command command_trim = {
	.name = "trim",
	.group = "Trust",
	.summary = "drop raw samples, keep rollups",
	.run = run,
};
