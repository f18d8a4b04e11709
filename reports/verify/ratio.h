/* reports/verify/ratio.h - the ratio of a comparison and its t interval, on the second path.
 *
 * Straight from the trials: the mean logarithm of each variant's joules in each block, the
 * differences to the baseline's, their mean and Student's interval, never narrower than the meter's
 * steps allow, in plain C. Only differences
 * that are paired by block; see verify.h. */
#ifndef JOULECART_VERIFY_RATIO_H
#define JOULECART_VERIFY_RATIO_H
#include "reports/compare/compare.h"
#include "reports/verify/verification.h"

#include <sqlite3.h>

/* Compares every paired difference; what does not agree goes to result->place. 0, or -1:
 * sqlite3_errmsg() says why it could not be read. */
int ratio_check(sqlite3 *db, const struct comparison *comparison,
		struct verification *result);

/* The comparison of each campaign that has one. Returns as above. */
int ratio_check_all(sqlite3 *db, struct verification *result);

#endif
