/* tests/fakes/jumping-clock.c - a machine that sleeps, or whose wall clock is set, once a file
 * exists, for LD_PRELOAD.
 *
 *   JUMPING_CLOCK=FILE   from when FILE exists, CLOCK_BOOTTIME and CLOCK_REALTIME are
 *   SLEPT_S=S            ... S seconds ahead, as after a suspend
 *   STEPPED_S=S          ... and CLOCK_REALTIME S seconds more */
#include <config.h>

#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static time_t seconds_of(const char *variable)
{
	const char *text = getenv(variable);
	return text ? (time_t)atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	const char *file = getenv("JUMPING_CLOCK");
	long code = syscall(SYS_clock_gettime, clock, now);
	if (code != 0 || (clock != CLOCK_BOOTTIME && clock != CLOCK_REALTIME) || !file ||
	    access(file, F_OK) != 0)
		return (int)code;
	now->tv_sec += seconds_of("SLEPT_S");
	if (clock == CLOCK_REALTIME)
		now->tv_sec += seconds_of("STEPPED_S");
	return 0;
}
