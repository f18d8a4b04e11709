/* base/number.h - numbers as people write them, read alike in every command. */
#ifndef JOULECART_NUMBER_H
#define JOULECART_NUMBER_H
#include <stdbool.h>

/* A decimal number with an optional k, M, G or T after it (thousands, millions...): "500", "0.5",
 * "1.2M", "2e6". False, and *value as it was, for anything else: other letters, hexadecimal
 * digits, infinity, nothing at all. "1.2M" is exactly 1200000. */
bool number_read(const char *text, double *value);

/* The same, or a percentage: "2%" is 0.02. */
bool share_read(const char *text, double *share);

#endif
