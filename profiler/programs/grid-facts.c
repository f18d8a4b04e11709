/* profiler/programs/grid-facts.c - see grid-facts.h. */
#include <config.h>

#include "profiler/programs/grid-facts.h"

#include "base/problem.h"
#include "schema/database/migrate.h"

#include <errno.h>
#include <sqlite3.h>

int grid_facts(struct live_facts *facts, struct grid_facts *grid, const char *asked,
	       double pue, struct problem *why)
{
	sqlite3 *db = NULL;
	problem_what(why, "cannot read the bundled factors");
	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		sqlite3_close(db);
		return problem_errno(why, ENOMEM);
	}
	int code = migrate_up(db, "the bundled factors", 0, why);
	if (code == 0)
		code = zone_resolve(db, asked ? asked : "WORLD", grid->zone,
				    sizeof(grid->zone), why);
	if (code == 0)
		code = zone_intensity(db, grid->zone, &facts->g_per_kwh, why);
	if (code == 0)
		grid->basis = zone_basis(db, grid->zone);
	sqlite3_close(db);
	facts->zone = grid->zone;
	facts->pue = pue > 0 ? pue : 1;
	facts->is_assumed = !asked || pue <= 0;
	return code;
}
