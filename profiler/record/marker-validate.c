/* profiler/record/marker-validate.c - see marker-validate.h. */
#include <config.h>

#include "profiler/record/marker-validate.h"

#include "base/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the UTF-8 character at text (RFC 3629), or 0. text ends with a 0. */
static size_t character(const unsigned char *text)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high;
		size_t n;
	} forms[] = {
		{ 0x20, 0x7e, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (text[0] < forms[i].first_low || text[0] > forms[i].first_high)
			continue;
		if (forms[i].n > 1 &&
		    (text[1] < forms[i].second_low || text[1] > forms[i].second_high))
			return 0;
		for (size_t j = 2; j < forms[i].n; j++)
			if ((text[j] & 0xc0) != 0x80)
				return 0;
		return forms[i].n;
	}
	return 0;
}

/* Ends the text and puts '?' for what is none. True: it was as it must be. */
static bool mend(char *text, size_t size)
{
	bool is_text = memchr(text, '\0', size) != NULL;
	text[size - 1] = '\0';
	for (char *at = text; *at;) {
		size_t n = character((unsigned char *)at);
		is_text = is_text && n > 0;
		if (n == 0)
			*at = '?';
		at += n ? n : 1;
	}
	return is_text;
}

static bool is_edge(const struct marker_message *message)
{
	return message->kind == MARKER_BEGIN || message->kind == MARKER_END;
}

/* Queries or units of a phase, as many as --queries takes: thousands of such phases can be added up in 63
 * bits, which the database needs. */
static const uint64_t NUMBER_MOST = 1000000000000000;

static const char *check_number(struct marker_message *message)
{
	const char *wrong = NULL;
	bool is_count = message->kind == MARKER_COUNT;
	if (is_count && message->number > INT64_MAX) {
		message->number = 0;
		snprintf(message->text, sizeof(message->text), "beyond 2^63");
		wrong = "a count is beyond 2^63";
	} else if (!is_count && message->number > NUMBER_MOST) {
		message->number = 0;
		wrong = "a number of queries or units is beyond 10^15";
	}
	if ((message->kind == MARKER_METRIC || message->kind == MARKER_ANSWERS) &&
	    !number_is_quantity(message->real)) {
		message->kind = 0;
		wrong = "a metric is neither 0 nor between 1e-50 and 1e50";
	}
	return wrong;
}

const char *marker_check(struct marker_message *message, int64_t first_ns, int64_t last_ns)
{
	bool is_text = mend(message->phase, sizeof(message->phase));
	is_text = mend(message->name, sizeof(message->name)) && is_text;
	/* First: what is no number takes the message's kind. */
	const char *wrong = check_number(message);
	/* what answers are packed into is no text */
	if (message->kind != MARKER_ANSWERS)
		is_text = mend(message->text, sizeof(message->text)) && is_text;
	if (is_edge(message) && !message->phase[0]) {
		message->kind = 0;
		return "a phase has no name";
	}
	if (is_edge(message) &&
	    !(message->real >= 0 && message->real <= (double)(last_ns - first_ns)))
		message->real = 0;
	if (is_edge(message) &&
	    (message->mono_ns < first_ns || message->mono_ns > last_ns)) {
		message->mono_ns = last_ns;
		return "a time is not of this trial";
	}
	if (message->kind == MARKER_UNITS && !message->name[0]) {
		message->kind = 0;
		return "a unit has no name";
	}
	return wrong ? wrong : is_text ? NULL : "a name is not UTF-8 text, or has no end";
}
