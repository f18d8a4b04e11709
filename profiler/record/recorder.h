/* profiler/record/recorder.h - one thread that drains the rings into the store, a transaction a second.
 *
 * When the store fails (a full disk), the recorder goes on draining and drops what it can't
 * keep, so that the measured command is never held up; recorder_stop tells. */
#ifndef JOULECART_RECORDER_H
#define JOULECART_RECORDER_H
#include "profiler/sample/sampler.h"
#include "schema/store/writer.h"

#include <stdint.h>

struct problem;
struct profile;
struct recorder;

/* Writes the trial's channels and gaps, then starts the thread. rate_hz is what was asked for,
 * 0 for auto; profile takes stacks, or is NULL. The store belongs to the recorder until recorder_stop. NULL with *why, and nothing
 * written. */
struct recorder *recorder_start(struct store *store, int64_t trial_id,
				const struct sampler_ends *ends, double rate_hz,
				struct profile *profile, struct problem *why);

/* Has the recorder watch the sampler while it works; NULL: no longer, before it is stopped. */
void recorder_watch(struct recorder *recorder, struct sampler *sampler);

/* Call after the sampler stopped: drains what is left, ends the phases, commits, frees. n_lost: marks that could not
 * be sent (marker_door_lost()), so that an end may lack its begin.
 * *end_mono_ns becomes the last tick's time, and stays what it is when there was no tick. -1 with *why: something could not be stored. */
int recorder_stop(struct recorder *recorder, int64_t n_lost, int64_t *end_mono_ns,
		  struct problem *why);

#endif
