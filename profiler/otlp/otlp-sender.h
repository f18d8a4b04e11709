/* profiler/otlp/otlp-sender.h - sends requests to an OpenTelemetry receiver, in a thread of its own, so that no
 * receiver, however slow, holds up a reading.
 *
 * What the receiver cannot take now waits in the queue, and is tried again: after retry_s, then twice and four
 * times that, up to a minute, each by chance between half and one and a half times of that, and never before the
 * time that the receiver asked for. What it refuses for good is not sent again. */
#ifndef JOULECART_OTLP_SENDER_H
#define JOULECART_OTLP_SENDER_H
#include "profiler/metrics/families.h"

struct problem;
struct otlp_sender;

struct otlp_options {
	const char *url;   /* "http://HOST:4318": requests go to /v1/metrics below it */
	const char *queue; /* a folder, or NULL: see otlp_queue_open() */
	double retry_s;    /* the first wait */
	void (*say)(const char *line); /* told once per change, from the sender's thread */
};

/* What of the options is not as it has to be, of kind PROBLEM_USAGE; 0 or -1. */
int otlp_url_check(const char *url, struct problem *why);

/* The options outlive it. NULL with *why. */
struct otlp_sender *otlp_start(const struct otlp_options *options, struct problem *why);

/* Takes a request, a text by malloc, which becomes the sender's. It never waits for the network. NULL: none. */
void otlp_send(struct otlp_sender *sender, char *text);

/* What became of the requests up to now. */
struct families_pushed otlp_pushed(struct otlp_sender *sender);

/* Tries for two seconds to send what is left; what is not taken then stays in the queue. Takes NULL. */
void otlp_stop(struct otlp_sender *sender);

#endif
