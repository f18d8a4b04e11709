/* profiler/recorder.h - one thread that drains the ring into the store, a transaction a second.
 *
 * When the store fails (a full disk), the recorder goes on draining and drops what it can't
 * keep, so that the measured command is never held up; recorder_stop tells. */
#ifndef JOULECART_RECORDER_H
#define JOULECART_RECORDER_H
#include "profiler/ring.h"
#include "profiler/sensors.h"
#include "schema/writer.h"

#include <stdint.h>

struct problem;
struct recorder;

/* Writes the trial's channels and gaps, then starts the thread. The store belongs to the
 * recorder until recorder_stop. NULL with *why, and nothing written. */
struct recorder *recorder_start(struct store *store, int64_t trial_id,
				const struct sensors *sensors, struct ring *ring,
				double rate_hz, struct problem *why);

/* Call after the sampler stopped: drains what is left, ends the phases, commits, frees.
 * *end_mono_ns is the last tick's time. -1 with *why: something could not be stored. */
int recorder_stop(struct recorder *recorder, int64_t *end_mono_ns, struct problem *why);

#endif
