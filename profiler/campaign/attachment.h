/* profiler/campaign/attachment.h - a service that runs already, as what a trial measures instead of a
 * command: nothing is started, and nothing of it is changed. */
#ifndef JOULECART_ATTACHMENT_H
#define JOULECART_ATTACHMENT_H
#include "collectors/cpu/service-time.h"
#include "profiler/launch/launch.h"
#include "profiler/launch/signals.h"
#include "profiler/sources/metrics-source.h"

#include <limits.h>
#include <stdint.h>

struct problem;
struct store;

struct attachment {
	struct service service;
	char group[PATH_MAX];           /* "" for a process */
	int pid_fd;                     /* of the process; -1: a group */
	int starter_fd;                 /* a socket to who started the process; -1: none */
	double seconds;                 /* how long; 0: until a signal, or its end */
	struct metrics_source *metrics; /* or NULL; the caller's */
	struct signals signals;
};

/* Each finds its service. -1 with *why: it is not there, or not on version 2 of control groups. A
 * unit is one of systemd's, in whichever slice. */
int attachment_to_pid(struct attachment *attachment, int64_t pid, struct problem *why);
int attachment_to_group(struct attachment *attachment, const char *path,
			struct problem *why);
int attachment_to_unit(struct attachment *attachment, const char *unit,
		       struct problem *why);

/* Holds signals back and looks whether the metrics are there. -1 with *why. */
int attachment_begin(struct attachment *attachment, struct problem *why);

/* Waits for the time, the service's end or a signal (a second one, too, is only that), and looks at
 * the metrics before, once a second, and after.
 *
 * With a starter: the line "measuring" is written to it; signals, which such a one sends to all that it
 * started, end nothing before the process ends; and how that ended is then read from it, the line "exit N"
 * or "signal N". Not said within two seconds: *end says neither. */
void attachment_wait(struct attachment *attachment, struct launch_end *end);

/* What was measured, and when (monotonic). */
struct attached_trial {
	int64_t trial_id, begin_ns, end_ns;
};

/* Stores what the metrics said: queries, units, and what was missed. 0, or -1 with *why. */
int attachment_store(const struct attachment *attachment, struct store *store,
		     const struct attached_trial *trial, struct problem *why);

/* Lets signals through again, and closes. */
void attachment_end(struct attachment *attachment);

#endif
