/* profiler/config/config-file.h - one file of settings: whether its user can vouch for it, and its lines.
 *
 * Whoever can write the file decides how this process measures. So a file counts only when the user
 * who runs the program, or root, owns it and nobody else may write it; root reads no other user's. */
#ifndef JOULECART_CONFIG_FILE_H
#define JOULECART_CONFIG_FILE_H
#include <stddef.h>

struct problem;

/* Takes one setting; section is "" above the first heading. 0, or -1 with *why, whose what names the file and
 * the line already. */
typedef int config_take(void *into, const char *section, const char *key, const char *value,
			int line, struct problem *why);

enum config_file_state {
	CONFIG_FILE_READ = 0,
	CONFIG_FILE_ABSENT,
	CONFIG_FILE_REFUSED, /* its user cannot vouch for it: refusal says why; none of it was read */
};

/* Hands each setting of the file to take, in order. The state, or -1 with *why, of kind PROBLEM_USAGE where
 * the file says what it must not. */
int config_file_read(const char *path, config_take *take, void *into, char *refusal,
		     size_t size, struct problem *why);

#endif
