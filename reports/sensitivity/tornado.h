/* reports/sensitivity/tornado.h - how far each input by itself moves one variant's grams, all others as stored:
 * the grams by the views' own formulas (figures_read()) with that input at either end of its range. */
#ifndef JOULECART_TORNADO_H
#define JOULECART_TORNADO_H
#include "reports/campaign/summary.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct tornado_row {
	const char *input; /* "grid intensity"; a constant text */
	const char *unit;  /* of stored, low and high: "g/kWh"; "" where it has none */
	double stored, low, high;
	bool is_choice;         /* nobody knows a doubt of it: a range to look at */
	double low_g, high_g;   /* the grams at low and at high */
	double least_g, most_g; /* the same in order */
};

/* Of one variant's inference. */
struct tornado {
	const char *variant;
	const char *per;                 /* "query" or "session" */
	bool has_embodied, has_training; /* they are in the grams */
	struct figure stored_g;
	const char *reason;             /* why there are no rows; NULL: there are */
	const struct tornado_row *rows; /* what moves it most first */
	size_t n;
};

/* By how many percent these grams differ from those that are stored. */
double tornado_percent(const struct tornado *tornado, double grams);

/* Of the campaign's baseline, else of its first inference with grams. Per session where it served whole ones,
 * with the training where that is spread over queries. Ranges: v_doubt's 95 % where it knows one; of what is a
 * choice half and double, of the allocation of a machine's joules from the processes' share of CPU time to all of
 * them, of a PUE that nobody stated 1 to 1.5, of a session's length the shortest and the
 * longest. What lives in it is the arena's. 0, or -1: sqlite3_errmsg() says why. */
int tornado_read(sqlite3 *db, const struct model_campaign *campaign, struct arena *arena,
		 struct tornado *tornado);

#endif
