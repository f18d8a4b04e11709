/* Which form a client prefers, and where a command line lets the server listen. */
#include <config.h>

#include "base/problem.h"
#include "profiler/metrics/request.h"
#include "tests/unit/cmocka.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static void the_accept_header_decides_the_form(void **state)
{
	(void)state;
	static const struct {
		const char *accept;
		enum exposition_form form;
	} rows[] = {
		{ NULL, EXPOSITION_TEXT },
		{ "", EXPOSITION_TEXT },
		{ "*/*", EXPOSITION_TEXT }, /* curl, a browser */
		{ "text/plain", EXPOSITION_TEXT },
		{ "application/openmetrics-text", EXPOSITION_OPENMETRICS },
		{ "Application/OpenMetrics-Text ; Version=1.0.0", EXPOSITION_OPENMETRICS },
		/* Prometheus 2.42 and 2.53 */
		{ "application/openmetrics-text;version=1.0.0,application/"
		  "openmetrics-text;version=0.0.1;q=0.75,text/"
		  "plain;version=0.0.4;q=0.5,*/*;q=0.1",
		  EXPOSITION_OPENMETRICS },
		{ "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.6",
		  EXPOSITION_TEXT },
		{ "application/openmetrics-text;version=0.0.1", EXPOSITION_TEXT },
		{ "application/openmetrics-text;q=0", EXPOSITION_TEXT },
		{ "application/openmetrics-text;q=nonsense", EXPOSITION_TEXT },
		{ "application/openmetrics-text;q=9", EXPOSITION_TEXT },
		{ "text/plain;q=0.3, application/openmetrics-text;q=0.3",
		  EXPOSITION_OPENMETRICS },
		{ ",;,;;q=,", EXPOSITION_TEXT },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (request_form(rows[i].accept) != rows[i].form)
			fail_msg("row %zu: '%s'", i, rows[i].accept);
}

static void no_more_of_a_header_is_read_than_said(void **state)
{
	(void)state;
	char accept[REQUEST_ACCEPT_MOST + 64];
	memset(accept, ',', sizeof(accept));
	strcpy(accept + REQUEST_ACCEPT_MOST, "application/openmetrics-text");
	assert_int_equal(request_form(accept), EXPOSITION_TEXT);
	assert_int_equal(request_form(accept + 40), EXPOSITION_OPENMETRICS);
}

static void addresses_are_numbers_and_loopback_is_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int family;
		unsigned port;
		bool is_loopback;
	} rows[] = {
		{ "127.0.0.1:9752", AF_INET, 9752, true },
		{ "9752", AF_INET, 9752, true },
		{ "127.9.9.9:0", AF_INET, 0, true },
		{ "0.0.0.0:80", AF_INET, 80, false },
		{ "10.0.0.7:65535", AF_INET, 65535, false },
		{ "[::1]:9752", AF_INET6, 9752, true },
		{ "[::]:9752", AF_INET6, 9752, false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request_address to;
		struct problem why = { 0 };
		if (request_listen(rows[i].text, &to, &why) != 0)
			fail_msg("'%s': %s", rows[i].text, why.what);
		const struct sockaddr_in *in = (const void *)&to.address;
		assert_int_equal(to.address.ss_family, rows[i].family);
		assert_int_equal(ntohs(in->sin_port), rows[i].port);
		assert_int_equal(to.is_loopback, rows[i].is_loopback);
	}
}

static void anything_else_is_no_address(void **state)
{
	(void)state;
	static const char *const rows[] = { "",
					    ":",
					    ":9752",
					    "localhost:80",
					    "1.2.3.4:",
					    "1.2.3.4:http",
					    "::1:9752",
					    "[::1]9752",
					    "[]:1",
					    "1.2.3.4:-1",
					    "1.2.3.4:123456",
					    "1.2.3.4:70000",
					    "1.2.3.4 :80" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request_address to;
		struct problem why = { 0 };
		if (request_listen(rows[i], &to, &why) == 0)
			fail_msg("'%s' was taken", rows[i]);
		assert_int_equal(why.kind, PROBLEM_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_accept_header_decides_the_form),
		cmocka_unit_test(no_more_of_a_header_is_read_than_said),
		cmocka_unit_test(addresses_are_numbers_and_loopback_is_told_apart),
		cmocka_unit_test(anything_else_is_no_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
