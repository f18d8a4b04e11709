/* base/text-stream.c - see text-stream.h: a stream of glibc's fopencookie(3). */
#include <config.h>

#include "base/text-stream.h"

#include "base/text.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The bytes of one escape sequence or character that may still be open; of text to be written at once. */
enum { PENDING = 24, ROOM = 4096 };

struct sink {
	int fd;
	bool owns_fd, is_ascii;
	bool is_standard; /* not on the heap */
	pid_t process;    /* whose standard stream it is */
	bool is_inside;   /* something but blanks stands on the line already */
	/* the begin of a character or of an escape sequence whose rest is still to come */
	size_t n_pending;
	char pending[PENDING];
	size_t used;
	char room[ROOM];
};

static int write_all(struct sink *sink)
{
	const char *at = sink->room;
	size_t left = sink->used;
	sink->used = 0;
	while (left > 0) {
		ssize_t n = write(sink->fd, at, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

static int put(struct sink *sink, const char *bytes, size_t n)
{
	if (sink->used + n > ROOM && write_all(sink) != 0)
		return -1;
	memcpy(sink->room + sink->used, bytes, n);
	sink->used += n;
	return 0;
}

/* What stands in for the characters that joulecart itself prints. */
static const char *ascii_of(uint32_t code)
{
	static const struct {
		uint32_t code;
		const char *text;
	} likes[] = {
		{ 0xb1, "+/-" },   { 0xb5, "u" },   { 0xb7, "-" },   { 0xd7, "x" },
		{ 0x2013, "-" },   { 0x2014, "-" }, { 0x2018, "'" }, { 0x2019, "'" },
		{ 0x2026, "..." }, { 0x2082, "2" }, { 0x2212, "-" }, { 0x25cf, "*" }
	};
	for (size_t i = 0; i < sizeof(likes) / sizeof(likes[0]); i++)
		if (likes[i].code == code)
			return likes[i].text;
	return "?";
}

static int put_code(struct sink *sink, uint32_t code)
{
	char bytes[4];
	if (code >= 0x80 && sink->is_ascii) {
		const char *like = ascii_of(code);
		return put(sink, like, strlen(like));
	}
	return put(sink, bytes, text_put(code, bytes));
}

/* The length of a colour sequence at the begin; 0: there is none; n + 1: its end is still to
 * come. */
static size_t color_length(const char *text, size_t n)
{
	size_t length = 1;
	if (n > 1 && text[length++] != '[')
		return 0;
	while (length < n && length < PENDING && strchr("0123456789;", text[length]))
		length++;
	if (length >= PENDING)
		return 0;
	return length >= n                                  ? n + 1
	       : text[length] == 'm' || text[length] == 'K' ? length + 1
							    : 0;
}

/* Whether the n < 4 bytes may be the begin of a character. */
static bool is_begun(const char *text, size_t n)
{
	unsigned char first = (unsigned char)text[0];
	size_t wanted = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return false;
	return first < 0xf5 && n < wanted;
}

enum begun { NO_COMMAND, COMMAND, PERHAPS_COMMAND };

/* Whether a command to a CI log stands there; perhaps: its rest is still to come. GitHub's runner looks for "::"
 * behind blanks alone and for "##[" anywhere in a line, as Azure's agent does for "##vso[". */
static enum begun command_at(const char *text, size_t n, bool is_inside)
{
	static const char *const commands[] = { "##[", "##vso[", "::" };
	enum begun begun = NO_COMMAND;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t length = strlen(commands[i]);
		if ((is_inside && commands[i][0] == ':') ||
		    strncmp(text, commands[i], n < length ? n : length) != 0)
			continue;
		if (n >= length)
			return COMMAND;
		begun = PERHAPS_COMMAND;
	}
	return begun;
}

/* Blanks outside of ASCII, which that runner also passes over. */
static bool is_wide_blank(uint32_t code)
{
	return code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
	       code == 0x202f || code == 0x205f || code == 0x3000;
}

/* What begins with a plain character within a line, up to the next that is none or may begin a command: nearly
 * all that is printed. */
static ssize_t take_plain(struct sink *sink, const char *text, size_t n)
{
	size_t length = text_ascii(text, n < ROOM ? n : ROOM);
	const char *mark = memchr(text, '#', length);
	length = mark ? (size_t)(mark - text) : length;
	return put(sink, text, length) == 0 ? (ssize_t)length : -1;
}

/* Takes one piece from the front: its length; 0: more is needed; -1: cannot write. */
static ssize_t take(struct sink *sink, const char *text, size_t n, bool is_last)
{
	if (sink->is_inside && text_is_ascii(*text) && *text != '#')
		return take_plain(sink, text, n);
	if (strchr("\n\r\t ", *text) && *text) {
		sink->is_inside &= *text != '\n' && *text != '\r';
		return put(sink, text, 1) == 0 ? 1 : -1;
	}
	enum begun command = command_at(text, n, sink->is_inside);
	if (command == PERHAPS_COMMAND && !is_last)
		return 0;
	if (command == COMMAND) {
		sink->is_inside = true;
		return put(sink, *text == '#' ? "# " : ": ", 2) == 0 ? 1 : -1;
	}
	size_t color = *text == '\033' ? color_length(text, n) : 0;
	if (color > 0 && color <= n)
		return put(sink, text, color) == 0 ? (ssize_t)color : -1;
	if (!is_last && (color > n || is_begun(text, n)))
		return 0;
	struct text_piece piece = text_piece(text, n);
	sink->is_inside |= !is_wide_blank(piece.code);
	return put_code(sink, text_seen(piece)) == 0 ? (ssize_t)piece.length : -1;
}

/* What is left pending afterwards fits: a colour sequence is shorter, so is a character. */
static int take_all(struct sink *sink, const char *text, size_t n, bool is_last)
{
	size_t done = 0;
	ssize_t length = 1;
	while (done < n && (length = take(sink, text + done, n - done, is_last)) > 0)
		done += (size_t)length;
	if (length < 0)
		return -1;
	sink->n_pending = n - done;
	memmove(sink->pending, text + done, n - done);
	return 0;
}

/* What was printed before a message stands before it, also where both go into one file: standard
 * output is a block behind there. A child has a copy of that block, which is not its to write. */
static void flush_before_message(const struct sink *sink)
{
	if (sink->is_standard && sink->fd == STDERR_FILENO && sink->process == getpid())
		fflush(stdout);
}

static ssize_t sink_write(void *cookie, const char *text, size_t n)
{
	struct sink *sink = cookie;
	size_t taken = 0;
	flush_before_message(sink);
	sink->used = 0;
	while (sink->n_pending > 0 && taken < n) {
		char joined[PENDING + 1];
		size_t length = sink->n_pending;
		memcpy(joined, sink->pending, length);
		joined[length++] = text[taken++];
		if (take_all(sink, joined, length, false) != 0)
			return 0;
	}
	if (taken < n && take_all(sink, text + taken, n - taken, false) != 0)
		return 0;
	return write_all(sink) == 0 ? (ssize_t)n : 0;
}

static int sink_close(void *cookie)
{
	struct sink *sink = cookie;
	char rest[PENDING];
	size_t n = sink->n_pending;
	memcpy(rest, sink->pending, n);
	int code = take_all(sink, rest, n, true);
	if (code == 0)
		code = write_all(sink);
	if (sink->owns_fd && close(sink->fd) != 0)
		code = -1;
	if (!sink->is_standard)
		free(sink);
	return code;
}

static FILE *open_sink(struct sink *sink)
{
	static const cookie_io_functions_t functions = { .write = sink_write,
							 .close = sink_close };
	return fopencookie(sink, "w", functions);
}

FILE *text_stream(int fd, bool owns_fd, bool is_ascii)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	if (!sink)
		return NULL;
	*sink = (struct sink){ .fd = fd, .owns_fd = owns_fd, .is_ascii = is_ascii };
	FILE *stream = open_sink(sink);
	if (!stream)
		free(sink);
	return stream;
}

int text_fileno(FILE *out)
{
	return out == stdout ? STDOUT_FILENO : out == stderr ? STDERR_FILENO : fileno(out);
}

void text_say(FILE *out, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	char *line = length >= 0 ? malloc(TEXT_GROWTH * (size_t)length + 1) : NULL;
	if (line)
		fprintf(out, "%s\n",
			text_line(text, line, TEXT_GROWTH * (size_t)length + 1));
	free(line);
	free(length >= 0 ? text : NULL);
}

void text_guard_output(void)
{
	/* They live as long as the standard streams do, which is to the end of the process. */
	static struct sink standard[2];
	bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	for (int i = 0; i < 2; i++)
		standard[i] = (struct sink){ .fd = STDOUT_FILENO + i,
					     .is_standard = true,
					     .process = getpid(),
					     .is_ascii = !is_utf8 &&
							 isatty(STDOUT_FILENO + i) };
	FILE *out = open_sink(&standard[0]);
	FILE *err = open_sink(&standard[1]);
	if (out) {
		setvbuf(out, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
		stdout = out;
	}
	if (err) {
		setvbuf(err, NULL, _IONBF, 0);
		stderr = err;
	}
}
