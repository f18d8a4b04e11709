/* base/wrap.c - see wrap.h. */
#include <config.h>

#include "base/wrap.h"

#include "base/cell-lines.h"
#include "base/text-stream.h"
#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/* Where an indent leaves hardly any room, lines are still as wide. */
enum { NARROWEST_LINE = 20 };

size_t wrap_columns(const char *text, size_t n)
{
	mbstate_t state = { 0 };
	size_t columns = 0;
	for (size_t i = 0; i < n;) {
		if (text_is_ascii(text[i])) { /* most are: one column in every locale */
			columns++;
			i++;
			continue;
		}
		wchar_t character;
		size_t length = mbrtowc(&character, text + i, n - i, &state);
		if (length == 0 || length > n - i) /* no such character: one byte */
			return columns + n - i;
		int width = wcwidth(character);
		columns += width > 0 ? (size_t)width : 0;
		i += length;
	}
	return columns;
}

size_t wrap_whole(const char *text, size_t n)
{
	size_t whole = n;
	while (whole > 0 && ((unsigned char)text[whole] & 0xc0) == 0x80)
		whole--;
	return whole > 0 ? whole : n;
}

size_t wrap_fitting(const char *text, size_t columns)
{
	size_t n = 0, used = 0;
	while (text[n]) {
		size_t length = 1;
		while (((unsigned char)text[n + length] & 0xc0) == 0x80)
			length++;
		used += wrap_columns(text + n, length);
		if (used > columns)
			break;
		n += length;
	}
	return n;
}

size_t wrap_screen(FILE *out)
{
	enum { NARROWEST = 60, WIDEST = 200 };
	struct winsize size;
	int file = text_fileno(out); /* -1: memory */
	if (file < 0 || !isatty(file) || ioctl(file, TIOCGWINSZ, &size) != 0 ||
	    size.ws_col == 0)
		return WRAP_COLUMNS;
	return size.ws_col < NARROWEST ? NARROWEST
	       : size.ws_col > WIDEST  ? WIDEST
				       : size.ws_col;
}

/* A unit that belongs to the number before it: "k", "%", "M)". */
static bool is_unit(const char *word)
{
	return *word && strchr("kMGT%JWsdh", *word) &&
	       (word[1] == '\0' || word[1] == ' ' || ispunct((unsigned char)word[1]));
}

bool wrap_may_break(const char *text, size_t n)
{
	return n == 0 || !isdigit((unsigned char)text[n - 1]) || !is_unit(text + n + 1);
}

/* Bytes up to where the text may be broken: after a word, and after the unit of a number. */
static size_t unbroken(const char *text)
{
	size_t n = 0;
	while (text[n] && n < WRAP_LONGEST_WORD &&
	       (text[n] != ' ' || !wrap_may_break(text, n)))
		n++;
	return wrap_whole(text, n);
}

/* Where a word that is wider than a line goes on: the bytes that its first line takes. A path and an address
 * stay whole, so that they can be copied. */
static size_t torn(const char *word, size_t n, size_t columns)
{
	if (wrap_columns(word, n) <= columns || memchr(word, '/', n))
		return n;
	size_t taken = cell_line(word, columns, true);
	return taken < n ? taken : n;
}

void wrap_print(const char *text, size_t first, size_t indent, FILE *out)
{
	size_t column = first, screen = wrap_screen(out), blanks = 0;
	size_t last = screen < WRAP_PROSE ? screen : WRAP_PROSE;
	size_t longest = last > indent + NARROWEST_LINE ? last - indent : NARROWEST_LINE;
	bool is_begin = true;
	for (const char *word = text; *word;) {
		size_t n = torn(word, unbroken(word), longest);
		size_t width = wrap_columns(word, n);
		if (!is_begin && column + blanks + width > last) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
			blanks = 0;
		}
		fprintf(out, "%*s%.*s", (int)blanks, "", (int)n, word);
		column += blanks + width;
		word += n;
		blanks = strspn(word, " ");
		word += blanks;
		is_begin = false;
	}
	fputc('\n', out);
}

void wrap_say(FILE *out, size_t first, size_t indent, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	fprintf(out, "%*s", (int)first, "");
	wrap_print(text, first, indent, out);
	free(text);
}

void wrap_break(char *text, size_t columns)
{
	char *line = text, *blank = NULL;
	for (char *at = text; *at; at++) {
		if (*at != ' ')
			continue;
		if (blank && wrap_columns(line, (size_t)(at - line)) > columns) {
			*blank = '\n';
			line = blank + 1;
		}
		blank = at;
	}
	if (blank && wrap_columns(line, strlen(line)) > columns)
		*blank = '\n';
}

/* Where the rest of a broken line goes: behind its last gap of two blanks, else two further in; of
 * prose, to the margin. */
static size_t hanging(const char *line, size_t n, size_t last)
{
	size_t begin = strspn(line, " "), gap = 0;
	for (size_t i = begin; i + 2 < n; i++)
		if (line[i] == ' ' && line[i + 1] == ' ' && line[i + 2] != ' ')
			gap = i + 2;
	if (gap > 0 && gap <= last * 2 / 3)
		return gap;
	return begin > 0 ? begin + 2 : 0;
}

static bool is_example(const char *line)
{
	return strncmp(line, "  joulecart ", 12) == 0 && !strstr(line + 2, "  ");
}

/* One line, as it is where it fits. */
static void print_line(char *line, size_t last, FILE *out)
{
	bool is_code = is_example(line);
	size_t indent = hanging(line, strlen(line), last), column = 0;
	size_t end = is_code ? last - 2 : last;
	if (wrap_columns(line, strlen(line)) <= last) {
		fprintf(out, "%s\n", line);
		return;
	}
	for (char *word = line; *word;) {
		size_t blanks = strspn(word, " "), n = strcspn(word + blanks, " ");
		size_t width = wrap_columns(word, blanks + n);
		if (column > indent && column + width > end) {
			fprintf(out, "%s\n%*s", is_code ? " \\" : "", (int)indent, "");
			column = indent;
			word += blanks;
			blanks = 0;
			width = wrap_columns(word, n);
		}
		fprintf(out, "%.*s", (int)(blanks + n), word);
		column += width;
		word += blanks + n;
	}
	fputc('\n', out);
}

/* Is the line at the feed prose that goes on in the next one? */
static bool goes_on(const char *line, const char *feed)
{
	return strncmp(line, "Usage:", 6) != 0 && line[0] != ' ' && feed > line &&
	       feed[1] && feed[1] != '\n' && feed[1] != ' ';
}

void wrap_page(const char *page, FILE *out)
{
	size_t last = wrap_screen(out);
	char *text = last < WRAP_COLUMNS ? strdup(page) : NULL;
	if (!text) {
		fputs(page, out);
		return;
	}
	for (char *feed, *line = text; *line; line = feed + 1) {
		feed = line + strcspn(line, "\n");
		for (; *feed && goes_on(line, feed); feed += strcspn(feed, "\n"))
			*feed = ' ';
		bool is_end = !*feed;
		*feed = '\0';
		print_line(line, last, out);
		if (is_end)
			break;
	}
	free(text);
}
