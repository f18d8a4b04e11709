/* profiler/metrics/http-server.c - see http-server.h. */
#include <config.h>

#include "profiler/metrics/http-server.h"

#include "base/clock.h"
#include "base/problem.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A page this old is of the moment: so often at most a client makes the machine be read. */
static const int64_t FRESH_NS = 20 * NS_PER_S / 1000;
/* So long a client waits for a new page, before it gets the one that there is. */
static const int64_t WAIT_NS = NS_PER_S / 4;
/* Nothing has been published for so long: something is wrong. */
static const int64_t STALE_NS = 10 * NS_PER_S;

enum { THREADS = 2 };

struct client {
	int fd; /* -1: free */
	int64_t since_ns;
};

struct http_server {
	struct MHD_Daemon *daemon;
	int listen_fd, wake_fd;
	unsigned port;
	pthread_mutex_t pages_lock;
	pthread_cond_t published;
	struct MHD_Response *pages[HTTP_FORMS];
	int64_t page_ns;
	pthread_mutex_t clients_lock;
	struct client clients[HTTP_CLIENTS];
};

/* --- clients --------------------------------------------------------------------------- */

static void note_client(void *cls, struct MHD_Connection *connection, void **slot,
			enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = cls;
	struct client *client = *slot;
	pthread_mutex_lock(&server->clients_lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		for (size_t i = 0; i < HTTP_CLIENTS && info && !*slot; i++)
			if (server->clients[i].fd < 0) {
				server->clients[i] = (struct client){ info->connect_fd,
								      monotonic_ns() };
				*slot = &server->clients[i];
			}
	} else if (client) {
		client->fd = -1;
	}
	pthread_mutex_unlock(&server->clients_lock);
}

/* The lock keeps a connection's descriptor from being closed, and used anew, meanwhile. */
void http_sweep(struct http_server *server)
{
	int64_t oldest_ns = monotonic_ns() - HTTP_CLIENT_S * NS_PER_S;
	pthread_mutex_lock(&server->clients_lock);
	for (size_t i = 0; i < HTTP_CLIENTS; i++)
		if (server->clients[i].fd >= 0 && server->clients[i].since_ns < oldest_ns)
			shutdown(server->clients[i].fd, SHUT_RDWR);
	pthread_mutex_unlock(&server->clients_lock);
}

/* --- answers --------------------------------------------------------------------------- */

static struct timespec time_of(int64_t ns)
{
	return (struct timespec){ ns / NS_PER_S, ns % NS_PER_S };
}

/* Under the pages' lock. */
static void wait_for_page(struct http_server *server)
{
	int64_t asked_ns = monotonic_ns();
	const struct timespec until = time_of(asked_ns + WAIT_NS);
	if (server->page_ns >= asked_ns - FRESH_NS)
		return;
	eventfd_write(server->wake_fd, 1);
	while (server->page_ns < asked_ns)
		if (pthread_cond_timedwait(&server->published, &server->pages_lock,
					   &until) != 0)
			return;
}

static enum MHD_Result answer_metrics(struct http_server *server,
				      struct MHD_Connection *connection)
{
	enum exposition_form form = request_form(MHD_lookup_connection_value(
	    connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
	enum MHD_Result result = MHD_NO;
	pthread_mutex_lock(&server->pages_lock);
	wait_for_page(server);
	if (server->pages[form])
		result = MHD_queue_response(connection, MHD_HTTP_OK, server->pages[form]);
	pthread_mutex_unlock(&server->pages_lock);
	return result;
}

static bool add_headers(struct MHD_Response *response, const char *type)
{
	static const char *const headers[][2] = {
		{ MHD_HTTP_HEADER_CONNECTION, "close" },
		{ MHD_HTTP_HEADER_CACHE_CONTROL, "no-store" },
		{ MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT },
		{ "X-Content-Type-Options", "nosniff" },
	};
	bool is_well = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
					       type) == MHD_YES;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		is_well = is_well && MHD_add_response_header(response, headers[i][0],
							     headers[i][1]) == MHD_YES;
	return is_well;
}

static enum MHD_Result answer_line(struct MHD_Connection *connection, unsigned status,
				   const char *line)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    strlen(line), (void *)(uintptr_t)line, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_NO;
	if (!response)
		return MHD_NO;
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (add_headers(response, "text/plain; charset=utf-8"))
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static bool is_healthy(struct http_server *server)
{
	pthread_mutex_lock(&server->pages_lock);
	bool is_well = server->page_ns && monotonic_ns() - server->page_ns < STALE_NS;
	pthread_mutex_unlock(&server->pages_lock);
	return is_well;
}

/* Answers when the head has arrived: what a request carries behind it is never read. */
static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **context)
{
	struct http_server *server = cls;
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)context;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_line(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				   "only GET and HEAD\n");
	if (strcmp(url, "/metrics") == 0)
		return answer_metrics(server, connection);
	if (strcmp(url, "/healthz") != 0)
		return answer_line(connection, MHD_HTTP_NOT_FOUND,
				   "no such page: there are /metrics and /healthz\n");
	return is_healthy(server) ? answer_line(connection, MHD_HTTP_OK, "ok\n")
				  : answer_line(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
						"no reading was taken for ten seconds\n");
}

/* The page's text becomes the response's. */
static struct MHD_Response *response_of(struct http_page *page, enum exposition_form form)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    page->size[form], page->text[form], MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(page->text[form]);
	page->text[form] = NULL;
	if (response && !add_headers(response, exposition_content_type(form))) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

int http_publish(struct http_server *server, struct http_page *page)
{
	struct MHD_Response *fresh[HTTP_FORMS];
	bool is_whole = true;
	for (int form = 0; form < HTTP_FORMS; form++) {
		fresh[form] = response_of(page, form);
		is_whole = is_whole && fresh[form];
	}
	pthread_mutex_lock(&server->pages_lock);
	for (int form = 0; form < HTTP_FORMS && is_whole; form++) {
		struct MHD_Response *old = server->pages[form];
		server->pages[form] = fresh[form];
		fresh[form] = old;
	}
	if (is_whole)
		server->page_ns = monotonic_ns();
	pthread_cond_broadcast(&server->published);
	pthread_mutex_unlock(&server->pages_lock);
	for (int form = 0; form < HTTP_FORMS; form++)
		if (fresh[form])
			MHD_destroy_response(fresh[form]);
	return is_whole ? 0 : -1;
}

/* --- begin and end --------------------------------------------------------------------- */

static int listen_at(const struct request_address *to, unsigned *port)
{
	struct sockaddr_storage bound = { 0 };
	socklen_t length = sizeof(bound);
	const int yes = 1;
	int fd = socket(to->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	    bind(fd, (const void *)&to->address, to->length) == 0 &&
	    listen(fd, HTTP_CLIENTS) == 0 &&
	    getsockname(fd, (void *)&bound, &length) == 0) {
		const struct sockaddr_in *in = (const void *)&bound;
		*port = ntohs(in->sin_port); /* at the same place in both families */
		return fd;
	}
	int err = errno;
	if (fd >= 0)
		close(fd);
	errno = err;
	return -1;
}

static struct MHD_Daemon *start(struct http_server *server,
				const struct http_options *options)
{
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL;
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, options->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, options->key },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem *more = options->certificate ? tls : tls + 2;
	if (options->certificate)
		flags |= MHD_USE_TLS;
	if (options->address.address.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	return MHD_start_daemon(
	    flags, 0, NULL, NULL, answer, server, MHD_OPTION_LISTEN_SOCKET,
	    server->listen_fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CLIENTS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_CLIENT_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_REQUEST_BYTES,
	    MHD_OPTION_NOTIFY_CONNECTION, note_client, server, MHD_OPTION_ARRAY, more,
	    MHD_OPTION_END);
}

static void init_locks(struct http_server *server)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->published, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&server->pages_lock, NULL);
	pthread_mutex_init(&server->clients_lock, NULL);
}

static void refuse_start(const struct http_options *options, struct problem *why)
{
	if (options->certificate) {
		problem_why(why, "the certificate and its key are no pair in PEM");
		problem_todo(why, "name the one with --tls-cert, its key with --tls-key");
		return;
	}
	problem_why(why, "libmicrohttpd could not start");
	problem_todo(why, "see whether 'ulimit -a' limits threads or memory");
}

static void refuse_address(struct problem *why, int err)
{
	problem_errno(why, err);
	if (err == EADDRINUSE)
		problem_todo(why, "end what listens there ('ss -ltnp' lists it), or choose "
				  "another port by --listen");
	else if (err == EADDRNOTAVAIL)
		problem_todo(why, "give --listen an address of this machine: 'ip addr' "
				  "lists them");
	else if (err == EACCES)
		problem_todo(why, "choose a port above 1023 by --listen");
}

struct http_server *http_start(const struct http_options *options, int wake_fd,
			       struct problem *why)
{
	problem_what(why, "cannot serve metrics");
	if (options->certificate && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
		problem_why(why, "this libmicrohttpd was built without TLS");
		problem_todo(why,
			     "leave --tls-cert out, and put a proxy with TLS before it");
		return NULL;
	}
	struct http_server *server = calloc(1, sizeof(*server));
	if (!server) {
		problem_errno(why, ENOMEM);
		return NULL;
	}
	init_locks(server);
	server->wake_fd = wake_fd;
	for (size_t i = 0; i < HTTP_CLIENTS; i++)
		server->clients[i].fd = -1;
	server->listen_fd = listen_at(&options->address, &server->port);
	if (server->listen_fd < 0)
		refuse_address(why, errno);
	else if (!(server->daemon = start(server, options)))
		refuse_start(options, why);
	if (server->daemon)
		return server;
	http_stop(server);
	return NULL;
}

unsigned http_port(const struct http_server *server)
{
	return server->port;
}

void http_stop(struct http_server *server)
{
	if (!server)
		return;
	if (server->daemon)
		MHD_stop_daemon(server->daemon); /* closes its socket */
	else if (server->listen_fd >= 0)
		close(server->listen_fd);
	for (int form = 0; form < HTTP_FORMS; form++)
		if (server->pages[form])
			MHD_destroy_response(server->pages[form]);
	pthread_cond_destroy(&server->published);
	pthread_mutex_destroy(&server->pages_lock);
	pthread_mutex_destroy(&server->clients_lock);
	free(server);
}
