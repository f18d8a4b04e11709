/* profiler/cmd-models.c - joulecart models: hands over to the program that has the models.
 *
 * It is a program of its own, so that measuring other commands does not load oneDNN. */
#include <config.h>

#include "base/problem.h"
#include "profiler/command.h"
#include "profiler/models.h"

#include <errno.h>
#include <unistd.h>

static int run(int argc, char **argv, struct problem *why)
{
	(void)argc;
	char path[4096];
	if (models_path(path, sizeof(path), why) != 0)
		return -1;
	execv(path, argv);
	int err = errno;
	problem_what(why, "cannot run '%s'", path);
	return problem_errno(why, err);
}

const struct command command_models = {
	.name = "models",
	.group = "Measure",
	.summary = "list, train, evaluate, run the bundled models, unmeasured",
	.run = run,
};
