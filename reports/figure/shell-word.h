/* reports/figure/shell-word.h - a text as one word of a command line that somebody may paste. */
#ifndef JOULECART_SHELL_WORD_H
#define JOULECART_SHELL_WORD_H

struct arena;

/* The text as a POSIX shell reads it back, whatever it holds: as it is where it is plain, else in
 * quotes. It lives in the arena, or is text itself; never NULL. */
const char *shell_word(struct arena *arena, const char *text);

/* The same for a file's name: one that begins with "-" would be an option, and gets "./" before it.
 * The arena owns it; never NULL. */
const char *shell_path(struct arena *arena, const char *path);

#endif
