/* reports/verify/grams.h - grams, scopes and water of one trial, in plain C from the base tables.
 *
 * The second path beside schema/views-carbon.sql: what was stated (table setting) and the factors
 * in force (table factor) are looked up one by one, and the formulas of ISO/IEC 21031, of the GHG
 * Protocol's scopes and of water are computed here. A stored figure that does not agree is named
 * in the result. See verify.h. */
#ifndef JOULECART_VERIFY_GRAMS_H
#define JOULECART_VERIFY_GRAMS_H
#include "reports/verify/verification.h"

#include <sqlite3.h>

#include <stdbool.h>

/* What the readings of the trial gave; NAN: not known. */
struct grams_input {
	int64_t trial_id;
	double query_j, run_j; /* joules per query, and of the whole run */
	double query_low_j, query_high_j, run_low_j, run_high_j; /* their intervals */
	double tir_s;    /* seconds of the span per query */
	bool is_at_wall; /* its joules were taken before the power supply */
};

/* What reads the views, once for all trials, in their order: { .db = db } at first; close it. */
enum { GRAMS_VIEWS = 4 };
struct grams_views {
	sqlite3 *db;
	sqlite3_stmt *rows[GRAMS_VIEWS]; /* NULL: not compiled yet */
	int steps[GRAMS_VIEWS];          /* SQLITE_ROW: at one that is to be compared */
};
void grams_views_close(struct grams_views *views);

/* Compares v_carbon, v_sci, v_scope and v_water of the trial, whose ID is higher than that of the call before. 0, also where something does not
 * agree: result->place. -1 with sqlite3_errmsg(): they cannot be read. */
int grams_check(struct grams_views *views, const struct grams_input *input,
		struct verification *result);

#endif
