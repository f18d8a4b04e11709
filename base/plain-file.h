/* base/plain-file.h - files that somebody names, of which some are none. */
#ifndef JOULECART_PLAIN_FILE_H
#define JOULECART_PLAIN_FILE_H
#include <stdio.h>

/* Opens a regular file for reading, and nothing that could block or never end: a FIFO without a writer would keep
 * who opens it for ever. The caller closes it. NULL: errno, EINVAL for what is no regular file. */
FILE *plain_file_open(const char *path);

#endif
