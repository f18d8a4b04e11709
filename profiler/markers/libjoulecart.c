/* profiler/markers/libjoulecart.c - the sending end of the marker API (joulecart.h).
 *
 * The one place with state of its own: a program has one profiler. Counters of the process
 * (PAPI) are read inside the phase's edges, so that marking is not counted as the phase's. */
#include <config.h>

#include "profiler/markers/joulecart.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/collector.h"
#include "profiler/markers/marker-message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct collector papi_collector;

enum { MAX_DEPTH = 8, MAX_COUNTERS = 16 };

struct open_phase {
	char name[32];
	struct reading at_begin[MAX_COUNTERS];
};

static struct {
	int fd; /* 0: no profiler listens (0 is standard input, never the socket) */
	uint64_t dropped;
	void *counters; /* the collector's state, or NULL */
	struct channel_list list;
	struct open_phase phases[MAX_DEPTH];
	size_t depth;
} marking;

static void send_message(enum marker_kind kind, struct marker_message message)
{
	message.magic = MARKER_MAGIC;
	message.kind = kind;
	message.pid = getpid();
	if (message.mono_ns == 0)
		message.mono_ns = monotonic_ns();
	/* NOSIGNAL: a killed profiler must not kill the program that it measured. */
	if (send(marking.fd, &message, sizeof(message), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		marking.dropped++;
}

static void copy(char *field, size_t size, const char *text)
{
	snprintf(field, size, "%s", text ? text : "");
}

static void send_absence(const char *name, const char *why, const char *todo)
{
	struct marker_message message = { 0 };
	bool is_told = todo && *todo;
	copy(message.name, sizeof(message.name), name);
	snprintf(message.text, sizeof(message.text), "%s%s%s%s", why, is_told ? " (" : "",
		 is_told ? todo : "", is_told ? ")" : "");
	send_message(MARKER_ABSENT, message);
}

static void start_counters(void)
{
	const char *events = getenv(MARKER_EVENTS_VARIABLE);
	if (!events)
		return;
	struct problem why;
	struct scope scope = { .root_pid = getpid(), .events = *events ? events : NULL };
	if (papi_collector.open(&scope, &marking.counters, &marking.list, &why) != 0) {
		marking.counters = NULL;
		send_absence("", why.why, why.todo);
		return;
	}
	for (size_t i = 0; i < marking.list.n_absent; i++)
		send_absence(marking.list.absences[i].name, marking.list.absences[i].why,
			     marking.list.absences[i].todo);
	if (marking.list.n > MAX_COUNTERS)
		marking.list.n = MAX_COUNTERS;
}

bool joulecart_attach(void)
{
	const char *text = getenv(MARKER_FD_VARIABLE);
	struct stat status;
	int fd = text ? atoi(text) : -1;
	if (marking.fd > 0)
		return true;
	/* The variable may be inherited by a program whose descriptor is another file's. */
	if (fd <= STDERR_FILENO || fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode))
		return false;
	marking.fd = fd;
	start_counters();
	return true;
}

static void read_counters(struct reading readings[MAX_COUNTERS])
{
	if (marking.counters)
		papi_collector.read(marking.counters, readings);
}

void joulecart_begin(const char *phase)
{
	if (marking.fd <= 0 || marking.depth == MAX_DEPTH)
		return;
	struct open_phase *open = &marking.phases[marking.depth++];
	struct marker_message message = { 0 };
	copy(open->name, sizeof(open->name), phase);
	copy(message.phase, sizeof(message.phase), phase);
	send_message(MARKER_BEGIN, message);
	read_counters(open->at_begin);
}

/* What was 0 for long when the phase began, and no longer is, was truly 0. */
static const char *why_not(const struct reading *then, const struct reading *now)
{
	if (now->err == ENODATA)
		return "it stayed 0 while it was counted: this processor lacks it, or it "
		       "never happened";
	if (now->err)
		return strerror(now->err);
	return then->err && then->err != ENODATA ? strerror(then->err) : NULL;
}

static void send_counts(const struct open_phase *open, const struct reading *now)
{
	if (!marking.counters)
		return;
	for (size_t i = 0; i < marking.list.n; i++) {
		struct marker_message message = { .number = now[i].raw -
							    open->at_begin[i].raw };
		copy(message.phase, sizeof(message.phase), open->name);
		copy(message.name, sizeof(message.name), marking.list.channels[i].name);
		copy(message.text, sizeof(message.text),
		     why_not(&open->at_begin[i], &now[i]));
		send_message(MARKER_COUNT, message);
	}
}

void joulecart_end(const char *phase, uint64_t queries)
{
	if (marking.fd <= 0 || marking.depth == 0 ||
	    strncmp(marking.phases[marking.depth - 1].name, phase,
		    sizeof(marking.phases[0].name) - 1) != 0)
		return;
	struct reading now[MAX_COUNTERS] = { 0 };
	struct marker_message message = { .number = queries, .mono_ns = monotonic_ns() };
	const struct open_phase *open = &marking.phases[--marking.depth];
	read_counters(now);
	copy(message.phase, sizeof(message.phase), phase);
	send_message(MARKER_END, message);
	send_counts(open, now);
}

void joulecart_metric(const char *name, double value)
{
	if (marking.fd <= 0)
		return;
	struct marker_message message = { .real = value };
	copy(message.name, sizeof(message.name), name);
	send_message(MARKER_METRIC, message);
}

void joulecart_workload(const char *hash)
{
	if (marking.fd <= 0)
		return;
	struct marker_message message = { 0 };
	copy(message.name, sizeof(message.name), hash);
	send_message(MARKER_WORKLOAD, message);
}

void joulecart_parent(const char *hash)
{
	if (marking.fd <= 0)
		return;
	struct marker_message message = { 0 };
	copy(message.name, sizeof(message.name), hash);
	send_message(MARKER_PARENT, message);
}

uint64_t joulecart_detach(void)
{
	if (marking.fd <= 0)
		return 0;
	papi_collector.close(marking.counters);
	close(marking.fd);
	uint64_t dropped = marking.dropped;
	memset(&marking, 0, sizeof(marking));
	return dropped;
}
