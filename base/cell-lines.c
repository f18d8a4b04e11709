/* base/cell-lines.c - see cell-lines.h. */
#include <config.h>

#include "base/cell-lines.h"

#include "base/wrap.h"

#include <ctype.h>
#include <string.h>

/* A word may be broken behind it. Not strchr(): each line looks at a long word anew. */
static bool is_joint(char byte)
{
	switch (byte) {
	case '/':
	case '_':
	case '-':
	case ',':
	case ';':
	case '=':
		return true;
	default:
		return false;
	}
}

/* Bytes of a text's first piece, which has no place to break it: with the blank or ".." behind it. */
static size_t piece_of(const char *text, bool is_words)
{
	size_t n = strspn(text, " ");
	for (; text[n] && n < WRAP_LONGEST_WORD; n++) {
		if (n > 1 && text[n - 1] == '.' && text[n - 2] == '.' && text[n] != '.')
			return n;
		if (is_words && text[n] == ' ' && wrap_may_break(text, n))
			return n + strspn(text + n, " ");
		if (is_words && n > 0 && is_joint(text[n - 1]) && text[n] != ' ' &&
		    !isdigit((unsigned char)text[n]))
			return n;
	}
	return wrap_whole(text, n);
}

size_t cell_trimmed(const char *text, size_t n)
{
	while (n > 0 && text[n - 1] == ' ')
		n--;
	return n;
}

static bool is_of_number(char byte)
{
	return isdigit((unsigned char)byte) || byte == '.';
}

/* Bytes of a word that has to be broken, since it alone is too wide: not within a number, unless
 * there is nothing before it. */
static size_t torn(const char *word, size_t width)
{
	size_t most = wrap_fitting(word, width), n = most;
	while (n > 0 && word[n] && is_of_number(word[n]) && is_of_number(word[n - 1]))
		n--;
	most = n > 0 ? n : most;
	return most > 0 ? most : wrap_fitting(word, 2); /* one character at least */
}

size_t cell_line(const char *text, size_t width, bool is_words)
{
	size_t n = 0;
	while (text[n]) {
		size_t next = n + piece_of(text + n, is_words);
		if (wrap_columns(text, cell_trimmed(text, next)) > width)
			break;
		n = next;
	}
	if (n > 0 || !text[0])
		return n;
	return is_words ? torn(text, width) : piece_of(text, false);
}

size_t cell_widest_piece(const char *text, bool is_words)
{
	size_t widest = 0;
	while (*text) {
		size_t n = piece_of(text, is_words);
		size_t columns = wrap_columns(text, cell_trimmed(text, n));
		widest = columns > widest ? columns : widest;
		text += n;
	}
	return widest;
}
