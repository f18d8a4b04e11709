/* reports/figure/shell-word.c - see shell-word.h. */
#include <config.h>

#include "reports/figure/shell-word.h"

#include "reports/figure/arena.h"

#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "%+,-./:=@_";

const char *shell_word(struct arena *arena, const char *text)
{
	if (*text && text[strspn(text, plain)] == '\0')
		return text;
	/* Each quote becomes four characters, and two go around. */
	char *word = arena_room(arena, 4 * strlen(text) + 3), *at = word;
	*at++ = '\'';
	for (; *text; text++) {
		if (*text == '\'') {
			memcpy(at, "'\\''", 4);
			at += 4;
		} else {
			*at++ = *text;
		}
	}
	*at++ = '\'';
	*at = '\0';
	return word;
}

const char *shell_path(struct arena *arena, const char *path)
{
	return shell_word(arena, *path == '-' ? arena_format(arena, "./%s", path) : path);
}
