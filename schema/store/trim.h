/* schema/store/trim.h - raw readings dropped, everything that figures follow from kept. */
#ifndef JOULECART_TRIM_H
#define JOULECART_TRIM_H
#include <stdint.h>

struct problem;
struct store;

struct trim_result {
	int64_t n_trials, n_chunks, n_readings, bytes;
};

/* Drops the chunks of a trial (0: of all), says so in table trimmed, and gives the space back to
 * the file system. A trial that is still running, or was cut off, keeps its own. trial_id must
 * exist. 0, or -1 with *why. */
int trim(struct store *store, int64_t trial_id, struct trim_result *result,
	 struct problem *why);

#endif
