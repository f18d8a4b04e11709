/* reports/campaign/figure-tables.h - what v_figure is computed from, each view evaluated once.
 *
 * SQLite compiles a view anew wherever another names it: v_figure, four views deep, costs as much as
 * a hundred, most of the time of a short report. So the views below it are evaluated one after the
 * other, from their own texts, into temporary tables of the connection, and each reads those before:
 * kept_query, kept_account, kept_doubt, kept_mean, with the views' columns. */
#ifndef JOULECART_FIGURE_TABLES_H
#define JOULECART_FIGURE_TABLES_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdint.h>

/* Stands before a view's text, which then reads the tables in place of the views; %s: what follows
 * their names, "" or " WHERE campaign_id = ?1". */
#define FIGURE_TABLES_QUERY   "v_query AS (SELECT * FROM temp.kept_query%s)"
#define FIGURE_TABLES_ACCOUNT "v_account AS (SELECT * FROM temp.kept_account%s)"
#define FIGURE_TABLES_DOUBT   "v_doubt AS (SELECT * FROM temp.kept_doubt%s)"
#define FIGURE_TABLES_MEAN    "v_mean AS (SELECT * FROM temp.kept_mean%s)"

/* v_query's columns of a run that says no number of queries, of r, its row of v_phase. */
#define FIGURE_TABLES_RUN                                                                  \
	"NULL AS queries, NULL AS seconds, NULL AS joules_per_query, NULL AS low,"         \
	" NULL AS high, r.provenance, 0 AS usable,"                                        \
	" 'the run does not say how many queries it served' AS reason, r.joules AS run_j," \
	" r.interval_low_j AS run_low_j, r.interval_high_j AS run_high_j,"                 \
	" r.provenance AS run_provenance, r.reason AS run_reason"

/* Makes them, in place of those that there were, for the campaigns first..last. 0, or -1:
 * sqlite3_errmsg() says why. */
int figure_tables_make(sqlite3 *db, int64_t first, int64_t last, struct arena *arena);

/* Stands before a SELECT from v_account, v_doubt and the views of grams and litres above them (v_sci,
 * v_scope, v_water, v_boundary, v_factor_used, v_quality, v_figure, v_budget and v_budget_total): each is
 * then its own text over the kept tables, whose campaigns it has. figure_tables_make() has been called. It
 * lives as long as the arena. NULL: the file lacks one of the views. */
const char *figure_tables_head(sqlite3 *db, struct arena *arena);

/* The view's SELECT, without what makes it a view; it lives as long as the arena. The view is the one
 * that holds: views_refresh() may have put it into temp. NULL: there is none. */
const char *figure_view_text(sqlite3 *db, const char *name, struct arena *arena);

#endif
