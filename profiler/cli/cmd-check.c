/* profiler/cli/cmd-check.c - joulecart check: limits for CI. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "profiler/options/reading-options.h"
#include "reports/campaign/variants.h"
#include "reports/gate/gate.h"
#include "schema/database/guard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Limits, and variants. */
enum { GATES_MOST = 32, NAMES_MOST = 64 };

struct gate_list {
	struct gate gates[GATES_MOST];
	size_t n;
	struct arena *arena;
};

struct names {
	const char *names[NAMES_MOST];
	size_t n;
};

struct options {
	struct gate_list limits;
	struct names variants;
	const char *path, *baseline, *against, *junit;
	int64_t campaign_id;
	bool github;
	struct reading_options reading;
	struct standing standing, base_standing; /* of path, and of baseline */
	double session_sd;
};

static int too_many(const char *option, const char *text, int most, struct problem *why)
{
	char expected[64];
	snprintf(expected, sizeof(expected), "at most %d can be given", most);
	return options_invalid(option, text, expected, why);
}

static int take_budget(void *limits, const char *text, struct problem *why)
{
	struct gate_list *list = limits;
	if (list->n == GATES_MOST)
		return too_many("budget", text, GATES_MOST, why);
	return gate_parse_budget(text, &list->gates[list->n++], list->arena, why);
}

static int take_limit(void *limits, const char *text, struct problem *why)
{
	struct gate_list *list = limits;
	if (list->n == GATES_MOST)
		return too_many("fail-if", text, GATES_MOST, why);
	return gate_parse(text, &list->gates[list->n++], list->arena, why);
}

static int take_variant(void *variants, const char *text, struct problem *why)
{
	struct names *names = variants;
	if (names->n == NAMES_MOST)
		return too_many("variant", text, NAMES_MOST, why);
	names->names[names->n++] = text;
	return 0;
}

static const struct option_row rows[] = {
	{ "budget", 0, "AMOUNT", NULL, "at most that, such as 16mJ/query, 16J or 2gCO2e",
	  OPTION_OWN(struct options, limits, take_budget) },
	{ "fail-if", 0, "LIMIT", NULL,
	  "QUANTITY > LIMIT or QUANTITY < LIMIT: +5% is a change, -0.5 a difference (of "
	  "top1 in points), 16mJ absolute",
	  OPTION_OWN(struct options, limits, take_limit) },
	{ "variant", 0, "NAME", NULL,
	  "check only this one; repeat for more [all of the campaign]",
	  OPTION_OWN(struct options, variants, take_variant), .values = VALUES_LABELS },
	{ "baseline", 0, "BASE.db", NULL, "compare with the same variants in that file",
	  OPTION_TEXT(struct options, baseline) },
	{ "against", 0, "VARIANT", NULL,
	  "compare with that variant instead, of FILE.db or of BASE.db",
	  OPTION_TEXT(struct options, against), .values = VALUES_LABELS },
	{ "session-sd", 0, "P", NULL,
	  "how much one program differs between sessions, such as 2% [from three or more "
	  "campaigns of BASE.db]",
	  OPTION_SHARE(struct options, session_sd) },
	{ "campaign", 0, "N", NULL, "only the Nth campaign of FILE.db [newest]",
	  OPTION_COUNT(struct options, campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "junit", 0, "FILE", NULL, "write the results as JUnit XML too",
	  OPTION_TEXT(struct options, junit) },
	{ "github", 0, NULL, NULL, "print them as GitHub annotations too",
	  OPTION_FLAG(struct options, github) },
	{ OPTION_INCLUDE(reading_rows, struct options, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "check",
	.usage =
	    "Usage: joulecart check [OPTION]... FILE.db\n"
	    "Check whether variants keep within limits. Prints a line for each variant "
	    "and\n"
	    "limit, and judges by the 95 % interval.\n"
	    "\n"
	    "  joulecart check shop.db --variant int8 --budget 16mJ/query\n"
	    "  joulecart check new.db --baseline main.db --fail-if 'j_per_query > +5%'\n"
	    "  joulecart check shop.db --against teacher --fail-if 'top1 < -0.5'\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "Quantities: j_per_query, j_per_run, g_per_query, g_per_run, seconds, and "
		 "every\n"
		 "metric that the trials report (top1, latency_p95_s, file_bytes...).\n"
		 "Exit status: 0 all limits hold; 3 one is broken; 4 the data are "
		 "inconclusive;\n"
		 "1 error; 2 usage.\n",
};

/* All variants of the campaign but the one that the others are held against. */
static int fill_variants(struct options *options, sqlite3 *db, struct problem *why)
{
	struct name_list all;
	if (options->variants.n > 0)
		return 0;
	struct name_list against = { &options->against, 1 };
	int64_t campaign_id = options->campaign_id;
	if (campaign_id == 0 && options->against && !options->baseline)
		campaign_id = campaign_with_all(db, against);
	if (campaign_id == 0)
		campaign_id = campaign_newest(db);
	if (campaign_id < 0 ||
	    variants_of(db, campaign_id, options->limits.arena, &all) != 0) {
		problem_what(why, "cannot read '%s'", options->path);
		return guard_why(db, why);
	}
	for (size_t i = 0; i < all.n && options->variants.n < NAMES_MOST; i++) {
		bool is_base = !options->baseline && options->against &&
			       strcmp(all.names[i], options->against) == 0;
		if (!is_base)
			options->variants.names[options->variants.n++] = all.names[i];
	}
	if (options->variants.n > 0)
		return 0;
	problem_what(why, "cannot check '%s'", options->path);
	problem_why(why, "it holds no trials yet");
	return problem_todo(
	    why, "measure something into it: joulecart run -o FILE.db -- COMMAND");
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

/* Each file by its name where there are two. Beside the verdicts and not among them: those are a line a
 * limit, for programs too. */
static void print_standings(const struct options *options)
{
	if (options->baseline)
		text_say(stderr, "%s:", options->path);
	standing_text(&options->standing, stderr);
	if (!options->baseline)
		return;
	text_say(stderr, "%s:", options->baseline);
	standing_text(&options->base_standing, stderr);
}

static int judge_all(const struct options *options, const struct gate_side *side,
		     const struct gate_side *base, struct problem *why)
{
	const struct gate_request request = {
		.gates = options->limits.gates,
		.n_gates = options->limits.n,
		.variants = options->variants.names,
		.n_variants = options->variants.n,
		.side = *side,
		.base = *base,
		.base_variant = options->against,
		.session_sd = log1p(options->session_sd),
	};
	size_t n = options->variants.n * options->limits.n;
	struct gate_result *results = arena_room(options->limits.arena,
						 n * sizeof(*results));
	if (gate_judge(&request, options->limits.arena, results, why) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		/* a line each for a log, which people search */
		if (isatty(STDOUT_FILENO))
			wrap_print(results[i].line, 0, 2, stdout);
		else
			puts(results[i].line);
		if (options->github)
			gate_github(&results[i], stdout);
	}
	print_standings(options);
	if (options->github) {
		gate_github_seal(&options->standing, options->path, stdout);
		if (options->baseline)
			gate_github_seal(&options->base_standing, options->baseline,
					 stdout);
	}
	const struct gate_outcome outcome = {
		.results = results,
		.n = n,
		.standing = &options->standing,
		.base_standing = options->baseline ? &options->base_standing : NULL,
	};
	if (options->junit && gate_junit(&outcome, options->junit, why) != 0)
		return -1;
	return status_of(results, n);
}

static int check_file(struct options *options, struct problem *why)
{
	struct gate_side side = { .path = options->path,
				  .campaign_id = options->campaign_id };
	struct gate_side base = { .path = options->baseline };
	int code = -1;
	side.db = reading_open(&options->reading, options->path, &options->standing, why);
	if (side.db && options->baseline)
		base.db = reading_open(&options->reading, options->baseline,
				       &options->base_standing, why);
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

/* 1: help was printed. */
static int parse(struct options *options, int argc, char **argv, struct problem *why)
{
	int first = options_parse(&table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	if (options->limits.n == 0)
		return options_operand_problem(&table, "--budget or --fail-if", why);
	options->path = argv[first];
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .limits.arena = arena_new() };
	problem_what(why, "cannot check");
	problem_why(why, "out of memory");
	int code = options.limits.arena ? parse(&options, argc, argv, why) : -1;
	if (code == 0)
		code = check_file(&options, why);
	else if (code == 1)
		code = EXIT_OK;
	arena_free(options.limits.arena);
	return code;
}

const struct command command_check = {
	.name = "check",
	.group = "Judge",
	.summary = "against a budget or a baseline, for CI",
	.options = &table,
	.run = run,
};
