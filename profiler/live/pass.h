/* profiler/live/pass.h - one reading of all sensors, for what follows a machine without an end.
 *
 * Joules are read each time, all else when a frame ends (a second or so): on a large machine there
 * are a thousand counters of events, and a board may take long to answer. */
#ifndef JOULECART_PASS_H
#define JOULECART_PASS_H
#include "profiler/sample/sensors.h"

#include <stdbool.h>

struct pass {
	const struct sensors *sensors;
	struct reading *readings; /* in the sensors' flat order, as they were last read */
	struct span *spans;       /* when; the same order */
};

/* -1: no memory, and nothing is held. The sensors outlive it. */
int pass_begin(struct pass *pass, const struct sensors *sensors);

/* Is the sensor read at the end of a frame alone? */
static inline bool pass_is_at_frames(const struct sensor *sensor)
{
	return !sensor->collector->is_energy || sensor->collector->is_slow;
}

/* Reads; all of them where is_frame. */
void pass_read(struct pass *pass, bool is_frame);

void pass_end(struct pass *pass);

#endif
