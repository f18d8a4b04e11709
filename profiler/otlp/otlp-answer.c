/* profiler/otlp/otlp-answer.c - see otlp-answer.h. */
#include <config.h>

#include "profiler/otlp/otlp-answer.h"

#include "base/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No request of ours has more points. */
static const int64_t REJECTED_MOST = 1000000;

/* Too many requests, bad gateway, unavailable, gateway timeout. */
static enum otlp_fate fate_of(long status)
{
	if (status >= 200 && status < 300)
		return OTLP_TAKEN;
	return status == 429 || (status >= 502 && status <= 504) ? OTLP_LATER
								 : OTLP_REFUSED;
}

/* proto3's JSON has 64-bit numbers as texts; some write them as numbers. */
static int64_t whole(const json_t *value)
{
	int64_t n = json_integer_value(value);
	if (json_is_string(value)) {
		char *end;
		errno = 0;
		n = strtoll(json_string_value(value), &end, 10);
		if (errno || *end)
			n = 0;
	}
	return n < 0 ? 0 : n > REJECTED_MOST ? REJECTED_MOST : n;
}

static void say(struct otlp_answer *answer, const char *text)
{
	text_line(text, answer->said, sizeof(answer->said));
}

/* Of a request that was taken: what of it was not. */
static void read_partial(const json_t *root, struct otlp_answer *answer)
{
	const json_t *partial = json_object_get(root, "partialSuccess");
	const char *reason = json_string_value(json_object_get(partial, "errorMessage"));
	answer->n_rejected = whole(json_object_get(partial, "rejectedDataPoints"));
	if (reason && *reason)
		say(answer, reason);
	else if (answer->n_rejected > 0)
		say(answer, "it says no reason");
}

void otlp_answer_read(long status, const char *body, size_t size,
		      struct otlp_answer *answer)
{
	json_error_t error;
	json_t *root = size ? json_loadb(body, size, JSON_DISABLE_EOF_CHECK, &error) : NULL;
	*answer = (struct otlp_answer){ .fate = fate_of(status) };
	if (answer->fate == OTLP_TAKEN) {
		if (size && !json_is_object(root))
			say(answer, "its answer is none of OpenTelemetry's: does "
				    "a receiver listen there?");
		read_partial(root, answer);
	} else { /* google.rpc.Status */
		const char *reason = json_string_value(json_object_get(root, "message"));
		char text[160] = "", line[256];
		snprintf(line, sizeof(line), "HTTP status %ld%s%s", status,
			 reason && *reason ? ": " : "",
			 reason ? text_line(reason, text, sizeof(text)) : "");
		say(answer, line);
	}
	json_decref(root);
}
