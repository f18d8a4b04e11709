/* profiler/markers/region-clock.c - see region-clock.h. */
#include <config.h>

#include "profiler/markers/region-clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Invariant: it keeps its rate in every power state (Intel SDM vol. 3, 18.17.1; AMD APM vol. 2). */
static bool is_invariant(void)
{
#if defined(__x86_64__)
	unsigned a, b, c, d;
	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1U << 8;
#else
	return false;
#endif
}

/* Even where it is invariant, a kernel that found processors to disagree uses another clock. */
static bool is_the_kernels(void)
{
	char name[32] = "";
	FILE *file = fopen(
	    "/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
	bool is_read = file && fgets(name, sizeof(name), file);
	if (file)
		fclose(file);
	/* a guest with kvm-clock reads the counter, too, and scales it */
	return is_read && (strcmp(name, "tsc\n") == 0 || strcmp(name, "kvm-clock\n") == 0);
}

enum region_clock region_clock_best(void)
{
	return is_invariant() && is_the_kernels() ? REGION_CLOCK_TSC
						  : REGION_CLOCK_MONOTONIC;
}
