/* profiler/metrics/own-cost.c - see own-cost.h. */
#include <config.h>

#include "profiler/metrics/own-cost.h"

#include <sys/resource.h>

double own_cpu_s(void)
{
	struct rusage own;
	getrusage(RUSAGE_SELF, &own);
	return (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
	       (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) * 1e-6;
}

double own_bytes(void)
{
	struct rusage own;
	getrusage(RUSAGE_SELF, &own);
	return (double)own.ru_maxrss * 1024;
}
