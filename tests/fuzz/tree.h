/* tests/fuzz/tree.h - a folder of small files, as sysfs has them, made of a text. */
#ifndef JOULECART_FUZZ_TREE_H
#define JOULECART_FUZZ_TREE_H
#include <stdbool.h>

/* Makes a folder in memory, where that can be, of lines "PATH CONTENT" and, for links,
 * "PATH >TARGET", and makes it the current one. False: it could not, and nothing has changed. */
bool fuzz_tree_enter(const char *text);

/* Back to the folder that was the current one; removes all that was made. */
void fuzz_tree_leave(void);

#endif
