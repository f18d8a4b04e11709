/* collectors/meter/meter-address.h - where an instrument is reached: a TCP port or a serial line. */
#ifndef JOULECART_METER_ADDRESS_H
#define JOULECART_METER_ADDRESS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <termios.h>

struct problem;

enum { METER_PEERS = 4 };

struct meter_address {
	bool is_serial;                             /* else TCP */
	char text[256];                             /* the line's device, or the host */
	speed_t speed;                              /* of the serial line */
	struct sockaddr_storage peers[METER_PEERS]; /* a host may have several addresses */
	socklen_t peer_sizes[METER_PEERS];
	size_t n_peers;
};

/* "tcp:HOST:PORT" ("tcp:[::1]:5025"), looked up once: the first METER_PEERS addresses; or
 * "serial:/dev/ttyUSB0", with "@9600" behind it where its speed is another. 0, or -1 with *why. */
int meter_address_read(const char *text, struct meter_address *address,
		       struct problem *why);

/* A descriptor that does not block, to read from and write to, until that moment of monotonic_ns() at the
 * latest. A host's addresses are tried one after the other, each for its part of the time. Serial
 * lines are raw, 8 bits, no parity. -1 with errno. */
int meter_address_open(const struct meter_address *address, int64_t until_ns);

#endif
