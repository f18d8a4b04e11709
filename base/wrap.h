/* base/wrap.h - text in columns of a terminal: what wide, narrow and combining characters take
 * (wcwidth), not bytes. Text that is not of the locale's encoding counts by bytes. */
#ifndef JOULECART_WRAP_H
#define JOULECART_WRAP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where nothing says how wide a screen is, and what is still read as one line of a sentence. */
enum { WRAP_COLUMNS = 80, WRAP_PROSE = 100 };

/* The bytes of a word that is looked at as a whole, as of the longest path (PATH_MAX): a name of a
 * megabyte is broken there, whatever is in it, and takes no longer for a line than a short one. */
enum { WRAP_LONGEST_WORD = 4096 };

/* The columns that a table on that stream may take: those of its terminal, but from 60 to 200;
 * WRAP_COLUMNS where it is no terminal, so that files and pipes get the same text everywhere. */
size_t wrap_screen(FILE *out);

/* The columns of the first n bytes. */
size_t wrap_columns(const char *text, size_t n);

/* n, or less where that is amid a character (UTF-8) of the text. */
size_t wrap_whole(const char *text, size_t n);

/* How many bytes of it, whole characters, fit into so many columns. */
size_t wrap_fitting(const char *text, size_t columns);

/* Breaks the text between words into lines of so many columns: blanks become line feeds. A wider word
 * stays whole. */
void wrap_break(char *text, size_t columns);

/* Prints the text after what already takes first columns of the line, and breaks it between
 * words, at the width of the screen or of WRAP_PROSE; further lines begin with indent spaces. A number
 * stays with its unit ("31.5 k"). Ends the line. A word wider than a line is broken, unless it is a path
 * or an address. */
void wrap_print(const char *text, size_t first, size_t indent, FILE *out);

/* The same of a text that is put together here, behind so many blanks. */
void wrap_say(FILE *out, size_t first, size_t indent, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether a line may end before the blank at n: not between a number and its unit ("31.5 k"). */
bool wrap_may_break(const char *text, size_t n);

/* Prints a page whose lines were written for WRAP_COLUMNS. On a narrower screen paragraphs are wrapped
 * anew; of a line that stands by itself (it, or the next, is indented) the rest goes under its second
 * column, where it has one. An example that is broken ends with a backslash, as a shell wants it. */
void wrap_page(const char *page, FILE *out);

#endif
