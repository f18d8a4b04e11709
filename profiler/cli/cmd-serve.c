/* profiler/cli/cmd-serve.c - joulecart serve: metrics by HTTP, by joulecart-serve. */
#include <config.h>

#include "profiler/cli/command.h"
#include "profiler/launch/program-path.h"
#include "profiler/options/serve-options.h"

#include <stddef.h>

static int run(int argc, char **argv, struct problem *why)
{
	(void)argc;
	return program_become("joulecart-serve", argv, why);
}

/* What needs rights is the program that this one becomes. */
static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_PASS_ON;
}

const struct command command_serve = {
	.name = "serve",
	.group = "Measure",
	.summary = "metrics of this machine for Prometheus",
	.options = &serve_table,
	.run = run,
	.rights = rights,
};
