/* reports/plot/dots.h - a picture of dots in characters: braille, each with two by four dots, or ASCII where
 * the locale is not UTF-8. */
#ifndef JOULECART_DOTS_H
#define JOULECART_DOTS_H
#include "reports/figure/arena.h"

#include <stddef.h>
#include <stdio.h>

struct dots {
	size_t columns, rows; /* of characters */
	unsigned char *cells; /* braille's eight bits each, row by row from the top */
};

enum { DOTS_ACROSS = 2, DOTS_DOWN = 4 }; /* in a character */

/* Without a dot. The arena owns it. */
struct dots dots_new(size_t columns, size_t rows, struct arena *arena);

/* Sets the dot that is so far from the left and from the bottom; outside the picture nothing. */
void dots_set(struct dots *dots, size_t across, size_t up);

/* A line between two places, from 0 to 1 of the picture's width and height. */
void dots_line(struct dots *dots, double x0, double y0, double x1, double y1);

/* Prints a row, without the blanks at its end and without a line break. */
void dots_print(const struct dots *dots, size_t row, FILE *out);

#endif
