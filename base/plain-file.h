/* base/plain-file.h - files that somebody names, of which some are none, and folders for them. */
#ifndef JOULECART_PLAIN_FILE_H
#define JOULECART_PLAIN_FILE_H
#include <stdio.h>

struct problem;

/* Opens a regular file for reading, and nothing that could block or never end: a FIFO without a writer would keep
 * who opens it for ever. The caller closes it. NULL: errno, EINVAL for what is no regular file. */
FILE *plain_file_open(const char *path);

/* Makes the folder and those that it stands in, where they are not there, with the rights that the umask
 * leaves. 0, or -1 with *why. */
int folders_make(const char *path, struct problem *why);

#endif
