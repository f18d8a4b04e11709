/* reports/verify/sample-times.h - the packed samples of a profile, unpacked and added up: they must be of the
 * trial's time and one after another, and of each node no more, in number and in steps, than it has. */
#ifndef JOULECART_VERIFY_SAMPLE_TIMES_H
#define JOULECART_VERIFY_SAMPLE_TIMES_H
#include "reports/verify/readings.h"

/* Of a trial, until one does not agree. 0, or -1: SQLite failed. */
int sample_times_check(sqlite3 *db, const struct trial_check *trial,
		       struct verification *result);

#endif
