/* models/cli/main.c - the program behind 'joulecart models': a table of subcommands. */
#include <config.h>

#include "base/completion.h"
#include "base/nearest.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/variants/variant.h"

#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct models_command *const commands[] = {
	&command_list, &command_train, &command_infer,    &command_eval,
	&command_data, &command_serve, &command_feedback,
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int print_help(void)
{
	wrap_page("Usage: joulecart models COMMAND [OPTION]...\n"
		  "List, train, evaluate and run the bundled models, unmeasured.\n\n"
		  "  joulecart models train teacher               about a minute\n"
		  "  joulecart models infer int8 --queries 20000  speed, latency, top-1\n"
		  "  joulecart run -- joulecart models infer student\n\n",
		  stdout);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		printf("  %-8s ", commands[i]->name);
		wrap_print(commands[i]->summary, 10, 10, stdout);
	}
	puts("\njoulecart models COMMAND --help shows its options.");
	return 0;
}

static const struct models_command *find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static bool is_help(const char *argument)
{
	return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int usage_error(struct problem *why)
{
	problem_todo(why, "see 'joulecart models --help'");
	why->kind = PROBLEM_USAGE;
	return -1;
}

static int unknown(const char *name, struct problem *why)
{
	const char *names[N_COMMANDS];
	for (size_t i = 0; i < N_COMMANDS; i++)
		names[i] = commands[i]->name;
	const char *near = nearest_name(name, names, N_COMMANDS);
	problem_what(why, "unknown command 'models %s'", name);
	if (near)
		problem_why(why, "did you mean '%s'?", near);
	return usage_error(why);
}

/* As joulecart's own --list-options, which ends with these. */
static int list_options(void)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		options_list(commands[i]->options, stdout);
	return 0;
}

static void offer_variants(const struct completion *completion, enum option_values kind)
{
	for (size_t i = 0; kind == VALUES_VARIANTS && variants[i]; i++)
		completion_offer(completion, variants[i]->name, variants[i]->summary);
}

/* As joulecart's own --complete, of the words behind "joulecart models". */
static int complete(int argc, char **argv)
{
	const char *names[N_COMMANDS], *helps[N_COMMANDS];
	const struct models_command *command = argc > 1 ? find(argv[0]) : NULL;
	for (size_t i = 0; i < N_COMMANDS; i++) {
		names[i] = commands[i]->name;
		helps[i] = commands[i]->summary;
	}
	if (argc <= 1)
		completion_of_names(argc ? argv[0] : "", names, helps, N_COMMANDS, stdout);
	else if (command)
		options_complete(command->options, argc - 1, argv + 1, offer_variants,
				 stdout);
	return 0;
}

/* OpenMP's threads spin while they wait for each other. Where other programs keep the processors busy, who
 * is waited for then does not get one: two that spun took seven times the CPU time of one (doc/models.md).
 * How they wait is read from the environment when the library is loaded, which is before main: so this
 * program starts itself again, as the same process, unless somebody said how they are to wait. */
static void wait_patiently(char **argv)
{
	if (!getenv("OMP_WAIT_POLICY") && !getenv("GOMP_SPINCOUNT") &&
	    setenv("OMP_WAIT_POLICY", "passive", 0) == 0)
		execv("/proc/self/exe", argv); /* where it cannot, the threads spin */
}

static int dispatch(int argc, char **argv, struct problem *why)
{
	if (argc < 2) {
		problem_what(why, "no command given to 'joulecart models'");
		return usage_error(why);
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return print_help();
	if (strcmp(argv[1], "--list-options") == 0)
		return list_options();
	if (strcmp(argv[1], "--complete") == 0)
		return complete(argc - 2, argv + 2);
	const struct models_command *command = find(argv[1]);
	if (!command)
		return unknown(argv[1], why);
	if (command->is_patient)
		wait_patiently(argv);
	return command->run(argc - 1, argv + 1, why);
}

int main(int argc, char **argv)
{
	struct problem why = { .kind = PROBLEM_FAILED };
	char text[1024];
	setlocale(LC_CTYPE, "");
	text_guard_output();
	int failed = dispatch(argc, argv, &why);
	if (!failed && fflush(stdout) != 0) {
		problem_what(&why, "cannot write the result");
		failed = problem_errno(&why, errno);
	}
	if (!failed)
		return 0;
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return (int)why.kind;
}
