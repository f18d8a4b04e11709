/* profiler/cli/cmd-config.c - joulecart config: which settings hold, and where each comes from. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "reports/figure/json-text.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* More than there are options that may be set. */
enum { KEYS_MOST = 64, ROWS_MOST = 128, TEXT_INDENT = 4 };

struct arguments {
	bool json;
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, NULL, "print as JSON", OPTION_FLAG(struct arguments, json) },
	{ 0 },
};

static const struct option_table table = {
	.command = "config",
	.usage = "Usage: joulecart config [OPTION]...\n"
		 "Show each setting, its value and where it comes from. The later of these "
		 "wins:\n"
		 "your file, the file " CONFIG_FOLDER_PATH
		 " of this folder, the environment, the command\n"
		 "line.\n"
		 "\n"
		 "  joulecart config\n"
		 "  JOULECART_ZONE=FR joulecart config --json | jq .settings\n",
	.rows = rows,
	.takes_no_operand = true,
	.notes = "A file has lines such as 'zone = DE', and headings such as '[compare]' "
		 "above\nlines for one command. man joulecart has them all.\n",
};

/* The names of all settings, each once. */
struct keys {
	const char *names[KEYS_MOST];
	size_t n;
};

static void keys_add(struct keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->n; i++)
		if (strcmp(keys->names[i], name) == 0)
			return;
	if (keys->n < KEYS_MOST)
		keys->names[keys->n++] = name;
}

/* Is it a setting of that command? */
static bool has_key(const struct option_table *of, const char *key)
{
	struct option_row flat[ROWS_MOST];
	size_t n = options_flatten(of->rows, flat, ROWS_MOST);
	for (size_t i = 0; i < n && i < ROWS_MOST; i++)
		if (flat[i].name && flat[i].setting != SETTING_NONE &&
		    strcmp(flat[i].name, key) == 0)
			return true;
	return false;
}

static void find_keys(struct keys *keys, const struct config_tables *tables)
{
	struct option_row flat[ROWS_MOST];
	for (size_t i = 0; i < tables->n; i++) {
		size_t n = options_flatten(tables->tables[i]->rows, flat, ROWS_MOST);
		for (size_t k = 0; k < n && k < ROWS_MOST; k++)
			if (flat[k].name && flat[k].setting != SETTING_NONE)
				keys_add(keys, flat[k].name);
	}
}

/* The commands of which this setting holds. */
static void commands_of(const struct config *config, const struct config_tables *tables,
			const struct config_setting *setting, struct keys *holders)
{
	for (size_t i = 0; i < tables->n; i++) {
		const struct option_table *of = tables->tables[i];
		if (has_key(of, setting->key) &&
		    config_find(config, of->command, setting->key) == setting)
			keys_add(holders, of->command);
	}
}

static void join(const struct keys *keys, char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < keys->n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 keys->names[i]);
}

/* --- text ------------------------------------------------------------------------------- */

static void print_setting(const struct config_setting *setting, const struct keys *holders)
{
	char text[512];
	join(holders, text, sizeof(text));
	printf("%s = %s\n    from %s\n    for %s\n", setting->key, setting->value,
	       setting->from, holders->n ? text : "no command: another place wins");
}

static void print_file(const struct config *config, enum config_layer layer,
		       const char *path)
{
	size_t n = 0;
	for (size_t i = 0; i < config->n; i++)
		n += config->settings[i].layer == layer;
	if (config->refused[layer][0])
		printf("  %s: nothing is taken from it\n", config->refused[layer]);
	else
		printf("  %s: %zu settings\n", path[0] ? path : "no home", n);
}

static void print_text(const struct config *config, const struct config_tables *tables)
{
	struct keys keys = { 0 }, unset = { 0 };
	char text[1024];
	find_keys(&keys, tables);
	for (size_t i = 0; i < config->n; i++) {
		struct keys holders = { 0 };
		commands_of(config, tables, &config->settings[i], &holders);
		print_setting(&config->settings[i], &holders);
	}
	for (size_t i = 0; i < keys.n; i++) {
		bool is_set = false;
		for (size_t k = 0; k < config->n; k++)
			is_set |= strcmp(config->settings[k].key, keys.names[i]) == 0;
		if (!is_set)
			keys_add(&unset, keys.names[i]);
	}
	join(&unset, text, sizeof(text));
	printf("%snot set, as each command's --help says:\n    ", config->n ? "\n" : "");
	wrap_print(text, TEXT_INDENT, TEXT_INDENT, stdout);
	printf("\nread, the later wins:\n");
	print_file(config, CONFIG_USER, config->user_path);
	print_file(config, CONFIG_FOLDER, CONFIG_FOLDER_PATH);
}

/* --- JSON ------------------------------------------------------------------------------- */

static json_t *file_json(const struct config *config, enum config_layer layer,
			 const char *path)
{
	const char *refused = config->refused[layer];
	return json_pack("{s:o, s:b, s:o}", "path", json_text(path), "is_refused",
			 refused[0] != '\0', "why", json_text(refused[0] ? refused : NULL));
}

static json_t *setting_json(const struct config_setting *setting,
			    const struct keys *holders)
{
	json_t *names = json_array();
	for (size_t i = 0; i < holders->n; i++)
		json_array_append_new(names, json_string(holders->names[i]));
	return json_pack("{s:s, s:o, s:o, s:o}", "setting", setting->key, "value",
			 json_text(setting->value), "from", json_text(setting->from),
			 "commands", names);
}

static int print_json(const struct config *config, const struct config_tables *tables,
		      struct problem *why)
{
	json_t *settings = json_array();
	for (size_t i = 0; i < config->n; i++) {
		struct keys holders = { 0 };
		commands_of(config, tables, &config->settings[i], &holders);
		json_array_append_new(settings,
				      setting_json(&config->settings[i], &holders));
	}
	json_t *root = json_pack("{s:s, s:[o,o], s:o}", "schema", "joulecart-config-1",
				 "files", file_json(config, CONFIG_USER, config->user_path),
				 file_json(config, CONFIG_FOLDER, CONFIG_FOLDER_PATH),
				 "settings", settings);
	problem_what(why, "cannot print the settings");
	return json_print(root, JSON_INDENT(2), stdout) == 0 ? 0
							     : problem_errno(why, ENOMEM);
}

static int show(const struct arguments *arguments, struct problem *why)
{
	const struct option_table *tables[N_COMMANDS];
	const struct config_tables all = command_tables(tables);
	struct config config;
	int code = config_read(&config, &all, why);
	if (code == 0 && arguments->json)
		code = print_json(&config, &all, why);
	else if (code == 0)
		print_text(&config, &all);
	config_free(&config);
	return code == 0 ? EXIT_OK : -1;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct arguments arguments = { 0 };
	int first = options_parse(&table, argc, argv, &arguments, why);
	if (first <= 0)
		return first;
	return show(&arguments, why);
}

const struct command command_config = {
	.name = "config",
	.group = "Trust",
	.summary = "which settings hold, and where each comes from",
	.options = &table,
	.run = run,
};
