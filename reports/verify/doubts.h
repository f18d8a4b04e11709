/* reports/verify/doubts.h - how far the inputs of a campaign's grams may lie from what is taken, on
 * the second path: from the tables, by the rules that view v_doubt states. See verify.h. */
#ifndef JOULECART_VERIFY_DOUBTS_H
#define JOULECART_VERIFY_DOUBTS_H
#include "reports/verify/lookup.h"

/* What the grams are multiplied by at either end (95 %), and the relative standard uncertainty;
 * 1, 1, 0 of what was not stated. */
struct redoubt {
	double down, up, u;
};

struct redoubts {
	struct redoubt grid, pue, psu, te, life;
};

/* 0, or -1: sqlite3_errmsg() says why. */
int redoubts_read(struct lookup *lookup, struct redoubts *doubts);

/* Of what is E, of E * I, and of M; u is 0. */
struct redoubt redoubt_of_kwh(const struct redoubts *doubts, bool is_at_wall);
struct redoubt redoubt_of_grams(const struct redoubts *doubts, bool is_at_wall);
struct redoubt redoubt_of_embodied(const struct redoubts *doubts);

/* Of what is proportional to those joules and has other doubts besides; NAN: a bound is not known. */
struct redoubt redoubt_of_joules(double joules, double low, double high,
				 struct redoubt other);

#endif
