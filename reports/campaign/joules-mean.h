/* reports/campaign/joules-mean.h - the mean of some trials' joules, as view v_mean has it of all. */
#ifndef JOULECART_JOULES_MEAN_H
#define JOULECART_JOULES_MEAN_H
#include "reports/campaign/trials.h"

/* Per query or per run, with bounds of spread and instruments (95 %): v_mean's own text, over these
 * trials of one variant. For who leaves out trials that the view does not. Unknown, with the first
 * trial's reason, if none has a figure; without interval, with a reason, if one has no bounds. 0, or
 * -1: sqlite3_errmsg() says why. */
int joules_mean(sqlite3 *db, struct trial_list trials, bool per_query, struct arena *arena,
		struct figure *mean);

#endif
