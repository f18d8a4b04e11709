/* profiler/metrics/request.h - the texts that a client or a command line sends the metrics' server. Pure. */
#ifndef JOULECART_REQUEST_H
#define JOULECART_REQUEST_H
#include "profiler/metrics/exposition.h"

#include <stdbool.h>
#include <sys/socket.h>

struct problem;

/* The form that an Accept header prefers (RFC 9110, 12.5.1): OpenMetrics where it is named with at least the
 * weight of plain text, in a version that is written here; else the older text. NULL: none was sent. */
enum exposition_form request_form(const char *accept);

/* The longest Accept header that is looked at, in bytes; of a longer one no more is. */
enum { REQUEST_ACCEPT_MOST = 1024 };

struct request_address {
	struct sockaddr_storage address;
	socklen_t length;
	bool is_loopback;
};

/* Reads "ADDRESS:PORT", "[IPV6]:PORT" or "PORT" (on loopback), all of them numbers; port 0 lets the
 * kernel choose. -1 with *why of kind PROBLEM_USAGE. */
int request_listen(const char *text, struct request_address *to, struct problem *why);

#endif
