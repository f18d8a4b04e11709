/* base/wrap.h - text in columns of a terminal: what wide, narrow and combining characters take
 * (wcwidth), not bytes. Text that is not of the locale's encoding counts by bytes. */
#ifndef JOULECART_WRAP_H
#define JOULECART_WRAP_H
#include <stddef.h>
#include <stdio.h>

enum { WRAP_COLUMNS = 80 };

/* The columns of the first n bytes. */
size_t wrap_columns(const char *text, size_t n);

/* Prints the text after what already takes first columns of the line, and breaks it between
 * words; further lines begin with indent spaces. Ends the line. A word wider than a line
 * stays whole. */
void wrap_print(const char *text, size_t first, size_t indent, FILE *out);

#endif
