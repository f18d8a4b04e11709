/* profiler/cli/cmd-fleet.c - joulecart push, pull and fleet: by joulecart-fleet, which knows PostgreSQL. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/launch/program-path.h"
#include "profiler/options/fleet-options.h"

#ifdef HAVE_LIBPQ
static int run(int argc, char **argv, struct problem *why)
{
	(void)argc;
	return program_become("joulecart-fleet", argv, why);
}
#else
/* Help there is all the same. */
static int run(int argc, char **argv, struct problem *why)
{
	union {
		struct push_options push;
		struct pull_options pull;
		struct fleet_options fleet;
	} options = { 0 };
	const struct option_table *table = command_find(argv[0])->options;
	int first = options_parse(table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	problem_what(why, "cannot %s", argv[0]);
	return problem_refuse(why,
			      "apt-get install libpq-dev, then configure and build again",
			      "this joulecart was built without libpq");
}
#endif

const struct command command_push = {
	.name = "push",
	.group = "Fleet",
	.summary = "copy campaigns into a fleet's PostgreSQL",
	.options = &push_table,
	.run = run,
};

const struct command command_pull = {
	.name = "pull",
	.group = "Fleet",
	.summary = "make a file of campaigns that were pushed",
	.options = &pull_table,
	.run = run,
};

const struct command command_fleet = {
	.name = "fleet",
	.group = "Fleet",
	.summary = "make and care for that database",
	.options = &fleet_table,
	.run = run,
};
