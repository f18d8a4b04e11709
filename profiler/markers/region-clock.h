/* profiler/markers/region-clock.h - the clock of marks: read twice a region, so it must be cheap. */
#ifndef JOULECART_REGION_CLOCK_H
#define JOULECART_REGION_CLOCK_H
#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

enum region_clock {
	REGION_CLOCK_MONOTONIC = 1, /* CLOCK_MONOTONIC, ns */
	REGION_CLOCK_TSC,           /* the time stamp counter of x86, at its own rate */
};

/* Ticks of that clock; any two readers on one machine see the same. */
static inline uint64_t region_ticks(enum region_clock clock)
{
#if defined(__x86_64__)
	if (clock == REGION_CLOCK_TSC)
		return __rdtsc();
#endif
	(void)clock;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* The cheapest clock that runs evenly here, on all processors alike. */
enum region_clock region_clock_best(void);

#endif
