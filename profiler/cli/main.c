/* profiler/cli/main.c - from the command line to the command. */
#include <config.h>

#include "base/nearest.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "base/revision.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "profiler/complete/completion-values.h"
#include "profiler/launch/privileges.h"
#include "profiler/launch/program-path.h"
#include "profiler/launch/signals.h"
#include "schema/database/sqlite-memory.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] =
    "Usage: joulecart COMMAND [OPTION]...\n"
    "How many joules and grams of CO2e does one query cost, and is B cheaper than A?\n"
    "\n"
    "  joulecart run -- ./my-model           measure any command\n"
    "  joulecart bench                       the bundled variants, one table\n"
    "  joulecart compare x.db teacher int8   is int8 cheaper, and is that certain?\n"
    "  joulecart report joulecart.db         every figure again, from the file alone\n"
    "\n";
static const char foot[] =
    "\njoulecart COMMAND --help shows its options. man joulecart has the rest.\n";

static int unknown(const char *name, struct problem *why)
{
	const char *names[N_COMMANDS];
	for (size_t i = 0; i < N_COMMANDS; i++)
		names[i] = all_commands[i]->name;
	const char *near = nearest_name(name, names, N_COMMANDS);
	problem_what(why, "'%s' is not a command", name);
	why->kind = PROBLEM_USAGE;
	if (strcmp(name, "prune") == 0) { /* two things go by that name */
		problem_why(why,
			    "raw readings are dropped by 'joulecart trim', pruned models "
			    "measured by 'joulecart bench'");
		return problem_todo(why, "joulecart models lists the variants");
	}
	if (near)
		problem_why(why, "did you mean '%s'?", near);
	return problem_todo(why, "joulecart --help lists them");
}

static int general_help(void)
{
	const char *group = "";
	wrap_page(head, stdout);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		enum { SUMMARY_COLUMN = 23 };
		printf("%-9s %-12s ",
		       strcmp(group, all_commands[i]->group) ? all_commands[i]->group : "",
		       all_commands[i]->name);
		wrap_print(all_commands[i]->summary, SUMMARY_COLUMN, SUMMARY_COLUMN,
			   stdout);
		group = all_commands[i]->group;
	}
	wrap_page(foot, stdout);
	return EXIT_OK;
}

/* For programs, not people: the completion files and a test of the man pages are made from it.
 * The models' options are known to their program. */
static int list_options(struct problem *why)
{
	char *argv[] = { (char[]){ "joulecart-models" }, (char[]){ "--list-options" },
			 NULL };
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (all_commands[i]->options)
			options_list(all_commands[i]->options, stdout);
	fflush(stdout);
	return program_become("joulecart-models", argv, why);
}

/* For the shells (completion.h): argv[1] and on stand behind "joulecart", and the last is
 * completed. */
static int complete(int argc, char **argv, struct problem *why)
{
	char program[] = "joulecart-models", again[] = "--complete";
	const char *names[N_COMMANDS], *helps[N_COMMANDS];
	const struct command *command = argc > 2 ? command_find(argv[1]) : NULL;
	completion_limit();
	for (size_t i = 0; i < N_COMMANDS; i++) {
		names[i] = all_commands[i]->name;
		helps[i] = all_commands[i]->summary;
	}
	if (argc <= 2) {
		completion_of_names(argc > 1 ? argv[1] : "", names, helps, N_COMMANDS,
				    stdout);
	} else if (command && command->options) {
		options_complete(command->options, argc - 2, argv + 2, completion_values,
				 stdout);
	} else if (command) {
		argv[0] = program;
		argv[1] = again;
		return program_become("joulecart-models", argv, why);
	}
	return EXIT_OK;
}

static int help(int argc, char **argv, struct problem *why)
{
	if (argc < 2)
		return general_help();
	const struct command *command = command_find(argv[1]);
	if (!command)
		return unknown(argv[1], why);
	char *ask[] = { argv[1], (char[]){ "--help" }, NULL };
	return command->run(2, ask, why);
}

static int run_with_settings(const struct command *command, int argc, char **argv,
			     struct problem *why)
{
	const struct option_table *tables[N_COMMANDS];
	const struct config_tables all = command_tables(tables);
	return config_run(&all, command->options, command->run, argc, argv, why);
}

static int dispatch(int argc, char **argv, int *failed_status, struct problem *why)
{
	const char *word = argc > 1 ? argv[1] : "--help";
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		printf("joulecart %s\nrevision %s\n", PACKAGE_VERSION, GIT_REVISION);
		return EXIT_OK;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return general_help();
	if (strcmp(word, "--list-options") == 0)
		return list_options(why);
	if (strcmp(word, "--complete") == 0)
		return complete(argc - 1, argv + 1, why);
	if (strcmp(word, "help") == 0)
		return help(argc - 1, argv + 1, why);
	const struct command *command = command_find(word);
	if (!command)
		return unknown(word, why);
	*failed_status = command->failed_status;
	return run_with_settings(command, argc - 1, argv + 1, why);
}

/* Before anything else: what the user may not do, this process may not do from here on. */
static int begin(int argc, char **argv, int *failed_status, struct problem *why)
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
	enum rights wanted = command && command->rights
				 ? command->rights(argc - 1, argv + 1)
				 : RIGHTS_NONE;
	*failed_status = command ? command->failed_status : 0;
	if (privileges_begin(wanted, command ? command->task : NULL, why) != 0)
		return -1;
	if (wanted == RIGHTS_PASS_ON)
		return command->run(argc - 1, argv + 1, why);
	/* Only which characters the terminal knows: figures read the same everywhere. */
	setlocale(LC_CTYPE, "");
	text_guard_output();
	signals_survive_file_limit();
	sqlite_memory_set_up();
	return dispatch(argc, argv, failed_status, why);
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	char text[1024];
	int failed_status = 0;
	int status = begin(argc, argv, &failed_status, &why);
	bool has_said = status < 0;
	if (has_said) {
		problem_advise(&why);
		fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
		status = why.exit_status || why.is_status_kept ? why.exit_status
			 : failed_status                       ? failed_status
							       : (int)why.kind;
	}
	if (!has_said && (fflush(stdout) != 0 || ferror(stdout))) {
		fprintf(stderr, "joulecart: cannot write to standard output\n");
		status = status ? status : 1;
	}
	return status;
}
