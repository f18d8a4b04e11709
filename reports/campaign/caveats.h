/* reports/campaign/caveats.h - what a reader must know before trusting a campaign's figures: gaps, trials
 * that share their joules, were cut off or failed, lost ticks, assumptions. One line each. */
#ifndef JOULECART_CAVEATS_H
#define JOULECART_CAVEATS_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdint.h>

/* kind is one word for machines, text one line without a full stop. Of kind 'absent', a whole
 * source that such a machine does not have, text begins with the collector's name and a colon. */
struct note {
	const char *kind;
	const char *text;
};

struct note_list {
	const struct note *notes;
	size_t n;
};

/* Before the notes of one state of the file are read: what was kept of an earlier one is forgotten. Returns 0,
 * or -1: sqlite3_errmsg() says why. */
int notes_prepare(sqlite3 *db);

/* Returns 0, or -1: sqlite3_errmsg() says why. */
int notes_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
	       struct note_list *list);

#endif
