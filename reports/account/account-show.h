/* reports/account/account-show.h - matching and exclusions as JSON, and as lines of text. */
#ifndef JOULECART_ACCOUNT_SHOW_H
#define JOULECART_ACCOUNT_SHOW_H
#include "reports/account/exclusion.h"
#include "reports/account/matching-read.h"

#include <jansson.h>

/* {"rows": [...], "certificates": [...]}; null where no certificate is in the file. A new reference, as the
 * next. */
json_t *matching_json(const struct matching *matching);
json_t *exclusions_json(const struct exclusions *exclusions);

/* A sentence of one row; the arena owns it, as the next. */
const char *matching_line(const struct matching_row *row, struct arena *arena);

/* All that a campaign leaves out, with its size, in one sentence; NULL: nothing is. */
const char *exclusions_line(const struct exclusions *exclusions, int64_t campaign_id,
			    struct arena *arena);

#endif
