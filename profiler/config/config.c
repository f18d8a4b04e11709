/* profiler/config/config.c - see config.h. */
#include <config.h>

#include "profiler/config/config.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "profiler/config/config-file.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Above the rows of all commands that may be set. */
enum { ROWS_MOST = 128, NAMES_MOST = 128 };

/* Where the settings that are being read come from. */
struct source {
	struct config *config;
	const struct config_tables *tables;
	enum config_layer layer;
	const char *path;
};

/* --- which options can be settings ---------------------------------------------------------- */

/* Those of the table, in flat[0..ROWS_MOST). Returns how many. */
static size_t settable(const struct option_table *table, struct option_row *flat)
{
	size_t n = options_flatten(table->rows, flat, ROWS_MOST), kept = 0;
	for (size_t i = 0; i < n && i < ROWS_MOST; i++)
		if (flat[i].name && flat[i].setting != SETTING_NONE)
			flat[kept++] = flat[i];
	return kept;
}

static bool find_row(const struct option_table *table, const char *key,
		     struct option_row *found)
{
	struct option_row rows[ROWS_MOST];
	size_t n = settable(table, rows);
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, key) == 0) {
			*found = rows[i];
			return true;
		}
	return false;
}

static bool is_of(const char *section, const struct option_table *table)
{
	return !*section || strcmp(section, table->command) == 0;
}

/* --- one setting ---------------------------------------------------------------------------- */

static int unknown_section(const struct config_tables *tables, const char *section,
			   struct problem *why)
{
	const char *names[NAMES_MOST];
	for (size_t i = 0; i < tables->n; i++) {
		names[i] = tables->tables[i]->command;
		if (strcmp(names[i], section) == 0)
			return problem_refuse(why, "give its options on the command line",
					      "'%s' has no settings", section);
	}
	const char *near = nearest_name(section, names, tables->n);
	problem_why(why, "[%s] is no command", section);
	return near ? problem_todo(why, "did you mean [%s]?", near)
		    : problem_todo(why, "'joulecart config' lists them");
}

static int unknown_key(const struct config_tables *tables, const char *section,
		       const char *key, struct problem *why)
{
	static const char *const every = "";
	struct option_row rows[ROWS_MOST];
	const char *names[NAMES_MOST];
	size_t n_names = 0;
	for (size_t i = 0; i < tables->n; i++) {
		size_t n = is_of(section, tables->tables[i])
			       ? settable(tables->tables[i], rows)
			       : 0;
		for (size_t k = 0; k < n && n_names < NAMES_MOST; k++)
			names[n_names++] = rows[k].name;
	}
	if (n_names == 0)
		return unknown_section(tables, section, why);
	const char *near = nearest_name(key, names, n_names);
	problem_why(why, "'%s' is no setting%s%s", key, *section ? " of " : every, section);
	return near ? problem_todo(why, "did you mean '%s'?", near)
		    : problem_todo(why, "'joulecart config' lists them");
}

static bool read_switch(const char *value, bool *is_on)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], value) == 0) {
			*is_on = i % 2;
			return true;
		}
	return false;
}

/* The same words that the command line would be refused with, where the value alone decides. Events
 * are left to the command, which knows the processor. */
static int check_value(const struct option_row *row, const char *value, struct problem *why)
{
	struct option_row copy = *row;
	struct problem said = { 0 };
	union {
		double number;
		const char *text;
		int64_t count;
	} scratch;
	bool is_on;
	if (row->kind == OPTION_KIND_FLAG)
		return read_switch(value, &is_on)
			   ? 0
			   : problem_refuse(why, "set it to yes or to no",
					    "%s is yes or no, not '%s'", row->name, value);
	copy.where = 0;
	if (row->values == VALUES_EVENTS || option_set(&copy, value, &scratch, &said) == 0)
		return 0;
	problem_why(why, "%s%s%s", said.what, said.why[0] ? ": " : "", said.why);
	return said.todo[0] ? problem_todo(why, "%s", said.todo) : -1;
}

static bool is_within(const char *place, const char *folder)
{
	size_t length = strlen(folder);
	if (strcmp(folder, "/") == 0)
		return true;
	return strncmp(place, folder, length) == 0 &&
	       (place[length] == '/' || place[length] == '\0');
}

/* Out of the folder: also by a link, which may have come with the folder too. What is not there yet will be
 * where the longest part of its path that is there leads to. */
static bool leads_out(const char *value)
{
	char path[PATH_MAX], place[PATH_MAX], folder[PATH_MAX];
	struct stat status;
	if (value[0] == '/' || strstr(value, "..") || strlen(value) >= sizeof(path) ||
	    !realpath(".", folder))
		return true;
	strcpy(path, value);
	while (lstat(path, &status) != 0) {
		char *slash = strrchr(path, '/');
		if (!slash)
			return errno != ENOENT;
		*slash = '\0';
	}
	return !realpath(path, place) || !is_within(place, folder);
}

/* The folder's file came with the folder, perhaps from a stranger. */
static int check_layer(const struct source *source, const struct option_row *row,
		       const char *value, struct problem *why)
{
	if (source->layer != CONFIG_FOLDER)
		return 0;
	if (row->setting == SETTING_OWN)
		return problem_refuse(why, "move it to ~/.config/joulecart/config",
				      "'%s' can be set in your own file alone", row->name);
	if (row->setting == SETTING_FILE && leads_out(value))
		return problem_refuse(
		    why, "name one there, or set it in ~/.config/joulecart/config",
		    "'%s' may only name a file below this folder here", row->name);
	return 0;
}

static int add(const struct source *source, const char *section, const char *key,
	       const char *value, const char *from, struct problem *why)
{
	struct config *config = source->config;
	if (config->n == CONFIG_SETTINGS_MOST)
		return problem_refuse(why, "delete what is not needed",
				      "there are more than %d settings",
				      CONFIG_SETTINGS_MOST);
	for (size_t i = 0; i < config->n; i++) {
		const struct config_setting *other = &config->settings[i];
		if (other->layer == source->layer && strcmp(other->command, section) == 0 &&
		    strcmp(other->key, key) == 0)
			return problem_refuse(why, "delete one of the two",
					      "'%s' was set before, at %s", key,
					      other->from);
	}
	struct config_setting *setting = &config->settings[config->n];
	*setting = (struct config_setting){ .layer = source->layer };
	snprintf(setting->command, sizeof(setting->command), "%s", section);
	snprintf(setting->key, sizeof(setting->key), "%s", key);
	setting->value = strdup(value);
	setting->from = strdup(from);
	config->n++; /* what there is of it is freed */
	return setting->value && setting->from ? 0 : problem_errno(why, ENOMEM);
}

/* Of every command that it is of: the value must suit all of them. 1: of a command that is not in the
 * tables. */
static int check(const struct source *source, const char *section, const char *key,
		 const char *value, struct problem *why)
{
	bool is_known = false;
	for (size_t i = 0; i < source->tables->n; i++) {
		const struct option_table *table = source->tables->tables[i];
		struct option_row row;
		if (!is_of(section, table) || !find_row(table, key, &row))
			continue;
		is_known = true;
		if (check_layer(source, &row, value, why) != 0 ||
		    check_value(&row, value, why) != 0)
			return -1;
	}
	if (is_known || source->tables->is_part)
		return is_known ? 0 : 1;
	return unknown_key(source->tables, section, key, why);
}

static int take(void *into, const char *section, const char *key, const char *value,
		int line, struct problem *why)
{
	const struct source *source = into;
	char from[4200];
	snprintf(from, sizeof(from), "%s:%d", source->path, line);
	int code = check(source, section, key, value, why);
	return code == 0 ? add(source, section, key, value, from, why) : code > 0 ? 0 : -1;
}

/* --- the layers ----------------------------------------------------------------------------- */

static int read_file(struct source *source, struct problem *why)
{
	char refusal[64];
	int code = config_file_read(source->path, take, source, refusal, sizeof(refusal),
				    why);
	if (code == CONFIG_FILE_REFUSED)
		snprintf(source->config->refused[source->layer],
			 sizeof(source->config->refused[0]), "%s: %s", source->path,
			 refusal);
	return code < 0 ? -1 : 0;
}

static void find_user_path(char *path, size_t size)
{
	const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	path[0] = '\0';
	if (folder && folder[0] == '/')
		snprintf(path, size, "%s/joulecart/config", folder);
	else if (home && home[0] == '/')
		snprintf(path, size, "%s/.config/joulecart/config", home);
}

static void variable_of(const char *key, char *variable, size_t size)
{
	snprintf(variable, size, "JOULECART_%s", key);
	for (char *at = variable; *at; at++)
		*at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

static int read_variable(const struct source *source, const char *key, struct problem *why)
{
	char variable[64], from[72];
	variable_of(key, variable, sizeof(variable));
	const char *value = getenv(variable);
	if (!value || !*value)
		return 0;
	for (size_t i = 0; i < source->config->n; i++)
		if (source->config->settings[i].layer == CONFIG_ENVIRONMENT &&
		    strcmp(source->config->settings[i].key, key) == 0)
			return 0; /* it is of more commands than one */
	snprintf(from, sizeof(from), "$%s", variable);
	problem_what(why, "cannot use %s", from);
	why->kind = PROBLEM_USAGE;
	if (check(source, "", key, value, why) != 0)
		return -1;
	return add(source, "", key, value, from, why);
}

static int read_environment(struct source *source, struct problem *why)
{
	struct option_row rows[ROWS_MOST];
	for (size_t i = 0; i < source->tables->n; i++) {
		size_t n = settable(source->tables->tables[i], rows);
		for (size_t k = 0; k < n; k++)
			if (read_variable(source, rows[k].name, why) != 0)
				return -1;
	}
	return 0;
}

int config_read(struct config *config, const struct config_tables *tables,
		struct problem *why)
{
	struct source user = { config, tables, CONFIG_USER, config->user_path };
	struct source folder = { config, tables, CONFIG_FOLDER, CONFIG_FOLDER_PATH };
	struct source environment = { config, tables, CONFIG_ENVIRONMENT, NULL };
	*config = (struct config){ 0 };
	find_user_path(config->user_path, sizeof(config->user_path));
	if (config->user_path[0] && read_file(&user, why) != 0)
		return -1;
	if (read_file(&folder, why) != 0)
		return -1;
	return read_environment(&environment, why);
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->n; i++) {
		free(config->settings[i].value);
		free(config->settings[i].from);
	}
	config->n = 0;
}

/* --- what holds ----------------------------------------------------------------------------- */

const struct config_setting *config_find(const struct config *config, const char *command,
					 const char *key)
{
	const struct config_setting *found = NULL;
	for (size_t i = 0; i < config->n; i++) {
		const struct config_setting *setting = &config->settings[i];
		if (strcmp(setting->key, key) != 0 ||
		    (setting->command[0] && strcmp(setting->command, command) != 0))
			continue;
		/* within a file, that of the command wins over that of all */
		if (!found || setting->layer > found->layer || setting->command[0])
			found = setting;
	}
	return found;
}

/* "--zone=DE"; NULL: no memory. "": a switch that is off, which is no option. */
static char *option_word(const struct option_row *row, const char *value)
{
	char *word = NULL;
	bool is_on = true;
	int n;
	if (row->kind == OPTION_KIND_FLAG) {
		read_switch(value, &is_on);
		n = is_on ? asprintf(&word, "--%s", row->name) : asprintf(&word, "%s", "");
	} else {
		n = asprintf(&word, "--%s=%s", row->name, value);
	}
	return n < 0 ? NULL : word;
}

/* The words of all settings of the table, in line->own. Returns how many, or -1: no memory. */
static int make_words(struct config_line *line, const struct config *config,
		      const struct option_table *table)
{
	struct option_row rows[ROWS_MOST];
	size_t n = settable(table, rows);
	int n_own = 0;
	line->own = calloc(n + 1, sizeof(*line->own));
	for (size_t i = 0; line->own && i < n; i++) {
		const struct config_setting *setting = config_find(config, table->command,
								   rows[i].name);
		char *word = setting ? option_word(&rows[i], setting->value) : NULL;
		if (setting && !word)
			return -1;
		if (word && *word)
			line->own[n_own++] = word;
		else
			free(word);
	}
	return line->own ? n_own : -1;
}

int config_line_make(struct config_line *line, const struct config *config,
		     const struct option_table *table, int argc, char **argv,
		     struct problem *why)
{
	*line = (struct config_line){ 0 };
	int n_own = make_words(line, config, table);
	line->argv = n_own < 0 ? NULL
			       : calloc((size_t)(argc + n_own) + 1, sizeof(*line->argv));
	if (!line->argv) {
		config_line_free(line);
		problem_what(why, "cannot apply the settings");
		return problem_errno(why, ENOMEM);
	}
	line->argv[0] = argv[0];
	for (int i = 0; i < n_own; i++)
		line->argv[1 + i] = line->own[i];
	for (int i = 1; i < argc; i++)
		line->argv[n_own + i] = argv[i];
	line->argc = argc + n_own;
	return 0;
}

void config_line_free(struct config_line *line)
{
	for (size_t i = 0; line->own && line->own[i]; i++)
		free(line->own[i]);
	free(line->own);
	free(line->argv);
	*line = (struct config_line){ 0 };
}

bool config_concerns(const struct option_table *table)
{
	struct option_row rows[ROWS_MOST];
	return table && settable(table, rows) > 0;
}

void config_explain(const struct config *config, const struct option_table *table,
		    struct problem *why)
{
	for (size_t i = 0; i < config->n; i++) {
		const struct config_setting *setting = &config->settings[i];
		char quoted[sizeof(why->what)];
		size_t used = strlen(why->what);
		snprintf(quoted, sizeof(quoted), "'%s'", setting->value);
		if (config_find(config, table->command, setting->key) != setting ||
		    !strstr(why->what, quoted))
			continue;
		snprintf(why->what + used, sizeof(why->what) - used, " (from %s)",
			 setting->from);
		return;
	}
}
