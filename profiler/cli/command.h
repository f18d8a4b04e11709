/* profiler/cli/command.h - what main knows of a subcommand. */
#ifndef JOULECART_COMMAND_H
#define JOULECART_COMMAND_H
#include "profiler/config/config.h"
#include "profiler/launch/exit-status.h"
#include "profiler/launch/privileges.h"

struct option_table;
struct problem;

struct command {
	const char *name;
	const char *group;                  /* the heading under which help lists it */
	const char *summary;                /* one line of help */
	const struct option_table *options; /* NULL: those of another program (models) */
	/* argv[0] is the command's name; --help among its options prints its usage. Returns
	 * the exit status, or -1 with *why filled. */
	int (*run)(int argc, char **argv, struct problem *why);
	int failed_status; /* exit status for a problem: 0 = by its kind, else this (run: 125) */
	/* What it needs more rights for than its user has, by its arguments (argv[0] is its name):
	 * they are compared with fixed words and not read otherwise. NULL: nothing. */
	enum rights (*rights)(int argc, char *const *argv);
	const struct privileges_task *task; /* what root does for it, or NULL */
};

extern const struct command command_attach, command_audit_sample, command_bench,
    command_check, command_compare, command_compress, command_config, command_demo,
    command_diff, command_doctor, command_export, command_factors, command_fleet,
    command_job, command_live, command_mark, command_merge, command_meter, command_models,
    command_pull, command_push, command_report, command_run, command_samples, command_serve,
    command_sign, command_trim, command_verify, command_whatif;

/* All of them, in the order of help. */
enum { N_COMMANDS = 29 };
extern const struct command *const all_commands[N_COMMANDS];
/* NULL: there is none of that name. */
const struct command *command_find(const char *name);
/* The tables of their options, in tables[0..N_COMMANDS). */
struct config_tables command_tables(const struct option_table *tables[N_COMMANDS]);

#endif
