/* reports/compare/unit-change.c - see unit-change.h. */
#include <config.h>

#include "reports/compare/unit-change.h"

#include "reports/campaign/joules-mean.h"
#include "reports/campaign/units.h"
#include "reports/statistics/pairing.h"

#include <string.h>

/* Those of the trials that count, so that the means are of what is compared. */
static struct trial_list counting(struct trial_list trials, bool count_failed,
				  struct arena *arena)
{
	struct trial *kept = arena_room(arena, (trials.n + 1) * sizeof(*kept));
	struct trial_list list = { kept, 0 };
	const char *reason;
	for (size_t i = 0; i < trials.n; i++)
		if (trial_counted(&trials.trials[i], true, count_failed, &reason))
			kept[list.n++] = trials.trials[i];
	return list;
}

/* 1, or 0: no trial of one of the two counts; -1: SQLite failed. */
static int compare_unit(sqlite3 *db, const struct unit_sides *sides,
			const struct unit_row *a, const struct unit_row *b,
			struct arena *arena, struct unit_change *change)
{
	struct trial_list base = counting(a->trials, sides->count_failed, arena);
	struct trial_list other = counting(b->trials, sides->count_failed, arena);
	*change = (struct unit_change){ .unit = a->unit };
	if (base.n == 0 || other.n == 0)
		return 0;
	struct pairing pairs = pairing_of(
	    trials_blocks(base, true, sides->count_failed, arena),
	    trials_blocks(other, true, sides->count_failed, arena), sides->is_one_campaign,
	    arena);
	change->is_paired = pairs.is_paired;
	change->n_pairs = pairs.n;
	change->t = pairs.t;
	if (joules_mean(db, base, true, arena, &change->baseline) != 0 ||
	    joules_mean(db, other, true, arena, &change->joules) != 0)
		return -1;
	return 1;
}

int unit_changes_read(sqlite3 *db, const struct unit_sides *sides, struct arena *arena,
		      struct unit_changes *found)
{
	struct unit_list a, b;
	*found = (struct unit_changes){ 0 };
	if (units_read(db, sides->baseline, arena, &a) != 0 ||
	    units_read(db, sides->variant, arena, &b) != 0)
		return -1;
	struct unit_change *changes = arena_room(arena, (a.n + 1) * sizeof(*changes));
	found->changes = changes;
	for (size_t i = 0; i < a.n; i++) {
		const struct unit_row *other = unit_row_of(&b, a.rows[i].unit);
		int step = other ? compare_unit(db, sides, &a.rows[i], other, arena,
						&changes[found->n])
				 : 0;
		if (step < 0)
			return -1;
		found->n += (size_t)step;
	}
	return 0;
}
