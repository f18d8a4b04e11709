/* tests/fuzz/otlp-target.c - see otlp-target.h. */
#include <config.h>

#include "tests/fuzz/otlp-target.h"

#include "base/problem.h"
#include "base/text.h"
#include "profiler/metrics/http-server.h"
#include "profiler/otlp/otlp-answer.h"
#include "tests/fuzz/must.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

void take_otlp_answer(const char *text, size_t size)
{
	struct otlp_answer answer;
	char *end;
	long status = strtol(text, &end, 10);
	const char *body = *end == '\n' ? end + 1 : end;
	otlp_answer_read(status, body, size - (size_t)(body - text), &answer);
	MUST(memchr(answer.said, 0, sizeof(answer.said)));
	MUST(text_is_plain(answer.said, strlen(answer.said)));
	MUST((answer.fate == OTLP_TAKEN) == (status >= 200 && status < 300));
	MUST(answer.fate == OTLP_TAKEN || answer.said[0]);
	MUST(answer.n_rejected >= 0 && answer.n_rejected <= 1000000);
	MUST(answer.n_rejected == 0 || (answer.fate == OTLP_TAKEN && answer.said[0]));
}

/* One server for all inputs: it goes with the process. */
static unsigned serve(void)
{
	static struct http_server *server;
	struct http_options options = { 0 };
	struct problem why = { 0 };
	struct http_page page = { .text = { strdup("a 1\n"), strdup("a 1\n") },
				  .size = { 4, 4 } };
	if (!server) {
		MUST(request_listen("127.0.0.1:0", &options.address, &why) == 0);
		server = http_start(&options, eventfd(0, EFD_NONBLOCK), &why);
		MUST(server);
	}
	MUST(http_publish(server, &page) == 0);
	return http_port(server);
}

static int connect_to(unsigned port)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
					.sin_port = htons((uint16_t)port),
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const struct timeval limit = { .tv_sec = 60 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	MUST(fd >= 0 && connect(fd, (const void *)&to, sizeof(to)) == 0);
	MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
	return fd;
}

static void send_all(int fd, const char *text, size_t size)
{
	ssize_t n = 1;
	for (; size > 0 && n > 0; size -= n > 0 ? (size_t)n : 0) {
		n = send(fd, text, size, MSG_NOSIGNAL);
		text += n > 0 ? n : 0;
	}
}

/* The answer, or as much of it as a client looks at; the server closes behind it. */
static size_t answer_to(unsigned port, const char *text, size_t size, char *answer,
			size_t room)
{
	/* ends any head that was begun, and is the request where there was none */
	static const char end[] = "\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n";
	size_t n = 0;
	ssize_t got = 1;
	int fd = connect_to(port);
	send_all(fd, text, size);
	send_all(fd, end, sizeof(end) - 1);
	for (; got > 0 && n<room; n += got> 0 ? (size_t)got : 0)
		got = recv(fd, answer + n, room - n, 0);
	close(fd);
	return n;
}

/* It answers by one of its own statuses, or not at all; and it still does for who asks rightly. */
void take_http(const char *text, size_t size)
{
	static const char *const statuses[] = { "100", "200", "400", "404", "405", "413",
						"414", "431", "500", "501", "503", "505" };
	char answer[4096];
	bool is_known = false;
	unsigned port = serve();
	size_t n = answer_to(port, text, size, answer, sizeof(answer));
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]) && n >= 12; i++)
		is_known |= memcmp(answer, "HTTP/1.", 7) == 0 &&
			    memcmp(answer + 9, statuses[i], 3) == 0;
	MUST(n == 0 || is_known);
	serve();
	n = answer_to(port, "", 0, answer, sizeof(answer));
	MUST(n > 12 && memcmp(answer, "HTTP/1.", 7) == 0 &&
	     memcmp(answer + 8, " 200", 4) == 0);
}
