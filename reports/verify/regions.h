/* reports/verify/regions.h - what regions drew, a second time: their parts of each rollup must fit into what
 * the readings give, and of each phase they must sum to its joules. */
#ifndef JOULECART_VERIFY_REGIONS_H
#define JOULECART_VERIFY_REGIONS_H
#include "reports/verify/readings.h"

/* A phase as the second path has it. */
struct region_phase {
	int64_t ordinal, first, last;
	const char *name;
	double joules; /* NAN: not known */
	double share;  /* of CPU time, for estimates; negative: not known */
};

/* Compares each rollup of the trial, then each phase's row of v_region, until one does not agree. 0, or
 * -1: SQLite failed. */
int regions_check_rollups(sqlite3 *db, const struct trial_check *trial,
			  struct verification *result);
int regions_check_phase(sqlite3 *db, const struct trial_check *trial,
			const struct region_phase *phase, struct verification *result);

#endif
