/* reports/verify/unit-check.h - joules per token, image and other unit a second time, from a trial's phases
 * as the second path has them. */
#ifndef JOULECART_UNIT_CHECK_H
#define JOULECART_UNIT_CHECK_H
#include "reports/figure/arena.h"
#include "reports/verify/verification.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unit_phase {
	int64_t ordinal, begin_ns, end_ns; /* as the program stamped them */
	const char *name;
	double joules, low_j, high_j; /* NAN: not known */
};

/* Compares each row of v_unit, until one does not agree. 0, or -1: SQLite failed. */
int unit_check(sqlite3 *db, int64_t trial_id, const struct unit_phase *phases, size_t n,
	       struct arena *arena, struct verification *result);

#endif
