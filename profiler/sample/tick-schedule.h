/* profiler/sample/tick-schedule.h - when the next tick is due: absolute deadlines at a fixed or a slowing rate. */
#ifndef JOULECART_TICK_SCHEDULE_H
#define JOULECART_TICK_SCHEDULE_H
#include "profiler/sample/sensors.h"

#include <stdint.h>

/* The rate that 'auto' begins with, at most, and the one that it slows to. */
enum { PACE_AUTO_HZ = 100, PACE_AUTO_END_HZ = 10 };

/* The fastest and the slowest that a rate as asked for can be: of 0, auto's. */
double tick_schedule_fastest_hz(double rate_hz);
double tick_schedule_slowest_hz(double rate_hz);

struct tick_schedule {
	int64_t period_ns, longest_ns, due_ns;
	int64_t left; /* ticks until the period doubles */
};

/* Of a fixed rate in Hz, or of 0: as fast as the quickest sensor of joules changes, at most
 * PACE_AUTO_HZ; half as fast after each 512 ticks, so that a short run is seen in detail and a
 * long one costs little; no slower than PACE_AUTO_END_HZ or, where that is faster, than a
 * quarter of the time in which a counter can pass its range. The first tick is due one period
 * after now_ns. */
struct tick_schedule tick_schedule_of(double rate_hz, const struct sensors *sensors,
				      int64_t now_ns);

/* The deadline at due_ns is being served at now_ns: sets the next one, which is always ahead.
 * Returns how many were passed over. */
int64_t tick_schedule_next(struct tick_schedule *schedule, int64_t now_ns);

double tick_schedule_hz(const struct tick_schedule *schedule);

#endif
