/* profiler/metrics/meter-state.h - a meter in a file, from which the next process of the same boot goes
 * on, so that its counters go on rising.
 *
 * The file is JSON, replaced whole. It holds of a counter the reading at which its sum stood: what was
 * drawn while nobody looked is the step from there. It also holds the most that was told of each channel,
 * which is more than the sum where a step turned out not to be. After another boot counters begin anew, at
 * 0 and with a new time of creation: the file may be of a while before the power went, and a counter that
 * goes back a little is taken for one that began anew and drew all of it again. */
#ifndef JOULECART_METER_STATE_H
#define JOULECART_METER_STATE_H
#include "profiler/metrics/meter.h"

#include <stdbool.h>

struct problem;

enum { METER_BOOT = 64 };
struct meter_place {
	const char *path;
	const char *zone;      /* grams are of that grid; of another they begin anew */
	char boot[METER_BOOT]; /* of this boot: meter_place_boot() */
};

/* Which boot this is; "" where the kernel does not tell, and then no file is of it. */
void meter_place_boot(struct meter_place *place);

/* After meter_frame(). -1 with *why; then the file before, which is of less than was told, is gone. */
int meter_state_write(const struct meter_place *place, const struct meter *meter,
		      struct problem *why);

/* After meter_begin(). False: all begins anew, and why is in reason. */
bool meter_state_read(const struct meter_place *place, struct meter *meter, int64_t now_ns,
		      char *reason, size_t size);

#endif
