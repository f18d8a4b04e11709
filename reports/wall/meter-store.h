/* reports/wall/meter-store.h - a meter at the wall in a database: its readings as a channel of each trial that
 * it saw, and what is known of it.
 *
 * The caller begins and commits. Each returns 0, or -1 with *why. What is not as it was is noted in the change
 * log as setting "meter/NAME". */
#ifndef JOULECART_METER_STORE_H
#define JOULECART_METER_STORE_H
#include "reports/wall/clock-offset.h"
#include "reports/wall/meter-file.h"
#include "schema/store/store.h"

#include <stdbool.h>

struct problem;

/* As table meter; NULL and 0: not said, and then what stands there stays. */
struct meter_facts {
	int64_t campaign_id;
	const char *name, *model;
	const char *certificate, *certified, *laboratory;
	double uncertainty_k2;
	const char *who; /* says so; NULL: the account's name */
};

/* Where the readings are from, and how their clock was set right. */
struct meter_import {
	const struct meter_file *file;
	const char *path, *sha256;
	struct clock_offset offset;
	bool is_stated; /* the offset, rather than found */
	double limit_w; /* the most that the meter's circuit can carry */
};

struct meter_stored {
	int64_t n_trials, n_readings, n_gaps; /* that got a channel, and what is in it */
	int64_t n_outside;                    /* trials that the file does not cover */
};

/* What is stated of the meter. 0, or -1 with *why: no reading of it is there. */
int meter_state(struct store *store, const struct meter_facts *facts, struct problem *why);

/* Adds the file's readings; those of an earlier import under that name are replaced, those that were read during
 * the run are not. 0, or -1 with *why. */
int meter_import(struct store *store, const struct meter_facts *facts,
		 const struct meter_import *import, struct meter_stored *stored,
		 struct problem *why);

#endif
