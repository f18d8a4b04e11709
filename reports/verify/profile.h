/* reports/verify/profile.h - what stacks drew, a second time: the parts of each channel must fit into what the
 * readings give, the samples must sum to their number, and with what is outside the joules to the run's. */
#ifndef JOULECART_VERIFY_PROFILE_H
#define JOULECART_VERIFY_PROFILE_H
#include "reports/verify/regions.h"

/* Of a trial with a profile, until one does not agree; whole is its phase 0. 0, or -1: SQLite failed. */
int profile_check(sqlite3 *db, const struct trial_check *trial,
		  const struct region_phase *whole, struct verification *result);

#endif
