/* reports/verify/uncertainty.h - the figures with their bounds (v_figure) and the combined uncertainty of
 * grams (v_budget_total), on the second path.
 *
 * From each trial's figures, which verify.h has compared before, and from statements and
 * factors: means, spread, shares and the GUM's sum of squares, in plain C. */
#ifndef JOULECART_VERIFY_UNCERTAINTY_H
#define JOULECART_VERIFY_UNCERTAINTY_H
#include "reports/verify/verification.h"

#include <sqlite3.h>

/* Compares each row of the two views, over the tables that report_read() kept of all campaigns
 * (figure-tables.h); what does not agree goes to result->place. 0, or -1: sqlite3_errmsg() says why it
 * could not be read. */
int uncertainty_check(sqlite3 *db, struct verification *result);

#endif
