/* models/cli/main.c - the program behind 'joulecart models': a table of subcommands. */
#include <config.h>

#include "base/problem.h"
#include "models/cli/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct models_command *const commands[] = { &command_list,  &command_train,
							 &command_infer, &command_eval,
							 &command_data,  NULL };

static int print_help(void)
{
	puts("Usage: joulecart models COMMAND [OPTION]...\n"
	     "The bundled shopping-agent models, plain and unprofiled.\n\n"
	     "  joulecart models train teacher              about a minute\n"
	     "  joulecart models infer int8 --queries 20000 how fast, how right\n"
	     "  joulecart run -- joulecart models infer student\n");
	for (size_t i = 0; commands[i]; i++)
		printf("  %-7s %s\n", commands[i]->name, commands[i]->summary);
	puts("\njoulecart models COMMAND --help shows its options.");
	return 0;
}

static const struct models_command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static bool is_help(const char *argument)
{
	return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (is_help(argv[i]))
			return true;
	return false;
}

static int usage_error(struct problem *why)
{
	problem_todo(why, "see 'joulecart models --help'");
	why->kind = PROBLEM_USAGE;
	return -1;
}

static int dispatch(int argc, char **argv, struct problem *why)
{
	if (argc < 2) {
		problem_what(why, "no command given to 'joulecart models'");
		return usage_error(why);
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return print_help();
	const struct models_command *command = find(argv[1]);
	if (!command) {
		problem_what(why, "unknown command 'models %s'", argv[1]);
		return usage_error(why);
	}
	if (wants_help(argc - 1, argv + 1))
		return fputs(command->usage, stdout) < 0 ? -1 : 0;
	return command->run(argc - 1, argv + 1, why);
}

int main(int argc, char **argv)
{
	struct problem why = { .kind = PROBLEM_FAILED };
	char text[1024];
	int failed = dispatch(argc, argv, &why);
	if (!failed && fflush(stdout) != 0) {
		problem_what(&why, "cannot write the result");
		failed = problem_errno(&why, errno);
	}
	if (!failed)
		return 0;
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return (int)why.kind;
}
