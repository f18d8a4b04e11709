/* models/cli/command.h - what main knows of a subcommand of 'joulecart models'. */
#ifndef JOULECART_MODELS_COMMAND_H
#define JOULECART_MODELS_COMMAND_H
#include <stdbool.h>

struct option_table;
struct problem;

struct models_command {
	const char *name;
	const char *summary; /* one line of help */
	const struct option_table *options;
	bool is_patient; /* its threads sleep while they wait for each other */
	/* argv[0] is the command's name; --help among its options prints its usage. 0, or -1 with *why filled. */
	int (*run)(int argc, char **argv, struct problem *why);
};

extern const struct models_command command_list, command_train, command_infer, command_eval,
    command_data, command_serve, command_feedback;

#endif
