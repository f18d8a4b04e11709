/* reports/compare/unit-change.h - joules per token, image or what else two variants served, against each
 * other. They stand beside the verdict, which is by queries or runs. */
#ifndef JOULECART_UNIT_CHANGE_H
#define JOULECART_UNIT_CHANGE_H
#include "reports/campaign/trials.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"
#include "reports/statistics/paired.h"

/* A unit that both served. */
struct unit_change {
	const char *unit;
	struct figure joules, baseline; /* per unit, over the trials that count */
	bool is_paired;                 /* as struct difference has it */
	size_t n_pairs;
	struct t_test t; /* log ratio to the baseline */
};

struct unit_changes {
	const struct unit_change *changes; /* by name */
	size_t n;
};

/* The two sides of one difference. */
struct unit_sides {
	struct trial_list baseline, variant;
	bool is_one_campaign, count_failed;
};

/* None where they have no unit in common. 0, or -1: sqlite3_errmsg() says why. */
int unit_changes_read(sqlite3 *db, const struct unit_sides *sides, struct arena *arena,
		      struct unit_changes *found);

#endif
