/* reports/campaign/sampling.h - how evenly the readings of a campaign came, and what reading cost. */
#ifndef JOULECART_SAMPLING_H
#define JOULECART_SAMPLING_H
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Sums over the trials of a campaign; of lateness, the worst trial's. */
struct sampling {
	bool is_known; /* at least one trial says so: those of older files do not */
	int64_t ticks, missed;
	int64_t late_p50_ns, late_p99_ns,
	    late_max_ns;               /* from a tick's deadline to its begin */
	double cpu_s;                  /* of the thread that reads */
	const char *why_not_real_time; /* NULL: it had real-time priority */
	const char *why_not_pinned;    /* NULL: as asked */
	/* Share by which the commands took longer, as 'doctor --observer' calibrated it; of the trials that say
	 * so, by their time. */
	struct figure slowdown;
};

/* 0, or -1: the database cannot be read. */
int sampling_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		  struct sampling *sampling);

/* "sampler: 1204 ticks, 2 missed; late by 55 us (median), 80 us (99 %), ..."; is_known holds.
 * The arena owns it; never NULL. */
const char *sampling_line(const struct sampling *sampling, struct arena *arena);

/* "slowed the command down by about 1.3 % (0.4..2.1), as calibrated by doctor --observer"; NULL: it is not
 * known, or less than a tenth of the interval of the result beside which it would stand. The arena
 * owns it. */
const char *sampling_slowdown_text(const struct sampling *sampling,
				   const struct figure *result, struct arena *arena);

#endif
