/* schema/samples/power.c - see power.h. */
#include <config.h>

#include "schema/samples/power.h"

static double seconds_to(const struct power_reading *reading)
{
	return (double)(reading[0].mono_ns - reading[-1].mono_ns) * 1e-9;
}

double power_hold_j(const struct power_reading *readings, size_t n)
{
	double joules = 0;
	for (size_t i = 1; i < n; i++)
		joules += readings[i].w * seconds_to(&readings[i]);
	return joules;
}

double power_trapezoid_j(const struct power_reading *readings, size_t n)
{
	double joules = 0;
	for (size_t i = 1; i < n; i++)
		joules += (readings[i - 1].w + readings[i].w) / 2 *
			  seconds_to(&readings[i]);
	return joules;
}
