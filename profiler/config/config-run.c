/* profiler/config/config-run.c - a command with its settings (config.h). */
#include <config.h>

#include "base/text-stream.h"
#include "profiler/config/config.h"

#include <string.h>

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static void tell_refused(const struct config *config)
{
	for (size_t i = 0; i < CONFIG_ENVIRONMENT; i++)
		if (config->refused[i][0])
			text_say(stderr, "joulecart: no settings are taken from %s",
				 config->refused[i]);
}

int config_run(const struct config_tables *tables, const struct option_table *table,
	       int (*run)(int argc, char **argv, struct problem *why), int argc,
	       char **argv, struct problem *why)
{
	struct config config;
	struct config_line line = { 0 };
	if (!table || !config_concerns(table) || asks_for_help(argc, argv))
		return run(argc, argv, why);
	int code = config_read(&config, tables, why);
	if (code == 0)
		code = config_line_make(&line, &config, table, argc, argv, why);
	if (code == 0) {
		tell_refused(&config);
		code = run(line.argc, line.argv, why);
		if (code < 0)
			config_explain(&config, table, why);
	}
	config_line_free(&line);
	config_free(&config);
	return code;
}
