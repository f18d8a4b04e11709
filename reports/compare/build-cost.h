/* reports/compare/build-cost.h - what it took to make a variant: its training or compression, and
 * what it starts from. */
#ifndef JOULECART_BUILD_COST_H
#define JOULECART_BUILD_COST_H
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdint.h>

/* How often a variant must have been built for the spread of its build cost to be known. */
enum { BUILDS_LEAST = 3 };

struct build_cost {
	struct figure
	    joules;   /* mean of the builds, and what they start from; its interval is the
			       * builds' spread, where there are BUILDS_LEAST */
	size_t n;     /* builds */
	double error; /* standard error of joules; 0 where n is below BUILDS_LEAST */
	double parents_j; /* in joules: of what it starts from and the baseline does not */
	size_t n_parents;
	/* it starts from something whose build is not in this file, or not known */
	bool lacks_parent;
};

/* Every complete training of the variant, up to that campaign, of the same work as the newest. What it
 * starts from counts as well, except for what the baseline was built with: that has to exist either
 * way. Instruments stay out: break-even.h says why. 0, or -1: sqlite3_errmsg() says why. */
int build_cost_read(sqlite3 *db, const char *variant, const char *baseline,
		    int64_t campaign_id, struct arena *arena, struct build_cost *cost);

#endif
