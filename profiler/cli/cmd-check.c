/* profiler/cli/cmd-check.c - joulecart check: limits for CI. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "reports/campaign/variants.h"
#include "reports/gate/gate.h"
#include "schema/store/reader.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "Usage: joulecart check [OPTION]... FILE.db\n"
    "Is a limit broken? One line for each variant and limit, by its 95 % "
    "interval.\n"
    "\n"
    "  joulecart check shop.db --variant int8 --budget 16mJ/query\n"
    "  joulecart check new.db --baseline main.db --fail-if 'j_per_query > +5%'\n"
    "  joulecart check shop.db --against teacher --fail-if 'top1 < -0.5'\n"
    "\n"
    "      --budget=AMOUNT    at most that, such as 16mJ/query, 16J or 2gCO2e\n"
    "      --fail-if=LIMIT    QUANTITY > LIMIT or <: +5% is a change, -0.5\n"
    "                         a difference (of top1 in points), 16mJ absolute\n"
    "      --variant=NAME     only that one; again for more [all of the campaign]\n"
    "      --baseline=BASE.db the same variants in that file\n"
    "      --against=VARIANT  that variant instead, of FILE.db or of BASE.db\n"
    "      --campaign=N       only the Nth campaign of FILE.db [newest]\n"
    "      --junit=FILE       the results as JUnit XML\n"
    "      --github           and as annotations of GitHub\n"
    "  -h, --help             this text\n"
    "Quantities: j_per_query, j_per_run, g_per_query, g_per_run, seconds, and what\n"
    "the trials state (top1, latency_p95_s, file_bytes...).\n"
    "Exit: 0 all hold, 3 one is broken, 4 the data cannot tell, 1, 2 as ever.\n";

enum {
	OPT_BUDGET = 256,
	OPT_FAIL_IF,
	OPT_VARIANT,
	OPT_BASELINE,
	OPT_AGAINST,
	OPT_CAMPAIGN,
	OPT_JUNIT,
	OPT_GITHUB
};

static const struct option long_options[] = {
	{ "budget", required_argument, NULL, OPT_BUDGET },
	{ "fail-if", required_argument, NULL, OPT_FAIL_IF },
	{ "variant", required_argument, NULL, OPT_VARIANT },
	{ "baseline", required_argument, NULL, OPT_BASELINE },
	{ "against", required_argument, NULL, OPT_AGAINST },
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "junit", required_argument, NULL, OPT_JUNIT },
	{ "github", no_argument, NULL, OPT_GITHUB },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

enum { GATES_MOST = 32, NAMES_MOST = 64 };

struct options {
	struct gate gates[GATES_MOST];
	size_t n_gates;
	const char *variants[NAMES_MOST];
	size_t n_variants;
	const char *path, *baseline, *against, *junit;
	int64_t campaign_id;
	bool github;
	struct arena *arena;
};

static int add_gate(struct options *options, bool is_budget, struct problem *why)
{
	struct gate *gate = &options->gates[options->n_gates];
	if (options->n_gates == GATES_MOST)
		return operand_problem("check", "fewer limits", why);
	options->n_gates++;
	return is_budget ? gate_parse_budget(optarg, gate, options->arena, why)
			 : gate_parse(optarg, gate, options->arena, why);
}

static int add_variant(struct options *options, struct problem *why)
{
	if (options->n_variants == NAMES_MOST)
		return operand_problem("check", "fewer variants", why);
	options->variants[options->n_variants++] = optarg;
	return 0;
}

static int set_option(struct options *options, int code, char **argv, struct problem *why)
{
	switch (code) {
	case OPT_BUDGET:
	case OPT_FAIL_IF:
		return add_gate(options, code == OPT_BUDGET, why);
	case OPT_VARIANT:
		return add_variant(options, why);
	case OPT_BASELINE:
		options->baseline = optarg;
		return 0;
	case OPT_AGAINST:
		options->against = optarg;
		return 0;
	case OPT_CAMPAIGN:
		options->campaign_id = parse_count("--campaign", optarg, 1, INT64_MAX, why);
		return options->campaign_id < 0 ? -1 : 0;
	case OPT_JUNIT:
		options->junit = optarg;
		return 0;
	case OPT_GITHUB:
		options->github = true;
		return 0;
	default:
		return option_problem(argv, code, why);
	}
}

/* All variants of the campaign but the one that the others are held against. */
static int fill_variants(struct options *options, sqlite3 *db, struct problem *why)
{
	struct name_list all;
	if (options->n_variants > 0)
		return 0;
	int64_t campaign_id = options->campaign_id ? options->campaign_id
						   : campaign_newest(db);
	if (campaign_id < 0 || variants_of(db, campaign_id, options->arena, &all) != 0) {
		problem_what(why, "cannot read '%s'", options->path);
		return problem_why(why, "%s", sqlite3_errmsg(db));
	}
	for (size_t i = 0; i < all.n && options->n_variants < NAMES_MOST; i++) {
		bool is_base = !options->baseline && options->against &&
			       strcmp(all.names[i], options->against) == 0;
		if (!is_base)
			options->variants[options->n_variants++] = all.names[i];
	}
	if (options->n_variants > 0)
		return 0;
	problem_what(why, "cannot check '%s'", options->path);
	return problem_why(why, "nothing was run into it yet");
}

/* 3 if any is broken, else 4 if any cannot be told, else 0. */
static int status_of(const struct gate_result *results, size_t n)
{
	int status = EXIT_OK;
	for (size_t i = 0; i < n; i++) {
		if (results[i].verdict == GATE_FAIL)
			return PROBLEM_NOT_MEASURED;
		if (results[i].verdict == GATE_CANNOT_TELL)
			status = PROBLEM_CANNOT_TELL;
	}
	return status;
}

static int judge_all(const struct options *options, const struct gate_side *side,
		     const struct gate_side *base, struct problem *why)
{
	size_t n = 0;
	struct gate_result *results = arena_room(
	    options->arena, options->n_variants * options->n_gates * sizeof(*results));
	for (size_t i = 0; i < options->n_variants; i++)
		for (size_t j = 0; j < options->n_gates; j++, n++) {
			if (gate_judge(&options->gates[j], options->variants[i], side, base,
				       options->against, options->arena, &results[n],
				       why) != 0)
				return -1;
			puts(results[n].line);
			if (options->github)
				gate_github(&results[n], stdout);
		}
	if (options->junit && gate_junit(results, n, options->junit, why) != 0)
		return -1;
	return status_of(results, n);
}

static int check_file(struct options *options, struct problem *why)
{
	struct gate_side side = { .path = options->path,
				  .campaign_id = options->campaign_id };
	struct gate_side base = { .path = options->baseline };
	int code = -1;
	side.db = store_open_read(options->path, why);
	if (side.db && options->baseline)
		base.db = store_open_read(options->baseline, why);
	else if (options->against)
		base = side;
	if (side.db && (base.db || !options->baseline) &&
	    fill_variants(options, side.db, why) == 0)
		code = judge_all(options, &side, &base, why);
	if (base.db != side.db)
		sqlite3_close(base.db);
	sqlite3_close(side.db);
	return code;
}

static int parse(struct options *options, int argc, char **argv, struct problem *why)
{
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), 1;
		if (set_option(options, code, argv, why) != 0)
			return -1;
	}
	if (optind + 1 != argc)
		return operand_problem("check", "one FILE.db", why);
	if (options->n_gates == 0)
		return operand_problem("check", "--budget or --fail-if", why);
	options->path = argv[optind];
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .arena = arena_new() };
	problem_what(why, "cannot check");
	problem_why(why, "out of memory");
	int code = options.arena ? parse(&options, argc, argv, why) : -1;
	if (code == 0)
		code = check_file(&options, why);
	else if (code == 1)
		code = EXIT_OK;
	arena_free(options.arena);
	return code;
}

const struct command command_check = {
	.name = "check",
	.group = "Judge",
	.summary = "against a budget or a baseline, for CI",
	.run = run,
};
