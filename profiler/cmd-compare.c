/* profiler/cmd-compare.c - joulecart compare: is B cheaper than A? */
#include <config.h>

#include "base/problem.h"
#include "profiler/command.h"
#include "profiler/options.h"
#include "reports/compare-text.h"
#include "reports/compare.h"
#include "schema/reader.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: joulecart compare [OPTION]... FILE.db [A B...]\n"
    "Say whether B needs less energy than A, by how much and how sure that is. The\n"
    "first is the baseline; without names, all variants of the newest campaign.\n"
    "\n"
    "  joulecart compare shop.db teacher int8\n"
    "\n"
    "      --campaign=N       only the Nth campaign [newest with all of them]\n"
    "      --quality=NAME     the metric of quality to show [the first there is]\n"
    "      --per-day=N        queries a day, such as 1.2M: days until it is paid\n"
    "      --ignore-failure   commands that failed count as well\n"
    "      --no-null          do not compare the baseline with itself\n"
    "      --color=WHEN       auto, always or never [auto]\n"
    "  -h, --help             this text\n"
    "Exit: 0 all can be told from A, 4 one cannot, 1 could not, 2 usage.\n";

enum { OPT_CAMPAIGN = 256, OPT_QUALITY, OPT_PER_DAY, OPT_IGNORE, OPT_NO_NULL, OPT_COLOR };

static const struct option long_options[] = {
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "quality", required_argument, NULL, OPT_QUALITY },
	{ "per-day", required_argument, NULL, OPT_PER_DAY },
	{ "ignore-failure", no_argument, NULL, OPT_IGNORE },
	{ "no-null", no_argument, NULL, OPT_NO_NULL },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct options {
	struct compare_options compare;
	const char *color;
};

static int set_option(struct options *options, int code, char **argv, struct problem *why)
{
	struct compare_options *compare = &options->compare;
	switch (code) {
	case OPT_CAMPAIGN:
		compare->campaign_id = parse_count("--campaign", optarg, 1, INT64_MAX, why);
		return compare->campaign_id < 0 ? -1 : 0;
	case OPT_QUALITY:
		compare->quality = optarg;
		return 0;
	case OPT_PER_DAY:
		return parse_large("--per-day", optarg, &compare->per_day, why);
	case OPT_IGNORE:
		compare->count_failed = true;
		return 0;
	case OPT_NO_NULL:
		compare->skip_null = true;
		return 0;
	case OPT_COLOR:
		options->color = optarg;
		return parse_color(optarg, why);
	default:
		return option_problem(argv, code, why);
	}
}

static int print_comparison(sqlite3 *db, const struct options *options, struct arena *arena,
			    struct problem *why)
{
	const struct comparison *comparison = compare_read(db, &options->compare, arena,
							   why);
	if (!comparison)
		return -1;
	compare_text(comparison, wants_color(options->color, STDOUT_FILENO), stdout);
	for (size_t i = 0; i + 1 < comparison->n_compared; i++)
		if (comparison->differences[i].verdict == VERDICT_CANNOT_TELL)
			return PROBLEM_CANNOT_TELL;
	return EXIT_OK;
}

static int compare_stored(struct options *options, int argc, char **argv,
			  struct problem *why)
{
	if (argc == 0 || argc == 2)
		return operand_problem("compare", "FILE.db, and two variants or none", why);
	options->compare.path = argv[0];
	options->compare.variants = (const char *const *)(argv + 1);
	options->compare.n_variants = (size_t)(argc - 1);
	struct arena *arena = arena_new();
	sqlite3 *db = arena ? store_open_read(argv[0], why) : NULL;
	int code = db ? print_comparison(db, options, arena, why) : -1;
	sqlite3_close(db);
	arena_free(arena);
	return code;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .color = "auto" };
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (set_option(&options, code, argv, why) != 0)
			return -1;
	}
	return compare_stored(&options, argc - optind, argv + optind, why);
}

const struct command command_compare = {
	.name = "compare",
	.group = "Judge",
	.summary = "two variants",
	.run = run,
};
