/* reports/account/matching.h - electricity that was used, matched with certificates of the same hour. Pure.
 *
 * In each hour of UTC no more is matched than was used in it, and no more than its certificates hold. Where
 * they hold more than was used, each is taken in the same proportion: none stands before another because its
 * factor is lower. Where they hold less, each use has the same proportion of what it used. */
#ifndef JOULECART_MATCHING_H
#define JOULECART_MATCHING_H
#include <stddef.h>
#include <stdint.h>

/* What one account used in one hour. */
struct hour_use {
	int64_t begin_ns; /* UTC, a whole hour */
	size_t account;
	double kwh;
};

struct hour_uses {
	struct hour_use *uses;
	size_t n, room;
};

/* What one certificate has for one hour. */
struct hour_offer {
	int64_t begin_ns; /* UTC, a whole hour */
	double kwh, g_per_kwh;
	double matched_kwh; /* match_hours() sets it: so much of it was used */
};

struct matched {
	double kwh; /* used */
	double matched_kwh, matched_g;
};

/* Adds kwh, used evenly from begin_ns to end_ns (UTC, end may equal begin), to the hours that they are in. 0,
 * or -1: no memory, or more than a century of hours. free(uses->uses). */
int hour_uses_add(struct hour_uses *uses, size_t account, int64_t begin_ns, int64_t end_ns,
		  double kwh);

/* Adds to accounts what each used and what of it is matched, and sets what of each offer is matched. Uses are
 * sorted by hour; offers must be. accounts has as many as uses name. */
void match_hours(struct hour_uses *uses, struct hour_offer *offers, size_t n_offers,
		 struct matched *accounts);

#endif
