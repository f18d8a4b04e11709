/* profiler/cli/cmd-models.c - joulecart models: hands over to the program that has the models.
 *
 * It is a program of its own, so that measuring other commands does not load oneDNN. */
#include <config.h>

#include "profiler/cli/command.h"
#include "profiler/launch/program-path.h"

static int run(int argc, char **argv, struct problem *why)
{
	(void)argc;
	return program_become("joulecart-models", argv, why);
}

const struct command command_models = {
	.name = "models",
	.group = "Measure",
	.summary = "list, train, evaluate, run the bundled models, unmeasured",
	.run = run,
};
