/* reports/html/spread.h - how the trials of one variant differ among themselves. */
#ifndef JOULECART_HTML_SPREAD_H
#define JOULECART_HTML_SPREAD_H
#include "reports/figure/arena.h"
#include "reports/figure/provenance.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* Joules per query of 'infer', per run of other jobs; quantiles as gsl_stats (linear between
 * the two nearest values), sd with n - 1. */
struct spread_row {
	const char *variant, *job;
	enum figure_provenance provenance; /* the weakest of the trials */
	size_t n;
	double mean_j, median_j, p95_j, sd_j; /* sd NaN for one trial */
};

/* The trials that count, by variant and job in the order they first ran. *rows lives as long as
 * the arena. 0, or -1: sqlite3_errmsg() says why. */
int spread_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		const struct spread_row **rows, size_t *n);

#endif
