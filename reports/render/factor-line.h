/* reports/render/factor-line.h - which of a campaign's factors were compared with what their publishers wrote. */
#ifndef JOULECART_FACTOR_LINE_H
#define JOULECART_FACTOR_LINE_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdint.h>

struct problem;

/* "factors compared with their publishers' text: grid on 2026-11-20; not compared: water", of every factor
 * in use; the arena owns it. After report_read(), whose tables it reads. *line is NULL where no factor is.
 * 0, or -1 with *why. */
int factor_line_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		     const char **line, struct problem *why);

#endif
