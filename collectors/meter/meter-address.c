/* collectors/meter/meter-address.c - see meter-address.h. */
#include <config.h>

#include "collectors/meter/meter-address.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/same.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int refuse(const char *text, const char *because, struct problem *why)
{
	problem_what(why, "cannot reach the meter '%.100s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "give tcp:HOST:PORT or serial:/dev/ttyUSB0@9600", "%s",
			      because);
}

static int read_speed(char *at, speed_t *speed)
{
	static const struct {
		const char *text;
		speed_t speed;
	} speeds[] = { { "1200", B1200 },   { "2400", B2400 },    { "4800", B4800 },
		       { "9600", B9600 },   { "19200", B19200 },  { "38400", B38400 },
		       { "57600", B57600 }, { "115200", B115200 } };
	*speed = B9600;
	if (!at)
		return 0;
	*at++ = '\0';
	for (size_t i = 0; i < sizeof(speeds) / sizeof(*speeds); i++)
		if (strcmp(speeds[i].text, at) == 0) {
			*speed = speeds[i].speed;
			return 0;
		}
	return -1;
}

/* The port behind the last colon; an IPv6 address stands in brackets. */
static char *split_port(char *host)
{
	char *colon = strrchr(host, ':');
	if (!colon || colon == host || !colon[1])
		return NULL;
	*colon = '\0';
	if (*host != '[')
		return strchr(host, ':') ? NULL : colon + 1;
	if (colon[-1] != ']')
		return NULL;
	colon[-1] = '\0';
	memmove(host, host + 1, strlen(host));
	return colon + 1;
}

/* getaddrinfo() takes larger numbers, and connects to another port. */
static bool is_port(const char *text)
{
	enum { MOST = 65535 };
	return strspn(text, "0123456789") == strlen(text) && strlen(text) <= 5 &&
	       atoi(text) >= 1 && atoi(text) <= MOST;
}

static int look_up(const char *text, struct meter_address *address, struct problem *why)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	char *port = split_port(address->text);
	if (!port || !*address->text)
		return refuse(text, "it has no host, or no port", why);
	if (!is_port(port))
		return refuse(text, "a port is a number from 1 to 65535", why);
	int code = getaddrinfo(address->text, port, &hints, &found);
	if (code != 0)
		return refuse(text, gai_strerror(code), why);
	for (const struct addrinfo *one = found; one && address->n_peers < METER_PEERS;
	     one = one->ai_next) {
		memcpy(&address->peers[address->n_peers], one->ai_addr, one->ai_addrlen);
		address->peer_sizes[address->n_peers++] = one->ai_addrlen;
	}
	freeaddrinfo(found);
	return 0;
}

int meter_address_read(const char *text, struct meter_address *address, struct problem *why)
{
	*address = (struct meter_address){ 0 };
	const char *colon = strchr(text, ':');
	if (!colon || strlen(colon + 1) >= sizeof(address->text))
		return refuse(text, "it is no address of a meter", why);
	snprintf(address->text, sizeof(address->text), "%s", colon + 1);
	if (begins(text, "tcp:"))
		return look_up(text, address, why);
	if (!begins(text, "serial:/"))
		return refuse(text, "it is neither TCP nor a serial line", why);
	if (read_speed(strchr(address->text, '@'), &address->speed) != 0)
		return refuse(text, "no serial line has that speed", why);
	address->is_serial = true;
	return 0;
}

static int open_serial(const struct meter_address *address)
{
	struct termios line;
	int fd = open(address->text, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &line) == 0) {
		cfmakeraw(&line);
		line.c_cflag |= CLOCAL | CREAD;
		cfsetspeed(&line, address->speed);
		if (tcsetattr(fd, TCSANOW, &line) == 0 && tcflush(fd, TCIOFLUSH) == 0)
			return fd;
	}
	int err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* 0, or its errno. */
static int wait_connected(int fd, int64_t until_ns)
{
	int err = 0;
	socklen_t size = sizeof(err);
	int64_t left_ns = until_ns - monotonic_ns();
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	if (left_ns <= 0 || poll(&wait, 1, (int)(left_ns / 1000000) + 1) == 0)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) != 0)
		return errno;
	return err;
}

static int open_peer(const struct sockaddr_storage *peer, socklen_t size, int64_t until_ns)
{
	int fd = socket(peer->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	int err = connect(fd, (const struct sockaddr *)peer, size) == 0 ? 0 : errno;
	if (err == EINPROGRESS)
		err = wait_connected(fd, until_ns);
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
}

int meter_address_open(const struct meter_address *address, int64_t until_ns)
{
	int fd = -1;
	if (address->is_serial)
		return open_serial(address);
	for (size_t i = 0; fd < 0 && i < address->n_peers; i++) {
		int64_t now_ns = monotonic_ns();
		int64_t part_ns = (until_ns - now_ns) / (int64_t)(address->n_peers - i);
		fd = open_peer(&address->peers[i], address->peer_sizes[i],
			       now_ns + part_ns);
	}
	return fd;
}
