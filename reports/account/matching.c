/* reports/account/matching.c - see matching.h. */
#include <config.h>

#include "reports/account/matching.h"

#include "schema/factors/certificate-file.h"

#include <stdlib.h>

/* A hundred years: what is longer is no run, but a damaged file. */
enum { MOST_HOURS = 876600 };

static int64_t hour_of(int64_t ns)
{
	return ns - ns % HOUR_NS;
}

/* Rollups follow each other: the last one is mostly of the same hour. */
static int add(struct hour_uses *uses, struct hour_use use)
{
	struct hour_use *last = uses->n > 0 ? &uses->uses[uses->n - 1] : NULL;
	if (last && last->account == use.account && last->begin_ns == use.begin_ns) {
		last->kwh += use.kwh;
		return 0;
	}
	if (uses->n == uses->room) {
		size_t room = uses->room ? 2 * uses->room : 64;
		struct hour_use *more = uses->n < MOST_HOURS
					    ? realloc(uses->uses, room * sizeof(*more))
					    : NULL;
		if (!more)
			return -1;
		uses->uses = more;
		uses->room = room;
	}
	uses->uses[uses->n++] = use;
	return 0;
}

int hour_uses_add(struct hour_uses *uses, size_t account, int64_t begin_ns, int64_t end_ns,
		  double kwh)
{
	struct hour_use use = { hour_of(begin_ns), account, kwh };
	if (end_ns - use.begin_ns <= HOUR_NS)
		return add(uses, use);
	const double per_ns = kwh / (double)(end_ns - begin_ns);
	for (int64_t at = begin_ns; at < end_ns; at = use.begin_ns + HOUR_NS) {
		use.begin_ns = hour_of(at);
		int64_t left = end_ns - use.begin_ns;
		int64_t until = left < HOUR_NS ? end_ns : use.begin_ns + HOUR_NS;
		use.kwh = per_ns * (double)(until - at);
		if (add(uses, use) != 0)
			return -1;
	}
	return 0;
}

static int compare_hours(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_use(const void *a, const void *b)
{
	const struct hour_use *one = a, *other = b;
	int order = compare_hours(one->begin_ns, other->begin_ns);
	return order ? order
		     : (one->account > other->account) - (one->account < other->account);
}

/* One hour's uses and offers. */
static void match_one(const struct hour_use *uses, size_t n_uses, struct hour_offer *offers,
		      size_t n_offers, struct matched *accounts)
{
	double used = 0, offered = 0, offered_g = 0;
	for (size_t i = 0; i < n_uses; i++)
		used += uses[i].kwh;
	for (size_t i = 0; i < n_offers; i++) {
		offered += offers[i].kwh;
		offered_g += offers[i].kwh * offers[i].g_per_kwh;
	}
	const double of_uses = used > offered ? offered / used : 1;
	const double of_offers = used > offered ? 1 : offered > 0 ? used / offered : 0;
	for (size_t i = 0; i < n_uses; i++) {
		struct matched *account = &accounts[uses[i].account];
		account->kwh += uses[i].kwh;
		if (offered <= 0)
			continue;
		account->matched_kwh += uses[i].kwh * of_uses;
		account->matched_g += uses[i].kwh * of_uses * (offered_g / offered);
	}
	for (size_t i = 0; i < n_offers; i++)
		offers[i].matched_kwh = offers[i].kwh * of_offers;
}

void match_hours(struct hour_uses *uses, struct hour_offer *offers, size_t n_offers,
		 struct matched *accounts)
{
	if (uses->n > 0)
		qsort(uses->uses, uses->n, sizeof(*uses->uses), by_use);
	for (size_t i = 0; i < n_offers; i++)
		offers[i].matched_kwh = 0;
	for (size_t i = 0, j = 0, i_end, j_end; i < uses->n; i = i_end, j = j_end) {
		const int64_t hour = uses->uses[i].begin_ns;
		while (j < n_offers && offers[j].begin_ns < hour)
			j++;
		for (i_end = i; i_end < uses->n && uses->uses[i_end].begin_ns == hour;)
			i_end++;
		for (j_end = j; j_end < n_offers && offers[j_end].begin_ns == hour;)
			j_end++;
		match_one(&uses->uses[i], i_end - i, offers ? &offers[j] : NULL, j_end - j,
			  accounts);
	}
}
