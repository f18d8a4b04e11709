/* schema/gate/file-check.h - what a path must be before SQLite may open it: a file of somebody else's
 * lies in a folder of somebody else's, and so does what SQLite would read beside it. */
#ifndef JOULECART_FILE_CHECK_H
#define JOULECART_FILE_CHECK_H
#include <stdbool.h>
#include <stdint.h>

struct problem;

/* A regular file (symbolic links are followed), and beside it no log, index or journal that is
 * anything else, and no journal of an unfinished transaction: SQLite would roll it back where it
 * may write and read past it where it may not, so that two commands could see two contents.
 * The log of a file in WAL mode is part of it, for every command. is_to_write: a file that is
 * smaller than any database of ours may have such a journal; it holds nothing yet.
 * Opens nothing that could block. *bytes: size of file and log together. 0, or -1 with *why;
 * why->err is ENOENT where there is no file. */
int file_check(const char *path, bool is_to_write, int64_t *bytes, struct problem *why);

/* Has the file a log of what is not in it yet? */
bool file_has_log(const char *path);

#endif
