/* base/clock.h - the project's clock: CLOCK_MONOTONIC, in nanoseconds; and CLOCK_BOOTTIME, which goes on while the
 * machine sleeps, where what is counted goes on too. */
#ifndef JOULECART_CLOCK_H
#define JOULECART_CLOCK_H
#include <stdint.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static inline int64_t clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static inline int64_t monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static inline int64_t boottime_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

#endif
