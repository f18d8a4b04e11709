/* reports/campaign/disturbances.h - what touched trials from outside while they ran, one line for each kind:
 * other load, time that the host took, a clock unlike the others', thermal throttling. */
#ifndef JOULECART_DISTURBANCES_H
#define JOULECART_DISTURBANCES_H
#include "reports/campaign/trials.h"
#include "reports/figure/arena.h"

#include <sqlite3.h>

/* Said from here on. CPUs are of the whole machine less the trial's own tree and joulecart; a
 * share is of the trial's time; the clock (cycles / CPU seconds) is against the median of its
 * own variant's trials. */
#define NOTICE_LOAD_CPUS   0.10
#define NOTICE_STEAL_SHARE 0.01
#define NOTICE_CLOCK_SHARE 0.05
/* Below this many seconds /proc/stat, in steps of 10 ms for each CPU, says nothing. */
#define NOTICE_LEAST_S 0.10

/* Appends a line (const char *) for each kind to the growing array of the arena. trials are one
 * variant's. Returns 0, or -1: sqlite3_errmsg() says why. */
int notices_append(sqlite3 *db, struct trial_list trials, struct arena *arena);

/* Appends a line with what the machine drew in the campaign's idle trials, in their order, and how
 * far they are apart; nothing where there are fewer than two. Returns as above. */
int notices_append_idle(sqlite3 *db, int64_t campaign_id, struct arena *arena);

#endif
