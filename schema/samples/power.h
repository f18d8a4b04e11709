/* schema/samples/power.h - joules from readings of power, where no counter of energy exists.
 *
 * There are two rules, and they differ: channel.integration says which one made the stored
 * joules. Pure; readings are in order of time. */
#ifndef JOULECART_POWER_H
#define JOULECART_POWER_H
#include <stddef.h>
#include <stdint.h>

struct power_reading {
	int64_t mono_ns;
	double w;
};

/* Each reading holds for the interval that ends at it; the first only opens one. What MLPerf
 * does with a power log, and what rollups do with a gauge ('mean-hold'). */
double power_hold_j(const struct power_reading *readings, size_t n);

/* Straight lines between the readings. */
double power_trapezoid_j(const struct power_reading *readings, size_t n);

#endif
