/* reports/account/exclusion.h - how large each part may be that a campaign's figures leave out.
 *
 * A bound is a share of what is counted: 0.25 adds a quarter to it. It comes from the file and from bundled
 * factors (known_factor), and says which; where neither bounds it, it is not known, and why says so. */
#ifndef JOULECART_EXCLUSION_H
#define JOULECART_EXCLUSION_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* Beside v_boundary's: of an estimate. */
#define EXCLUSION_IDLE "idle of the other threads"

struct exclusion {
	int64_t campaign_id;
	const char *component; /* as v_boundary has it, or EXCLUSION_IDLE */
	bool is_known;         /* low and high hold */
	bool is_of_grams;  /* a share of the grams of the electricity, else of the joules */
	double low, high;  /* low 0: it may be nothing */
	const char *basis; /* what the bounds follow from, or why there are none */
};

struct exclusions {
	const struct exclusion *rows;
	size_t n;
};

/* Each component that v_boundary excludes from the campaign's figures, or from all campaigns' (0), in its
 * order. After report_read(), whose tables it reads (reports/campaign/figure-tables.h). The arena owns it. 0,
 * or -1 with *why. */
int exclusions_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		    struct exclusions *exclusions, struct problem *why);

/* The campaign's row of that component; NULL: it is not excluded. */
const struct exclusion *exclusion_of(const struct exclusions *exclusions,
				     int64_t campaign_id, const char *component);

/* "4.2 % to 25 % more joules", "up to 34 times more grams"; "not known". Constant, or of the arena. */
const char *exclusion_size(const struct exclusion *exclusion, struct arena *arena);

#endif
