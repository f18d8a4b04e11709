/* base/number.h - numbers as people write them, read alike in every command. */
#ifndef JOULECART_NUMBER_H
#define JOULECART_NUMBER_H
#include <stdbool.h>

/* Is it 0, or of a size that some quantity has, of whatever unit: between 1e-50 and 1e50? Figures multiply and
 * divide a few of them, and stay finite and other than 0. What is read from a file, an option, a mark or
 * another program's text is held to it. */
bool number_is_quantity(double value);

/* A decimal number with an optional k, M, G or T after it (thousands, millions...): "500", "0.5",
 * "1.2M", "2e6". False, and *value as it was, for anything else: other letters, hexadecimal
 * digits, infinity, what is no quantity's (number_is_quantity()), nothing at all. "1.2M" is exactly 1200000. */
bool number_read(const char *text, double *value);

/* The same, or a percentage: "2%" is 0.02. */
bool share_read(const char *text, double *share);

#endif
