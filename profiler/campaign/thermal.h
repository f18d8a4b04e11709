/* profiler/campaign/thermal.h - how hot the machine is, and whether it slowed itself down for it. */
#ifndef JOULECART_THERMAL_H
#define JOULECART_THERMAL_H
#include <stdbool.h>
#include <stdint.h>

/* The highest temperature of any zone under /sys/class/thermal, in degrees Celsius; false:
 * this machine shows none. */
bool thermal_celsius(double *celsius);

/* How often the CPUs were throttled by heat since boot, package and core added up; -1: this
 * machine does not count it. */
int64_t thermal_throttles(void);

/* Waits until it is at most that hot, or the seconds are over; returns the seconds waited. A
 * signal ends the wait. */
double thermal_wait(double celsius, double at_most_s);

#endif
