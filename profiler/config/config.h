/* profiler/config/config.h - settings from the user's file, the folder's file and the environment.
 *
 * Which options can be settings is said by their rows (option_row.setting); a setting has the name of the
 * long option, its variable is JOULECART_ and that name in capitals. The later of these wins: the
 * user's file, the folder's, the environment. A command gets them as options before those that
 * were typed, which therefore win over all; so its database shows the whole command line. */
#ifndef JOULECART_CONFIG_H
#define JOULECART_CONFIG_H
#include "base/option-table.h"

#include <stdbool.h>
#include <stddef.h>

struct problem;

/* What a setting may be of: the tables of all commands. */
struct config_tables {
	const struct option_table *const *tables;
	size_t n;
	bool
	    is_part; /* there are others, in other programs: an unknown name may be theirs */
};

enum config_layer { CONFIG_USER, CONFIG_FOLDER, CONFIG_ENVIRONMENT };

struct config_setting {
	enum config_layer layer;
	char command
	    [16]; /* the section it stands in; "": of every command that has the option */
	char key[32];
	char *value;
	char *from; /* "/home/u/.config/joulecart/config:3", "$JOULECART_ZONE" */
};

/* As many, from all files and the environment. */
enum { CONFIG_SETTINGS_MOST = 128 };

struct config {
	struct config_setting settings[CONFIG_SETTINGS_MOST];
	size_t n;
	char user_path[4096]; /* "": there is no home */
	char refused
	    [2][4200]; /* by layer: ".joulecart: it belongs to another user"; or empty */
};

/* The folder's file, in the folder in which the program was called. */
#define CONFIG_FOLDER_PATH ".joulecart"

/* Reads all of them. -1 with *why: a file has an unknown name or a value that is none. The caller frees
 * in either case. */
int config_read(struct config *config, const struct config_tables *tables,
		struct problem *why);
void config_free(struct config *config);

/* Of that option of that command: the setting that holds, or NULL. */
const struct config_setting *config_find(const struct config *config, const char *command,
					 const char *key);

/* A command line with the settings in it. */
struct config_line {
	int argc;
	char **argv;
	char **own; /* the words that were added, up to a NULL */
};

/* argv[0..argc) of table's command with what is set before the rest. Free with config_line_free. -1
 * with *why: no memory. */
int config_line_make(struct config_line *line, const struct config *config,
		     const struct option_table *table, int argc, char **argv,
		     struct problem *why);
void config_line_free(struct config_line *line);

/* Runs the command of that table, which may be NULL, with what is set; says which files are not
 * believed. Help is given whatever the files say. Returns what run does, or -1 with *why. */
int config_run(const struct config_tables *tables, const struct option_table *table,
	       int (*run)(int argc, char **argv, struct problem *why), int argc,
	       char **argv, struct problem *why);

/* Has the table options that can be settings? */
bool config_concerns(const struct option_table *table);

/* Of a problem with a value that came from a setting: adds from where. */
void config_explain(const struct config *config, const struct option_table *table,
		    struct problem *why);

#endif
