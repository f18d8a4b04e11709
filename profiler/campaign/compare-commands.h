/* profiler/campaign/compare-commands.h - the commands that 'compare' was given after "--". */
#ifndef JOULECART_COMPARE_COMMANDS_H
#define JOULECART_COMPARE_COMMANDS_H
#include <stdbool.h>
#include <stddef.h>

struct problem;

/* Each pair of them is a comparison. */
enum { COMMANDS_MOST = 64 };

struct compare_command {
	char *name;  /* what reports call it; no two are equal */
	char **argv; /* NULL-terminated */
};

struct command_list {
	struct compare_command commands[COMMANDS_MOST];
	size_t n;
};

/* One parameter: each {NAME} in a command becomes each of the values in turn. */
struct parameter {
	const char *name;   /* NULL: none */
	const char *values; /* comma-separated */
};

/* words[0..n) are what follows the first "--"; further ones part the commands. A command of one
 * word that a shell would have to read ('sleep 1', 'a | b') is given to sh -c, others run as
 * they stand. names[0..n_names), in order, name the commands instead of their own text; equal
 * texts are numbered. 0, or -1 with *why: an empty command, too many. */
int commands_read(struct command_list *list, char **words, size_t n,
		  struct parameter parameter, const char *const *names, size_t n_names,
		  struct problem *why);
void commands_free(struct command_list *list);

/* One value of a parameter: its first length bytes. */
struct substitution {
	const char *name, *value;
	size_t length;
};

/* One command with each {NAME} of its words replaced, NULL-terminated, as commands_read() would make it; for
 * command_free(). NULL: memory ran out. */
char **command_with(char *const *words, size_t n, const struct substitution *all,
		    size_t n_all);
void command_free(char **argv); /* takes NULL */

/* Is there a {NAME} in any of the words? */
bool command_takes(char *const *words, size_t n, const char *name);

#endif
