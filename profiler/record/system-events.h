/* profiler/record/system-events.h - what happened to the whole machine between two moments: a suspend,
 * a step of the wall clock, CPUs taken out or put in. */
#ifndef JOULECART_SYSTEM_EVENTS_H
#define JOULECART_SYSTEM_EVENTS_H
#include <stdint.h>

struct machine_moment {
	int64_t mono_ns; /* CLOCK_MONOTONIC stands still while the machine sleeps, */
	int64_t boot_ns; /* CLOCK_BOOTTIME goes on, */
	int64_t utc_ns;  /* CLOCK_REALTIME can be set */
	long n_cpus;     /* on line */
};

struct system_event {
	int64_t slept_ns;   /* 0: it did not sleep */
	int64_t stepped_ns; /* by how much the wall clock was set; 0: it was not */
	long cpus_before, cpus_after; /* equal: none came or went */
};

/* Now. The clocks are read as one: again, when something came in between. */
struct machine_moment machine_moment_now(void);

/* Pure. Steps below 0.1 s are what NTP slews, and sleeps below 10 ms are none. */
struct system_event system_event_between(const struct machine_moment *before,
					 const struct machine_moment *after);

#endif
