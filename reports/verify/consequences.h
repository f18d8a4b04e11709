/* reports/verify/consequences.h - what a comparison says besides the ratio, on the second path: the
 * change of quality where queries pair the two, and after how many queries building breaks
 * even. In plain C, straight from the tables answers, metric and trial; see verify.h. */
#ifndef JOULECART_VERIFY_CONSEQUENCES_H
#define JOULECART_VERIFY_CONSEQUENCES_H
#include "reports/compare/compare.h"
#include "reports/verify/verification.h"

#include <sqlite3.h>

/* The mean over the blocks of the joules saved, and its standard error on n - 1 degrees; is_known: the
 * error is that of the meter's steps, which has none. */
struct saved {
	size_t n;
	double mean, error;
	bool is_known;
};

/* Compares both; what does not agree goes to result->place. 0, or -1: sqlite3_errmsg() says why it
 * could not be read. */
int consequences_check(sqlite3 *db, const struct comparison *comparison,
		       const struct difference *difference, struct saved saved,
		       struct verification *result);

/* Counts a figure, and names the first that is given otherwise than the trials have it. */
void consequence_tell(const struct comparison *comparison,
		      const struct difference *difference, const char *name, double given,
		      double own, struct verification *result);

#endif
