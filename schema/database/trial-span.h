/* schema/database/trial-span.h - the first and the last trial of a campaign.
 *
 * SQLite hands a condition on trial_id down into the views of a trial, and none on the campaign: a query of one
 * campaign that names its trials looks at these alone, and not at all of the file. A trial of another campaign may
 * lie between them, where two wrote at the same time: the query has to name its campaign as well. */
#ifndef JOULECART_TRIAL_SPAN_H
#define JOULECART_TRIAL_SPAN_H
#include <sqlite3.h>
#include <stdint.h>

/* Binds them to the parameters first and first + 1 of row, both 0 where the campaign has no trial. 0, or -1:
 * sqlite3_errmsg() says why. */
int trial_span_bind(sqlite3_stmt *row, int first, int64_t campaign_id);

#endif
