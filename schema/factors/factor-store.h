/* schema/factors/factor-store.h - what a person adds to a database: factors, settings, series.
 *
 * Each call is one transaction's worth of writing on an open database; the caller begins and
 * commits. 0, or -1 with *why. Bundled factors are never changed: what is added stands before
 * them, and setting the same thing again replaces what was added; what is not as it was is noted in
 * the change log (schema/database/change-log.h). */
#ifndef JOULECART_FACTOR_STORE_H
#define JOULECART_FACTOR_STORE_H
#include "schema/factors/grid-series.h"

#include <sqlite3.h>
#include <stdint.h>

struct problem;

/* Where a number is from; NULL: not said. What the table needs and is NULL is a problem. */
struct factor_source {
	const char *source, *publisher, *edition, *licence, *boundary;
	const char *address, *place; /* where it can be read, and where there */
	const char *gwp, *gases;     /* "AR5"; "CO2, CH4, N2O" */
	const char *retrieved,
	    *compared; /* YYYY-MM-DD: read; compared with its publisher's text */
	const char *unit, *method, *scope, *basis;
	const char *who; /* makes the change; NULL: the account's name */
	int64_t year;    /* 0: not said */
};

/* "grid/FR/intensity" = 50. The unit may be left out where a row of that kind and parameter
 * exists; a new grid intensity needs method and scope. 0, or -1 with *why. */
int factor_set(sqlite3 *db, const char *path, double value,
	       const struct factor_source *source, struct problem *why);

/* "psu" = "0.92", "embodied" = "server" or "3660" or "rack-case+dimm:32x8+gpu-l4", "zone" =
 * "GB". campaign_id 0: for all campaigns. The value is checked as the table does, and its
 * words against the factors. */
int setting_set(sqlite3 *db, const char *name, const char *value, int64_t campaign_id,
		const struct factor_source *source, struct problem *why);

/* Chips of so much memory: fixed + per_cm2 * gb / gb_per_cm2, in kgCO2e (Boavizta ram.md). */
double embodied_of_chips(double fixed_kg, double kg_per_cm2, double gb, double gb_per_cm2);

/* kgCO2e of a device from its parts, "KEY[:AMOUNT][xCOUNT]" joined by '+'; AMOUNT is GB of
 * memory or disk, cm2 of a processor's die, kg of a power supply. */
int embodied_of_parts(sqlite3 *db, const char *parts, double *kg, struct problem *why);

/* The series of a file, under the zone of table factor that it names, or the publisher's own
 * name where there is none. The same file again replaces itself. */
int grid_series_store(sqlite3 *db, const struct grid_file *file, const char *name,
		      const struct factor_source *source, struct problem *why);

#endif
