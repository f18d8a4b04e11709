/* profiler/cli/cmd-trim.c - joulecart trim: drop raw readings, keep every figure. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"
#include "schema/store/trim.h"

#include <inttypes.h>
#include <stdio.h>

static const struct option_row rows[] = {
	{ "trial", 0, "N", NULL, "only trial N [all that have ended]",
	  OPTION_COUNT(struct sample_filter, trial_id, 1, OPTION_COUNT_MOST) },
	{ 0 },
};

static const struct option_table table = {
	.command = "trim",
	.usage =
	    "Usage: joulecart trim [OPTION]... FILE.db\n"
	    "Drop the raw readings and keep the rollups (their sums for each second), "
	    "from\n"
	    "which every figure follows. The file records what was dropped, and shrinks.\n"
	    "\n"
	    "  joulecart trim joulecart.db\n"
	    "  joulecart trim --trial 3 joulecart.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "Afterwards 'samples' prints nothing of these trials, and 'verify' can no "
		 "longer\nrecompute the rollups from the readings.\n",
};

/* "1.2 MB", "54 KB", "120 bytes". */
static const char *size_text(int64_t bytes, char *text, size_t size)
{
	static const int64_t kilo = 1000, mega = 1000000;
	if (bytes >= mega)
		snprintf(text, size, "%.1f MB", (double)bytes / (double)mega);
	else if (bytes >= 10 * kilo)
		snprintf(text, size, "%.0f KB", (double)bytes / (double)kilo);
	else
		snprintf(text, size, "%" PRId64 " bytes", bytes);
	return text;
}

static int trim_file(const char *path, const struct sample_filter *filter,
		     struct problem *why)
{
	struct trim_result result;
	char size[32];
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
	wrap_say(stdout, 0, 2,
		 "%s: dropped %" PRId64 " raw readings (%" PRId64 " %s, %s) of %" PRId64
		 " %s; figures are kept",
		 path, result.n_readings, result.n_chunks,
		 result.n_chunks == 1 ? "chunk" : "chunks",
		 size_text(result.bytes, size, sizeof(size)), result.n_trials,
		 result.n_trials == 1 ? "trial" : "trials");
	return EXIT_OK;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct sample_filter filter = { 0 };
	int first = options_parse(&table, argc, argv, &filter, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	return trim_file(argv[first], &filter, why);
}

const struct command command_trim = {
	.name = "trim",
	.group = "Trust",
	.summary = "drop raw readings, keep rollups",
	.options = &table,
	.run = run,
};
