/* models/cli/cmd-serve.c - joulecart models serve: answers another process's queries, over the socket that is
 * its standard input. */
#include <config.h>

#include "base/problem.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/cli/referral.h"
#include "models/infer/plan.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <sys/socket.h>
#include <unistd.h>

struct options {
	struct recipe recipe;
	struct variant_stack stack;
};

static const struct option_row rows[] = {
	{ OPTION_INCLUDE(recipe_rows, struct options, recipe) },
	{ 0 },
};

static const struct option_table table = {
	.command = "models serve",
	.usage =
	    "Usage: joulecart models serve VARIANT [OPTION]...\n"
	    "Answer the queries of another process with a trained VARIANT, over a stream\n"
	    "socket on standard input. 'joulecart models infer cascade' starts it "
	    "itself.\n",
	.rows = rows,
	.operands = { VALUES_VARIANTS },
};

static int serve(const struct variant *variant, const struct recipe *recipe,
		 struct problem *why)
{
	struct weights *weights = store_load(variant, recipe, why);
	struct plan *plan = weights ? plan_create(weights, 1, why) : NULL;
	int failed = -1;
	if (plan) {
		joulecart_attach();
		failed = referral_serve(STDIN_FILENO, plan, why);
		joulecart_detach();
	}
	plan_free(plan);
	weights_free(weights);
	return failed;
}

static int check_socket(struct problem *why)
{
	int type;
	socklen_t size = sizeof(type);
	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	    type == SOCK_STREAM)
		return 0;
	problem_what(why, "cannot serve");
	return problem_refuse(why,
			      "use 'joulecart models infer cascade', which starts this "
			      "command itself",
			      "standard input is no stream socket");
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .recipe = recipe_default() };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	const struct variant *variant = option_variant(&table, argc - first, argv + first,
						       options.recipe.source.task,
						       &options.stack, why);
	if (!variant || option_level(variant, &options.recipe, why) < 0 ||
	    option_agent(&options.recipe, "models serve", why) < 0 ||
	    check_socket(why) < 0 || option_threads(1, why) < 0)
		return -1;
	return serve(variant, &options.recipe, why);
}

const struct models_command command_serve = {
	.name = "serve",
	.summary = "answer another process's queries",
	.options = &table,
	.run = run,
};
