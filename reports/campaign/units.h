/* reports/campaign/units.h - what trials served beside queries: tokens, images, with joules each as view
 * v_unit has them. */
#ifndef JOULECART_UNITS_H
#define JOULECART_UNITS_H
#include "reports/campaign/trials.h"

/* One unit of one variant and job. */
struct unit_row {
	const char *unit;
	int64_t n;            /* served by the usable trials */
	struct figure joules; /* per unit: their mean, by the rule of joules per query */
	/* those that served it: what a trial says per query is here per unit, and queries is n */
	struct trial_list trials;
};

struct unit_list {
	const struct unit_row *rows; /* by name */
	size_t n;
};

/* Of the trials of one variant and job; none where the programs stated no unit. Lives as long as the
 * arena. 0, or -1: sqlite3_errmsg() says why. */
int units_read(sqlite3 *db, struct trial_list group, struct arena *arena,
	       struct unit_list *list);

/* The row of that unit, or NULL. */
const struct unit_row *unit_row_of(const struct unit_list *list, const char *unit);

#endif
