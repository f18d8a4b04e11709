/* tests/fuzz/content.h - all that SQLite reads of a file, by no code of joulecart's. */
#ifndef JOULECART_CONTENT_H
#define JOULECART_CONTENT_H
#include <stdbool.h>
#include <stdint.h>

enum { CONTENT_DIGEST = 32 };

/* Over its objects, each row of each table in the order in which they are read, and the numbers in its header that
 * can be asked for. False: something cannot be read. The file is opened for reading alone. */
bool content_digest(const char *path, uint8_t digest[CONTENT_DIGEST]);

#endif
