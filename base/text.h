/* base/text.h - text of unknown origin: labels, names and paths that a database, an argument, a
 * file or the environment brought. Whoever wrote it may be hostile to a terminal, a browser, a
 * spreadsheet or a CI log.
 *
 * Such text is guarded where it comes in, and made into each medium's form where it goes out.
 * Guarded text is valid UTF-8 without control characters, without what changes the direction of
 * writing, and without what cannot be seen; so a place that forgets it is going out can do no
 * harm. Nothing is lost: each such character stands as one private one, one column wide, and
 * each byte that is not UTF-8 as one too. Text without any of these is its own guarded form.
 *
 *   U+F0000 + c    the character c, at most U+FFFF
 *   U+10FF00 + b   the byte b of what is not UTF-8 (or is one of these private characters)
 *
 * The media: terminals, Markdown and CI logs through base/text-stream.h, and text_line() for
 * one line; XML by text_shown(); HTML in reports/html/writer.h, which uses it; JSON in
 * reports/figure/json-text.h; CSV in reports/figure/csv-text.h. */
#ifndef JOULECART_TEXT_H
#define JOULECART_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One byte becomes at most so many, guarded or shown. */
enum { TEXT_GROWTH = 4 };

/* Whether the byte is a character of ASCII that may be shown, as it is and by itself: for what goes over long
 * text, of which nearly all is. */
static inline bool text_is_ascii(char byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

/* How many of the n bytes, from the first on, are such characters. */
size_t text_ascii(const char *text, size_t n);

/* Whether the n bytes are their own guarded form. */
bool text_is_plain(const void *bytes, size_t n);

/* Guards n bytes into out, which has room for TEXT_GROWTH * n + 1, and ends them with a NUL.
 * Returns the length. */
size_t text_guard(const void *bytes, size_t n, char *out);

/* Back to the very bytes: out has room for strlen(text) + 1. Returns their number; they may
 * hold NULs, and one more follows them. Text that was never guarded stays as it is. */
size_t text_unguard(const char *text, char *out);

/* What people see of text, guarded or not, out has room for TEXT_GROWTH * n + 1: control
 * characters as their pictures (U+241B for ESC), all else that is guarded or not UTF-8 as
 * U+FFFD. Valid in XML 1.0. Returns the length. */
size_t text_shown(const void *text, size_t n, char *out);

/* The text as Unicode: guarded characters are themselves again, what is not UTF-8 is U+FFFD; room
 * and length as above. */
size_t text_unicode(const void *text, size_t n, char *out);

/* What people see, as one line in so much room, cut where it is full, never within a character; for
 * messages. Returns out. */
const char *text_line(const char *text, char *out, size_t size);

/* How the program itself begins a command to GitHub's runner: "::" guarded, which is shown as
 * itself, where text_stream() breaks a bare "::" at the begin of a line. */
#define TEXT_COMMAND "\U000f003a\U000f003a"

/* What stands at the begin of the n > 0 bytes. */
enum text_kind {
	TEXT_PLAIN,  /* a character that may be shown */
	TEXT_BARE,   /* a character that may not */
	TEXT_HIDDEN, /* a guarded character */
	TEXT_BYTE,   /* a guarded byte */
	TEXT_BROKEN, /* a byte that is not UTF-8 */
};
struct text_piece {
	enum text_kind kind;
	uint32_t code; /* the character, or the byte */
	size_t length; /* in bytes */
};
struct text_piece text_piece(const void *bytes, size_t n);

/* Writes the character as UTF-8 into out, without a NUL; returns 1 to 4. */
size_t text_put(uint32_t code, char *out);
/* What people see of the piece. */
uint32_t text_seen(struct text_piece piece);

#endif
