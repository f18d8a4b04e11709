/* profiler/cli/commands.c - the table of subcommands, nothing else. */
#include <config.h>

#include "profiler/cli/command.h"

#include <string.h>

const struct command *const all_commands[N_COMMANDS] = {
	&command_run,     &command_attach,   &command_bench,  &command_demo,
	&command_live,    &command_serve,    &command_mark,   &command_models,
	&command_compare, &command_compress, &command_check,  &command_whatif,
	&command_report,  &command_job,      &command_export, &command_samples,
	&command_factors, &command_meter,    &command_doctor, &command_config,
	&command_verify,  &command_sign,     &command_diff,   &command_audit_sample,
	&command_merge,   &command_trim,     &command_push,   &command_pull,
	&command_fleet,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(all_commands[i]->name, name) == 0)
			return all_commands[i];
	return NULL;
}

struct config_tables command_tables(const struct option_table *tables[N_COMMANDS])
{
	struct config_tables all = { .tables = tables };
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (all_commands[i]->options)
			tables[all.n++] = all_commands[i]->options;
	return all;
}
