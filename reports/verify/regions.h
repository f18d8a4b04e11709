/* reports/verify/regions.h - what regions drew, a second time: their parts of each rollup must fit into what
 * the readings give, and of each phase they must sum to its joules. */
#ifndef JOULECART_VERIFY_REGIONS_H
#define JOULECART_VERIFY_REGIONS_H
#include "reports/verify/readings.h"
#include "reports/verify/region-powers.h"

/* A phase as the second path has it. */
struct region_phase {
	int64_t ordinal, first, last;
	const char *name;
	double joules; /* NAN: not known */
	double share;  /* of CPU time, for estimates; negative: not known */
};

/* A row of v_region. */
struct region_row {
	int64_t phase, ordinal;
	double joules;
};

/* Those of a trial, by phase, and what powers its regions have. */
struct region_rows {
	const struct region_row *rows;
	size_t n;
	struct region_powers powers; /* without the seconds of a phase */
};

/* All of a trial at once, in the arena: one phase costs the view as much as all of them. Compares the powers.
 * 0, or -1: SQLite failed. */
int regions_read(sqlite3 *db, struct arena *arena, const struct trial_check *trial,
		 struct region_rows *given, struct verification *result);

/* Compares each rollup of the trial, then each phase's rows, until one does not agree. Returns as above. */
int regions_check_rollups(sqlite3 *db, const struct trial_check *trial,
			  struct verification *result);
int regions_check_phase(sqlite3 *db, const struct trial_check *trial,
			const struct region_phase *phase, const struct region_rows *given,
			struct verification *result);

#endif
