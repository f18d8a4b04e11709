/* profiler/cli/cmd-live.c - joulecart live: what the machine draws now, by joulecart-live. */
#include <config.h>

#include "profiler/cli/command.h"
#include "profiler/cli/live-options.h"
#include "profiler/launch/program-path.h"

#include <stddef.h>

static int run(int argc, char **argv, struct problem *why)
{
	(void)argc;
	return program_become("joulecart-live", argv, why);
}

const struct command command_live = {
	.name = "live",
	.group = "Measure",
	.summary = "power, now",
	.options = &live_table,
	.run = run,
	.is_program = true,
};
