/* base/cell-lines.h - the text of a table's cell in lines of so many columns. A text may be broken behind
 * the ".." of an interval; words also between words, unless a number would lose its unit, and
 * behind what joins words ("a/b", "a-b"). A number stays whole. */
#ifndef JOULECART_CELL_LINES_H
#define JOULECART_CELL_LINES_H
#include <stdbool.h>
#include <stddef.h>

/* Bytes of the text that its first line of so many columns takes, with the blanks behind it: 0 only of "".
 * A word that is wider by itself is broken anywhere but within a number; a figure that is, is
 * taken whole. */
size_t cell_line(const char *text, size_t width, bool is_words);

/* The first n bytes without blanks at their end. */
size_t cell_trimmed(const char *text, size_t n);

/* The columns of the widest piece that has no place to break it. */
size_t cell_widest_piece(const char *text, bool is_words);

#endif
