/* profiler/metrics/http-server.h - answers with the metrics by HTTP or HTTPS, in threads of its own
 * (libmicrohttpd), so that no client, however slow, holds up a reading.
 *
 * GET /metrics is the page that was last published, in the form that the client prefers; where it is not
 * of this moment, whoever publishes is asked for a new one first. GET /healthz is 200 while pages are
 * published, else 503. There is no other page. One connection is one request: it is closed behind
 * the answer, or when HTTP_CLIENT_S seconds are over, at most HTTP_CLIENTS at a time. */
#ifndef JOULECART_HTTP_SERVER_H
#define JOULECART_HTTP_SERVER_H
#include "profiler/metrics/request.h"

#include <stddef.h>
#include <stdint.h>

struct problem;
struct http_server;

enum {
	HTTP_CLIENTS = 512,
	HTTP_CLIENT_S = 10,
	HTTP_REQUEST_BYTES = 16384, /* of memory for one connection */
	HTTP_FORMS = EXPOSITION_TEXT + 1,
};

struct http_options {
	struct request_address address;
	char *certificate, *key; /* PEM, both or neither; they outlive the server */
};

/* wake_fd: an eventfd that is written to when a new page is asked for. NULL with *why. */
struct http_server *http_start(const struct http_options *options, int wake_fd,
			       struct problem *why);
/* Ends all connections. Takes NULL. */
void http_stop(struct http_server *server);

/* Where it listens. */
unsigned http_port(const struct http_server *server);

/* A page in each form, allocated by malloc and now the server's. */
struct http_page {
	char *text[HTTP_FORMS];
	size_t size[HTTP_FORMS];
};
/* -1: no memory; the page before stays. */
int http_publish(struct http_server *server, struct http_page *page);

/* Closes the connections whose time is over. Called once a second or so. */
void http_sweep(struct http_server *server);

#endif
