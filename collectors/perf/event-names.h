/* collectors/perf/event-names.h - from the name of an event to what perf_event_open(2) wants. */
#ifndef JOULECART_EVENT_NAMES_H
#define JOULECART_EVENT_NAMES_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>

struct event_code {
	struct perf_event_attr attr; /* type, config and the libpfm4 extras */
	bool is_time;                /* counts nanoseconds, not occurrences */
	bool is_hardware;            /* needs a hardware counter */
	bool needs_kernel; /* happens in the kernel alone: counts 0 without that right */
};

/* Encodes a name: perf's generic ones from an own table, in any case; any other by libpfm4,
 * which is started for it (1.5 ms) only where has_pmu. 0, or -1 with why[0..size) filled. */
int event_encode(const char *name, bool has_pmu, struct event_code *code, char *why,
		 size_t size);

/* The name of perf's generic events that a mistyped one was probably meant to be, or NULL. */
const char *event_nearest(const char *name);

/* The i-th name of perf's generic events, from 0; NULL behind the last. */
const char *event_known(size_t i);

/* The names that are counted when none are asked for, comma-separated: of a process tree, and of
 * the whole machine, whose software events procstat has. */
extern const char event_defaults[], event_defaults_of_machine[];

#endif
