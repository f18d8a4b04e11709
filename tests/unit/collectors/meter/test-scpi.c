/* An instrument that answers, and others that do all but that: each is one errno in time, and none of it is the
 * answer to the next question. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/meter/scpi.h"
#include "tests/unit/cmocka.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the other end does once it has a line. */
struct instrument {
	int listener;
	char address[64];
	const char *answers[8]; /* to each question in turn; NULL: it hangs up */
	size_t n_answers;
	bool is_slow; /* a byte each 40 ms */
	bool is_endless;
	pthread_t thread;
};

static void answer(const struct instrument *instrument, int fd, const char *text)
{
	if (instrument->is_endless)
		while (send(fd, "777777777777777777777777777777", 30, MSG_NOSIGNAL) > 0)
			continue;
	if (!instrument->is_slow) {
		send(fd, text, strlen(text), MSG_NOSIGNAL);
		return;
	}
	for (; *text; text++, usleep(40000))
		if (send(fd, text, 1, MSG_NOSIGNAL) <= 0)
			return;
}

static void *serve(void *context)
{
	struct instrument *instrument = context;
	size_t at = 0;
	while (at < instrument->n_answers) {
		char line[300];
		int fd = accept(instrument->listener, NULL, NULL);
		if (fd < 0)
			return NULL;
		while (at < instrument->n_answers && read(fd, line, sizeof(line)) > 0) {
			const char *text = instrument->answers[at++];
			if (!text)
				break;
			answer(instrument, fd, text);
		}
		close(fd);
	}
	return NULL;
}

static struct scpi begin(struct instrument *instrument)
{
	struct sockaddr_in local = { .sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(local);
	struct meter_address address;
	struct problem why;
	while (instrument->n_answers < 8 && instrument->answers[instrument->n_answers])
		instrument->n_answers++;
	instrument->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(instrument->listener, (struct sockaddr *)&local, size), 0);
	assert_int_equal(listen(instrument->listener, 4), 0);
	assert_int_equal(
	    getsockname(instrument->listener, (struct sockaddr *)&local, &size), 0);
	snprintf(instrument->address, sizeof(instrument->address), "tcp:127.0.0.1:%d",
		 ntohs(local.sin_port));
	assert_int_equal(pthread_create(&instrument->thread, NULL, serve, instrument), 0);
	assert_int_equal(meter_address_read(instrument->address, &address, &why), 0);
	return scpi_of(&address, NS_PER_S / 4);
}

static void end(struct instrument *instrument, struct scpi *scpi)
{
	scpi_close(scpi);
	shutdown(instrument->listener, SHUT_RDWR);
	pthread_join(instrument->thread, NULL);
	close(instrument->listener);
}

static void a_question_has_its_answer(void **state)
{
	(void)state;
	char text[SCPI_ANSWER_SIZE];
	double value;
	struct instrument instrument = { .answers = { "1.2345E+02\n", " 99 \r\n" } };
	struct scpi scpi = begin(&instrument);
	assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
	assert_int_equal(scpi_number(text, &value), 0);
	assert_true(fabs(value - 123.45) < 1e-12);
	assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
	assert_string_equal(text, " 99");
	end(&instrument, &scpi);
}

/* The first question fails so, in time; the next one has its own answer. */
static void fails(struct instrument instrument, int expected)
{
	char text[SCPI_ANSWER_SIZE];
	struct scpi scpi = begin(&instrument);
	int64_t begin_ns = monotonic_ns();
	assert_int_equal(scpi_ask(&scpi, "P?", text), expected);
	assert_true(monotonic_ns() - begin_ns < 5 * NS_PER_S);
	assert_int_equal(scpi.fd, -1);
	if (!instrument.is_slow && !instrument.is_endless) {
		assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
		assert_string_equal(text, "42");
	}
	end(&instrument, &scpi);
}

static void two_lines_are_no_answer(void **state)
{
	(void)state;
	fails((struct instrument){ .answers = { "1\n2\n", "42\n" } }, EPROTO);
}

static void an_answer_that_drips_is_late(void **state)
{
	(void)state;
	fails((struct instrument){ .answers = { "1.23456789012345\n" }, .is_slow = true },
	      ETIMEDOUT);
}

static void silence_is_late(void **state)
{
	(void)state;
	fails((struct instrument){ .answers = { "", "42\n" } }, ETIMEDOUT);
}

static void a_line_without_end_ends_the_talk(void **state)
{
	(void)state;
	fails((struct instrument){ .answers = { "7" }, .is_endless = true }, EPROTO);
}

static void a_hung_up_line_is_connected_anew(void **state)
{
	(void)state;
	struct instrument instrument = { .answers = { "1\n", NULL, "42\n" },
					 .n_answers = 3 };
	char text[SCPI_ANSWER_SIZE];
	struct scpi scpi = begin(&instrument);
	instrument.n_answers = 3;
	assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
	assert_int_equal(scpi_ask(&scpi, "P?", text), ECONNRESET);
	assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
	assert_string_equal(text, "42");
	end(&instrument, &scpi);
}

/* Said between two questions, it would be taken for the answer to the second. */
static void what_was_not_asked_for_is_no_answer(void **state)
{
	(void)state;
	struct instrument instrument = { .answers = { "", "42\n" } };
	char text[SCPI_ANSWER_SIZE];
	struct scpi scpi = begin(&instrument);
	instrument.answers[0] = "13\n";
	assert_int_equal(scpi_tell(&scpi, "ITEM P"), 0);
	struct pollfd came = { .fd = scpi.fd, .events = POLLIN };
	assert_int_equal(poll(&came, 1, 5000), 1);
	assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
	assert_string_equal(text, "42");
	end(&instrument, &scpi);
}

static void what_is_no_number_is_none(void **state)
{
	(void)state;
	static const char *const none[] = { "NAN",  "nan",      "INF",   "-INF",
					    "+inf", "9.91E+37", "1e999", "-9.9e37" };
	static const char *const nonsense[] = { "",    " ",  "watts", "12 W",   "0x20",
						"1,2", "1e", "--1",   "\x1b[2J" };
	double value;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(scpi_number(none[i], &value), ENODATA);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++)
		assert_int_equal(scpi_number(nonsense[i], &value), EPROTO);
}

static void addresses_that_are_none_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "",
					   "tcp:",
					   "tcp:host",
					   "tcp::5025",
					   "tcp:::1:5025",
					   "udp:h:1",
					   "serial:tty",
					   "serial:/dev/x@1",
					   "tcp:h:port",
					   "tcp:127.0.0.1:0",
					   "tcp:127.0.0.1:65536",
					   "tcp:127.0.0.1:-1",
					   "tcp:[::1]",
					   "tcp:[::1:5025" };
	struct meter_address address;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct problem why = { 0 };
		assert_int_equal(meter_address_read(bad[i], &address, &why), -1);
		assert_true(why.why[0] && why.todo[0]);
	}
	struct problem why;
	assert_int_equal(meter_address_read("tcp:[::1]:5025", &address, &why), 0);
	assert_int_equal(address.peers[0].ss_family, AF_INET6);
	assert_int_equal(meter_address_read("serial:/dev/x:1@19200", &address, &why), 0);
	assert_true(address.is_serial);
	assert_string_equal(address.text, "/dev/x:1");
	assert_int_equal(meter_address_open(&address, 0), -1);
}

static void where_the_first_address_is_deaf_the_next_is_asked(void **state)
{
	(void)state;
	char text[SCPI_ANSWER_SIZE];
	struct meter_address address;
	struct problem why;
	struct instrument instrument = { .answers = { "7\n" } };
	struct scpi unused = begin(&instrument);
	assert_int_equal(meter_address_read(instrument.address, &address, &why), 0);
	assert_int_equal(address.n_peers, 1);
	address.peers[1] = address.peers[0];
	address.peer_sizes[1] = address.peer_sizes[0];
	address.n_peers = 2;
	int deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in local = { .sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(local);
	assert_int_equal(bind(deaf, (struct sockaddr *)&local, size), 0);
	assert_int_equal(getsockname(deaf, (struct sockaddr *)&local, &size), 0);
	memcpy(&address.peers[0], &local, sizeof(local)); /* bound, and nobody listens */
	struct scpi scpi = scpi_of(&address, NS_PER_S / 4);
	assert_int_equal(scpi_ask(&scpi, "P?", text), 0);
	assert_string_equal(text, "7");
	close(deaf);
	scpi_close(&unused);
	end(&instrument, &scpi);
}

/* A pseudo-terminal is a serial line to whoever opens it. */
static void a_serial_line_is_asked_alike(void **state)
{
	(void)state;
	char name[80], address_text[100], text[SCPI_ANSWER_SIZE], question[8] = "";
	struct meter_address address;
	struct problem why;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
	snprintf(address_text, sizeof(address_text), "serial:%s@9600", name);
	assert_int_equal(meter_address_read(address_text, &address, &why), 0);
	struct scpi scpi = scpi_of(&address, NS_PER_S / 4);
	memset(&address, 0,
	       sizeof(address)); /* the caller's may be gone when the line is opened anew */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(scpi_tell(&scpi, "ITEM P"), 0);
		assert_int_equal(read(master, question, 7), 7);
		assert_string_equal(question, "ITEM P\n");
		assert_int_equal(scpi_ask(&scpi, "P?", text), ETIMEDOUT);
		assert_int_equal(read(master, text, 3), 3);
	}
	scpi_close(&scpi);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_has_its_answer),
		cmocka_unit_test(two_lines_are_no_answer),
		cmocka_unit_test(an_answer_that_drips_is_late),
		cmocka_unit_test(silence_is_late),
		cmocka_unit_test(a_line_without_end_ends_the_talk),
		cmocka_unit_test(a_hung_up_line_is_connected_anew),
		cmocka_unit_test(what_was_not_asked_for_is_no_answer),
		cmocka_unit_test(what_is_no_number_is_none),
		cmocka_unit_test(addresses_that_are_none_are_refused),
		cmocka_unit_test(where_the_first_address_is_deaf_the_next_is_asked),
		cmocka_unit_test(a_serial_line_is_asked_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
