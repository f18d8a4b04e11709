/* profiler/otlp/otlp-sender.c - see otlp-sender.h. */
#include <config.h>

#include "profiler/otlp/otlp-sender.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/text.h"
#include "profiler/otlp/otlp-answer.h"
#include "profiler/otlp/otlp-queue.h"
#include "profiler/sources/curl-library.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Requests that wait for the thread: one keeps it ten seconds at most, and one a second is made at most. */
enum { MAIL_MOST = 16, ANSWER_MOST = 65536, URL_MOST = 1024 };
static const long ANSWER_MS = 10000, CONNECT_MS = 5000;
static const double WAIT_MOST_S = 60, ASKED_MOST_S = 3600;
static const int64_t LAST_NS = 2 * NS_PER_S;
/* What the receiver answers is told in so many lines within so long: it fills nobody's log. */
enum { LINES_MOST = 12 };
static const int64_t LINES_NS = 600 * NS_PER_S;

struct otlp_sender {
	const struct otlp_options *options;
	pthread_t thread;
	pthread_mutex_t lock; /* of what stands up to the next blank line */
	pthread_cond_t changed;
	char *mail[MAIL_MOST];
	size_t n_mail;
	int64_t end_ns; /* when to give up; 0: it goes on */
	struct families_pushed pushed;
	uint64_t n_lost; /* that never came into the queue */

	struct curl_library curl; /* the thread's, as all below */
	CURL *handle;
	struct curl_slist *headers;
	char *url;
	struct otlp_queue *queue;
	char answer[ANSWER_MOST];
	size_t answer_size;
	unsigned n_failed; /* tries in a row */
	int64_t retry_ns;  /* not before */
	char said[256];    /* the last trouble that was told; "": none */
	int64_t lines_ns;  /* since when lines are counted */
	int n_lines;
};

/* --- what is told ---------------------------------------------------------------------- */

static void put_line(struct otlp_sender *sender, const char *line)
{
	int64_t now_ns = monotonic_ns();
	if (sender->n_lines == 0 || now_ns - sender->lines_ns > LINES_NS) {
		sender->lines_ns = now_ns;
		sender->n_lines = 0;
	}
	if (sender->n_lines == LINES_MOST)
		return;
	sender->options->say(line);
	if (++sender->n_lines == LINES_MOST)
		sender->options->say("joulecart: the receiver answers one thing after the "
				     "other: the rest of it is not told for ten minutes, "
				     "joulecart_otlp_requests counts it");
}

/* Once, until something else is to be told. */
static void say(struct otlp_sender *sender, const char *what, const char *reason)
{
	char line[1536];
	if (strcmp(sender->said, reason) == 0)
		return;
	snprintf(sender->said, sizeof(sender->said), "%s", reason);
	snprintf(line, sizeof(line), "joulecart: warning: '%s' %s: %s", sender->url, what,
		 reason);
	put_line(sender, line);
}

static void say_well(struct otlp_sender *sender)
{
	char line[1280];
	if (!sender->said[0])
		return;
	sender->said[0] = '\0';
	snprintf(line, sizeof(line), "joulecart: '%s' takes the metrics again",
		 sender->url);
	put_line(sender, line);
}

static void count(struct otlp_sender *sender, struct families_pushed more)
{
	pthread_mutex_lock(&sender->lock);
	sender->pushed.taken += more.taken;
	sender->pushed.refused += more.refused;
	sender->n_lost += more.lost;
	sender->pushed.rejected_points += more.rejected_points;
	pthread_mutex_unlock(&sender->lock);
}

/* --- one request ----------------------------------------------------------------------- */

static size_t take(char *bytes, size_t one, size_t n, void *state)
{
	struct otlp_sender *sender = state;
	size_t size = one * n, room = sizeof(sender->answer) - sender->answer_size;
	size_t taken = size < room ? size : room;
	memcpy(sender->answer + sender->answer_size, bytes, taken);
	sender->answer_size += taken;
	return taken; /* less than came ends the transfer */
}

/* Who is to end does not wait for a slow receiver. */
static int look_at_end(void *state, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct otlp_sender *sender = state;
	(void)a, (void)b, (void)c, (void)d;
	pthread_mutex_lock(&sender->lock);
	bool is_over = sender->end_ns && monotonic_ns() >= sender->end_ns;
	pthread_mutex_unlock(&sender->lock);
	return is_over;
}

/* From 0 to 1. Not the same on two machines, which lost their receiver in the same moment. */
static double by_chance(void)
{
	uint32_t number;
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
		return 0.5;
	return (double)number / (double)UINT32_MAX;
}

/* Not before then. asked_s: as the receiver wants it, or 0. */
static void wait_longer(struct otlp_sender *sender, double asked_s)
{
	unsigned doubled = sender->n_failed < 10 ? sender->n_failed : 10;
	double wait_s = sender->options->retry_s * (double)(1U << doubled);
	wait_s = (wait_s < WAIT_MOST_S ? wait_s : WAIT_MOST_S) * (0.5 + by_chance());
	asked_s = asked_s < ASKED_MOST_S ? asked_s : ASKED_MOST_S;
	wait_s = wait_s > asked_s ? wait_s : asked_s;
	sender->n_failed++;
	sender->retry_ns = monotonic_ns() + (int64_t)(wait_s * (double)NS_PER_S);
}

static void judge(struct otlp_sender *sender, const struct otlp_answer *answer)
{
	curl_off_t asked_s = 0;
	sender->curl.curl_easy_getinfo(sender->handle, CURLINFO_RETRY_AFTER, &asked_s);
	if (answer->fate == OTLP_LATER) {
		say(sender, "cannot take the metrics now, they are kept", answer->said);
		wait_longer(sender, (double)asked_s);
		return;
	}
	sender->n_failed = 0;
	sender->retry_ns = 0;
	count(sender,
	      (struct families_pushed){ .taken = answer->fate == OTLP_TAKEN,
					.refused = answer->fate == OTLP_REFUSED,
					.rejected_points = (uint64_t)answer->n_rejected });
	if (answer->fate == OTLP_REFUSED)
		say(sender, "refused the metrics", answer->said);
	else if (answer->said[0])
		say(sender,
		    answer->n_rejected ? "left points out"
				       : "took the metrics, and had to say",
		    answer->said);
	else
		say_well(sender);
}

/* True: it is done with, taken or refused. */
static bool post(struct otlp_sender *sender, const char *text, size_t size)
{
	const struct curl_library *curl = &sender->curl;
	struct otlp_answer answer;
	long status = 0;
	sender->answer_size = 0;
	curl->curl_easy_setopt(sender->handle, CURLOPT_POSTFIELDS, text);
	curl->curl_easy_setopt(sender->handle, CURLOPT_POSTFIELDSIZE_LARGE,
			       (curl_off_t)size);
	CURLcode code = curl->curl_easy_perform(sender->handle);
	curl->curl_easy_getinfo(sender->handle, CURLINFO_RESPONSE_CODE, &status);
	/* An answer that is too long is cut by take(). */
	if (code != CURLE_OK && (code != CURLE_WRITE_ERROR || status == 0)) {
		say(sender, "cannot be reached, the metrics are kept",
		    curl->curl_easy_strerror(code));
		wait_longer(sender, 0);
		return false;
	}
	otlp_answer_read(status, sender->answer, sender->answer_size, &answer);
	judge(sender, &answer);
	return answer.fate != OTLP_LATER;
}

/* --- the thread ------------------------------------------------------------------------ */

static bool may_send(struct otlp_sender *sender)
{
	return monotonic_ns() >= sender->retry_ns && !look_at_end(sender, 0, 0, 0, 0);
}

static void keep(struct otlp_sender *sender, const char *text, size_t size)
{
	int err = otlp_queue_put(sender->queue, text, size);
	if (!err)
		return;
	count(sender, (struct families_pushed){ .lost = 1 });
	say(sender, "does not take the metrics, and they cannot be kept", strerror(err));
}

/* A request waits behind those that wait. */
static void deliver(struct otlp_sender *sender, char *text)
{
	size_t size = strlen(text);
	bool is_next = otlp_queue_length(sender->queue) == 0 && may_send(sender);
	if (!is_next || !post(sender, text, size))
		keep(sender, text, size);
	free(text);
}

static void deliver_waiting(struct otlp_sender *sender)
{
	size_t size;
	char *text = may_send(sender) ? otlp_queue_first(sender->queue, &size) : NULL;
	if (text && post(sender, text, size))
		otlp_queue_drop(sender->queue);
	free(text);
}

/* Under the lock: until there is something to do. */
static void wait_for_work(struct otlp_sender *sender)
{
	bool is_waiting = otlp_queue_length(sender->queue) > 0;
	const struct timespec until = { sender->retry_ns / NS_PER_S,
					sender->retry_ns % NS_PER_S };
	while (sender->n_mail == 0 && !sender->end_ns) {
		if (!is_waiting)
			pthread_cond_wait(&sender->changed, &sender->lock);
		else if (monotonic_ns() >= sender->retry_ns ||
			 pthread_cond_timedwait(&sender->changed, &sender->lock, &until) !=
			     0)
			return;
	}
}

/* The oldest mail, or NULL. *is_over: it is the end, and there is no more. */
static char *fetch(struct otlp_sender *sender, bool *is_over)
{
	pthread_mutex_lock(&sender->lock);
	sender->pushed.waiting = otlp_queue_length(sender->queue);
	sender->pushed.lost = sender->n_lost + otlp_queue_lost(sender->queue);
	wait_for_work(sender);
	char *text = sender->n_mail > 0 ? sender->mail[0] : NULL;
	if (text)
		memmove(sender->mail, sender->mail + 1,
			--sender->n_mail * sizeof(*sender->mail));
	*is_over = sender->end_ns && !text;
	pthread_mutex_unlock(&sender->lock);
	return text;
}

static void *work(void *state)
{
	struct otlp_sender *sender = state;
	bool is_over = false;
	while (!is_over) {
		char *text = fetch(sender, &is_over);
		if (text)
			deliver(sender, text);
		else if (!is_over)
			deliver_waiting(sender);
	}
	while (otlp_queue_length(sender->queue) > 0 && may_send(sender))
		deliver_waiting(sender);
	return NULL;
}

/* --- begin and end --------------------------------------------------------------------- */

int otlp_url_check(const char *url, struct problem *why)
{
	const char *host = strncmp(url, "http://", 7) == 0    ? url + 7
			   : strncmp(url, "https://", 8) == 0 ? url + 8
							      : "";
	problem_what(why, "cannot send metrics there"); /* without what may be a password */
	why->kind = PROBLEM_USAGE;
	if (curl_has_password(url))
		return problem_refuse(why,
				      "send to a receiver on this machine, which knows "
				      "the password",
				      "the address holds a user's name or password, and "
				      "everybody here can read it ('ps')");
	if (!*host || *host == '/' || strpbrk(url, "?# \t\r\n") ||
	    !text_is_plain(url, strlen(url)) || strlen(url) > URL_MOST)
		return problem_refuse(why, "--otlp takes one as http://HOST:4318",
				      "it is no address of a receiver");
	return 0;
}

/* "http://HOST:4318/" and "http://HOST:4318" are one. */
static char *url_below(const char *base)
{
	char *url = NULL;
	size_t length = strlen(base);
	while (length > 0 && base[length - 1] == '/')
		length--;
	return asprintf(&url, "%.*s/v1/metrics", (int)length, base) < 0 ? NULL : url;
}

static int set_headers(struct otlp_sender *sender)
{
	static const char *const lines[] = {
		"Content-Type: application/json", "Accept: application/json",
		"Expect:" /* none: no receiver is asked first */
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct curl_slist *longer = sender->curl.curl_slist_append(sender->headers,
									   lines[i]);
		if (!longer)
			return -1;
		sender->headers = longer;
	}
	return 0;
}

static int set_up(struct otlp_sender *sender, struct problem *why)
{
	__typeof__(curl_easy_setopt) *set = sender->curl.curl_easy_setopt;
	CURL *handle = sender->handle = sender->curl.curl_easy_init();
	if (!handle || !sender->url || set_headers(sender) != 0)
		return problem_errno(why, ENOMEM);
	set(handle, CURLOPT_POST, 1L);
	set(handle, CURLOPT_HTTPHEADER, sender->headers);
	set(handle, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	set(handle, CURLOPT_TIMEOUT_MS, ANSWER_MS);
	set(handle, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	set(handle, CURLOPT_WRITEFUNCTION, take);
	set(handle, CURLOPT_WRITEDATA, sender);
	set(handle, CURLOPT_NOPROGRESS, 0L);
	set(handle, CURLOPT_XFERINFOFUNCTION, look_at_end);
	set(handle, CURLOPT_XFERINFODATA, sender);
	return curl_library_confine(&sender->curl, handle, sender->url, why);
}

static void init_locks(struct otlp_sender *sender)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&sender->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&sender->lock, NULL);
}

static void release(struct otlp_sender *sender)
{
	if (sender->handle)
		sender->curl.curl_easy_cleanup(sender->handle);
	if (sender->headers)
		sender->curl.curl_slist_free_all(sender->headers);
	otlp_queue_close(sender->queue);
	pthread_cond_destroy(&sender->changed);
	pthread_mutex_destroy(&sender->lock);
	free(sender->url);
	free(sender);
}

struct otlp_sender *otlp_start(const struct otlp_options *options, struct problem *why)
{
	struct otlp_sender *sender = calloc(1, sizeof(*sender));
	int code = -1;
	problem_what(why, "cannot send metrics to '%s'", options->url);
	if (!sender) {
		problem_errno(why, ENOMEM);
		return NULL;
	}
	init_locks(sender);
	sender->options = options;
	sender->url = url_below(options->url);
	if (curl_library_load(&sender->curl, why) == 0)
		code = set_up(sender, why);
	if (code == 0 && !(sender->queue = otlp_queue_open(options->queue, why)))
		code = -1;
	int err = code == 0 ? pthread_create(&sender->thread, NULL, work, sender) : 0;
	if (err)
		problem_errno(why, err);
	if (code == 0 && !err)
		return sender;
	release(sender);
	return NULL;
}

void otlp_send(struct otlp_sender *sender, char *text)
{
	char *oldest = NULL;
	pthread_mutex_lock(&sender->lock);
	if (sender->n_mail == MAIL_MOST) {
		oldest = sender->mail[0];
		memmove(sender->mail, sender->mail + 1,
			--sender->n_mail * sizeof(*sender->mail));
	}
	sender->n_lost += !text || oldest;
	if (text)
		sender->mail[sender->n_mail++] = text;
	pthread_cond_signal(&sender->changed);
	pthread_mutex_unlock(&sender->lock);
	free(oldest);
}

struct families_pushed otlp_pushed(struct otlp_sender *sender)
{
	pthread_mutex_lock(&sender->lock);
	struct families_pushed pushed = sender->pushed;
	pthread_mutex_unlock(&sender->lock);
	return pushed;
}

static void say_left(const struct otlp_sender *sender)
{
	char line[1536];
	size_t n = otlp_queue_length(sender->queue);
	if (n == 0)
		return;
	snprintf(line, sizeof(line), "joulecart: %zu requests were not sent to '%s'%s%s%s",
		 n, sender->url, sender->options->queue ? " and wait in '" : "",
		 sender->options->queue ? sender->options->queue : "",
		 sender->options->queue ? "'" : " (--otlp-queue keeps them)");
	sender->options->say(line);
}

void otlp_stop(struct otlp_sender *sender)
{
	if (!sender)
		return;
	pthread_mutex_lock(&sender->lock);
	sender->end_ns = monotonic_ns() + LAST_NS;
	pthread_cond_signal(&sender->changed);
	pthread_mutex_unlock(&sender->lock);
	pthread_join(sender->thread, NULL);
	say_left(sender);
	release(sender);
}
