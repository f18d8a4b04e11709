/* reports/account/matching-read.h - the electricity of a file's trials, matched with the certificates that were
 * imported into it: scope 2, market-based, by the hour.
 *
 * All trials of a zone, warm-ups and those that were cut off too, share its certificates: what one has, another
 * has not. The kWh are those of v_scope, through the power supply and PUE; they lie in time as the joules of
 * the rollups do. */
#ifndef JOULECART_MATCHING_READ_H
#define JOULECART_MATCHING_READ_H
#include "reports/account/matching.h"
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;

/* Of all trials of one variant and job in one campaign. */
struct matching_row {
	int64_t campaign_id, n_trials;
	const char *variant, *job, *zone;
	struct matched matched;
	double unmatched_kwh;
	/* of what is not matched: g/kWh, and what that figure is; NaN, and why none is known */
	double rest_g_per_kwh;
	const char *rest_is;
	bool is_residual; /* it is the residual mix, and not the grid's own factor */
	bool
	    is_zone_certified; /* certificates of its zone are in the file, of whatever hour */
};

/* One certificate's hour in which something was used. */
struct matching_certificate {
	const char *zone, *certificate, *technology, *file;
	struct hour_offer offer;
};

struct matching {
	bool is_any; /* certificates are in the file; else there are no rows */
	const struct matching_row *rows;
	size_t n;
	const struct matching_certificate *certificates; /* of which something is matched */
	size_t n_certificates;
};

/* Of one campaign, or all (0); the others' use counts in either case. The arena owns it. 0, or -1 with *why. */
int matching_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		  struct matching *matching, struct problem *why);

/* What is not matched at rest_g_per_kwh, in grams; NaN: it has none and is not 0. */
double matching_rest_g(const struct matching_row *row);

#endif
