/* models/data/sessions.c - see sessions.h. */
#include <config.h>

#include "models/data/sessions.h"

#include <stdlib.h>
#include <string.h>

static size_t common_divisor(size_t a, size_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

/* In lowest terms, so that the smallest round is small. */
static void reduce(struct session_mix *mix)
{
	size_t divisor = 0;
	for (unsigned calls = SESSION_LEAST_CALLS; calls <= SESSION_MOST_CALLS; calls++)
		divisor = common_divisor(divisor, mix->parts[calls]);
	for (unsigned calls = SESSION_LEAST_CALLS; calls <= SESSION_MOST_CALLS; calls++)
		mix->parts[calls] /= (uint32_t)divisor;
}

/* The digits at *at, of at most three; -1: there are none, or more. */
static int take_number(const char **at)
{
	size_t length = strspn(*at, "0123456789");
	int value = length > 0 && length <= 3 ? atoi(*at) : -1;
	*at += length;
	return value;
}

bool session_mix_read(const char *text, struct session_mix *mix)
{
	struct session_mix read = { 0 };
	size_t total = 0;
	for (const char *at = text;; at++) {
		int calls = take_number(&at);
		if (calls < SESSION_LEAST_CALLS || calls > SESSION_MOST_CALLS ||
		    read.parts[calls] > 0 || *at++ != ':')
			return false;
		int parts = take_number(&at);
		if (parts < 0 || parts > SESSION_MOST_PARTS || (*at && *at != ','))
			return false;
		read.parts[calls] = (uint32_t)parts;
		total += (size_t)parts;
		if (!*at)
			break;
	}
	if (total == 0)
		return false;
	reduce(&read);
	*mix = read;
	return true;
}

/* Of the smallest round. */
static struct session_round smallest(const struct session_mix *mix)
{
	struct session_round round = { 0 };
	for (unsigned calls = SESSION_LEAST_CALLS; calls <= SESSION_MOST_CALLS; calls++) {
		round.sessions += mix->parts[calls];
		round.calls += (size_t)calls * mix->parts[calls];
	}
	return round;
}

double session_mix_calls(const struct session_mix *mix)
{
	struct session_round round = smallest(mix);
	return (double)round.calls / (double)round.sessions;
}

struct session_calls session_calls_of(unsigned calls)
{
	/* every second call beyond the three of the shortest compares again, the others refine */
	unsigned beyond = calls - SESSION_LEAST_CALLS;
	return (struct session_calls){ 1, (beyond + 1) / 2, 1 + beyond / 2, 1 };
}

struct session_round session_round_of(const struct session_mix *mix, size_t n_queries)
{
	struct session_round round = smallest(mix);
	size_t times = n_queries / round.calls;
	times = times > 0 ? times : 1;
	return (struct session_round){ round.sessions * times, round.calls * times };
}
