/* profiler/metrics/request.c - see request.h. */
#include <config.h>

#include "profiler/metrics/request.h"

#include "base/number.h"
#include "base/option-table.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- Accept ---------------------------------------------------------------------------- */

struct weights {
	double openmetrics, text;
};

/* The part of an element up to the next ';', without blanks around it. Moves *at behind it. */
static void next_part(const char **at, const char *end, char *part, size_t size)
{
	const char *begin = *at, *stop = memchr(begin, ';', (size_t)(end - begin));
	*at = stop ? stop + 1 : end;
	stop = stop ? stop : end;
	while (begin < stop && (*begin == ' ' || *begin == '\t'))
		begin++;
	while (stop > begin && (stop[-1] == ' ' || stop[-1] == '\t'))
		stop--;
	snprintf(part, size, "%.*s", (int)(stop - begin), begin);
}

static double weight_of(const char *text)
{
	double weight;
	return number_read(text, &weight) && weight >= 0 && weight <= 1 ? weight : 0;
}

/* One element: "application/openmetrics-text;version=1.0.0;q=0.8". */
static void weigh(const char *at, const char *end, struct weights *weights)
{
	char type[48], part[48];
	double weight = 1;
	bool is_version = true;
	next_part(&at, end, type, sizeof(type));
	while (at < end) {
		next_part(&at, end, part, sizeof(part));
		if (strncasecmp(part, "q=", 2) == 0)
			weight = weight_of(part + 2);
		if (strncasecmp(part, "version=", 8) == 0)
			is_version = strcmp(part + 8, "1.0.0") == 0;
	}
	if (strcasecmp(type, "application/openmetrics-text") == 0 && is_version &&
	    weight > weights->openmetrics)
		weights->openmetrics = weight;
	if (strcasecmp(type, "text/plain") == 0 && weight > weights->text)
		weights->text = weight;
}

enum exposition_form request_form(const char *accept)
{
	struct weights weights = { 0 };
	accept = accept ? accept : "";
	const char *end = accept + strnlen(accept, REQUEST_ACCEPT_MOST);
	for (const char *at = accept; at < end;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		weigh(at, comma ? comma : end, &weights);
		at = comma ? comma + 1 : end;
	}
	return weights.openmetrics > 0 && weights.openmetrics >= weights.text
		   ? EXPOSITION_OPENMETRICS
		   : EXPOSITION_TEXT;
}

/* --- where to listen ------------------------------------------------------------------- */

static bool is_loopback(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;
		return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	const struct sockaddr_in6 *in6 = (const void *)address;
	return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* The part before the last ':', without brackets; loopback where there is none. False: too long, or
 * an address of IPv6 without brackets. */
static bool split(const char *text, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(text, ':');
	*port = colon ? colon + 1 : text;
	if (!colon) {
		snprintf(host, size, "127.0.0.1");
		return true;
	}
	bool has_brackets = text[0] == '[' && colon > text + 1 && colon[-1] == ']';
	const char *begin = text + has_brackets, *end = colon - has_brackets;
	if (end <= begin || (size_t)(end - begin) >= size ||
	    (!has_brackets && memchr(begin, ':', (size_t)(end - begin))))
		return false;
	snprintf(host, size, "%.*s", (int)(end - begin), begin);
	return true;
}

int request_listen(const char *text, struct request_address *to, struct problem *why)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char host[64];
	const char *port;
	if (!split(text, host, sizeof(host), &port) || !*port ||
	    strspn(port, "0123456789") != strlen(port) || strlen(port) > 5 ||
	    strtoul(port, NULL, 10) > UINT16_MAX ||
	    getaddrinfo(host, port, &hints, &found) != 0)
		return options_invalid(
		    "listen", text, "it is ADDRESS:PORT, as 127.0.0.1:9752 or [::1]:9752",
		    why);
	*to = (struct request_address){ .length = found->ai_addrlen };
	memcpy(&to->address, found->ai_addr, found->ai_addrlen);
	to->is_loopback = is_loopback(&to->address);
	freeaddrinfo(found);
	return 0;
}
