/* base/text-stream.h - a stream that no text can break out of: whatever is printed to it, what
 * leaves is UTF-8 that people can see.
 *
 * Control characters other than line feed, carriage return and tab, guarded characters, and what
 * is not UTF-8 leave as text_shown() shows them. Of escape sequences only those for colour
 * ("ESC [ digits m") and "ESC [ K", which erases the rest of a line, pass. "::" behind no more than
 * blanks, and "##[" and "##vso[" anywhere, which CI logs obey, leave with a blank between;
 * TEXT_COMMAND passes. */
#ifndef JOULECART_TEXT_STREAM_H
#define JOULECART_TEXT_STREAM_H
#include <stdbool.h>
#include <stdio.h>

/* Writes to fd, which the stream owns if owns_fd. is_ascii: characters outside of ASCII leave as
 * what looks like them, else '?', for a terminal whose encoding is not UTF-8. Unbuffered as
 * stdio's standard error, line by line, or in blocks: set with setvbuf as ever. NULL: no
 * memory (errno). */
FILE *text_stream(int fd, bool owns_fd, bool is_ascii);

/* Standard output and standard error become such streams, for the whole program: main's first
 * step after setlocale(). Without memory they stay what they were. */
void text_guard_output(void);

/* The descriptor behind standard output or error, guarded or not, or behind another stream, as
 * fileno(3); -1: there is none. */
int text_fileno(FILE *out);

/* printf of one line, whatever is in the arguments: text_line() of it, and a line feed. */
void text_say(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
