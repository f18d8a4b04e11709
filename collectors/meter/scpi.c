/* collectors/meter/scpi.c - see scpi.h. */
#include <config.h>

#include "collectors/meter/scpi.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Not-a-number and infinity in SCPI-1999. */
static const double no_number = 9.9e37;

struct scpi scpi_of(const struct meter_address *address, int64_t patience_ns)
{
	return (struct scpi){ .address = *address, .fd = -1, .patience_ns = patience_ns };
}

void scpi_close(struct scpi *scpi)
{
	if (scpi->fd >= 0)
		close(scpi->fd);
	scpi->fd = -1;
}

/* Waits for events of the descriptor. 0, or its errno. */
static int wait_for(const struct scpi *scpi, short events, int64_t until_ns)
{
	struct pollfd wait = { .fd = scpi->fd, .events = events };
	int code;
	do {
		int64_t left_ns = until_ns - monotonic_ns();
		if (left_ns <= 0)
			return ETIMEDOUT;
		code = poll(&wait, 1, (int)(left_ns / 1000000) + 1);
	} while (code < 0 && errno == EINTR);
	return code < 0 ? errno : code == 0 ? ETIMEDOUT : 0;
}

/* Some bytes were moved, or it was interrupted: go on. */
static bool is_transient(ssize_t n)
{
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static ssize_t put(const struct scpi *scpi, const char *bytes, size_t n)
{
	return scpi->address.is_serial ? write(scpi->fd, bytes, n)
				       : send(scpi->fd, bytes, n, MSG_NOSIGNAL);
}

static int send_all(const struct scpi *scpi, const char *bytes, size_t n, int64_t until_ns)
{
	while (n > 0) {
		int err = wait_for(scpi, POLLOUT, until_ns);
		if (err)
			return err;
		ssize_t sent = put(scpi, bytes, n);
		if (sent <= 0 && !is_transient(sent))
			return sent == 0 ? EIO : errno;
		bytes += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
	return 0;
}

/* Something came that nobody asked for: which question it answers cannot be known. */
static bool has_unasked(const struct scpi *scpi)
{
	struct pollfd wait = { .fd = scpi->fd, .events = POLLIN };
	return poll(&wait, 1, 0) > 0;
}

static int connect_anew(struct scpi *scpi, int64_t until_ns)
{
	if (scpi->fd >= 0 && has_unasked(scpi))
		scpi_close(scpi);
	if (scpi->fd < 0)
		scpi->fd = meter_address_open(&scpi->address, until_ns);
	return scpi->fd < 0 ? errno : 0;
}

/* In one piece: TCP holds the second of two small ones back until the first is acknowledged. */
static int send_line(struct scpi *scpi, const char *text, int64_t until_ns)
{
	char line[SCPI_ANSWER_SIZE];
	size_t n = strlen(text);
	if (n + 1 > sizeof(line))
		return EMSGSIZE;
	memcpy(line, text, n);
	line[n++] = '\n';
	int err = connect_anew(scpi, until_ns);
	return err ? err : send_all(scpi, line, n, until_ns);
}

/* One line, and nothing behind it. */
static int receive_line(struct scpi *scpi, char *answer, int64_t until_ns)
{
	size_t n = 0;
	char *end = NULL;
	while (!end) {
		if (n == SCPI_ANSWER_SIZE)
			return EPROTO;
		int err = wait_for(scpi, POLLIN, until_ns);
		if (err)
			return err;
		ssize_t got = read(scpi->fd, answer + n, SCPI_ANSWER_SIZE - n);
		if (got == 0)
			return ECONNRESET;
		if (got < 0 && !is_transient(got))
			return errno;
		end = got > 0 ? memchr(answer + n, '\n', (size_t)got) : NULL;
		n += got > 0 ? (size_t)got : 0;
	}
	if (end != answer + n - 1 || memchr(answer, '\0', n))
		return EPROTO;
	while (end > answer && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	*end = '\0';
	return 0;
}

int scpi_tell(struct scpi *scpi, const char *commands)
{
	int err = send_line(scpi, commands, monotonic_ns() + scpi->patience_ns);
	if (err)
		scpi_close(scpi);
	return err;
}

int scpi_ask(struct scpi *scpi, const char *question, char answer[SCPI_ANSWER_SIZE])
{
	int64_t until_ns = monotonic_ns() + scpi->patience_ns;
	int err = send_line(scpi, question, until_ns);
	if (!err)
		err = receive_line(scpi, answer, until_ns);
	if (err)
		scpi_close(scpi);
	return err;
}

int scpi_number(const char *answer, double *value)
{
	char *end;
	while (*answer == ' ')
		answer++;
	if (strncasecmp(answer + strspn(answer, "+-"), "nan", 3) == 0 ||
	    strncasecmp(answer + strspn(answer, "+-"), "inf", 3) == 0)
		return ENODATA;
	*value = strtod(answer, &end);
	if (end == answer || *end || strspn(answer, "+-.0123456789eE") != strlen(answer))
		return EPROTO;
	return !isfinite(*value) || fabs(*value) >= no_number ? ENODATA : 0;
}
