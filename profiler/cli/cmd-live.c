/* profiler/cli/cmd-live.c - joulecart live: what the machine draws now, by joulecart-live. */
#include <config.h>

#include "profiler/cli/command.h"
#include "profiler/launch/program-path.h"
#include "profiler/options/live-options.h"

#include <stddef.h>

static int run(int argc, char **argv, struct problem *why)
{
	(void)argc;
	return program_become("joulecart-live", argv, why);
}

/* What needs rights is the program that this one becomes. */
static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_PASS_ON;
}

const struct command command_live = {
	.name = "live",
	.group = "Measure",
	.summary = "the power that the machine draws now",
	.options = &live_table,
	.run = run,
	.rights = rights,
};
