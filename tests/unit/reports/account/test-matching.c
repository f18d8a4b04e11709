/* In no hour is more matched than was used in it, and a year of hours agrees with another way of reckoning. */
#include <config.h>

#include "reports/account/matching.h"
#include "schema/factors/certificate-file.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>

static void expect(double value, double expected)
{
	if (fabs(value - expected) > 1e-9 * fabs(expected))
		fail_msg("%.15g, not %.15g", value, expected);
}

static void use(struct hour_uses *uses, size_t account, int64_t begin_ns, int64_t end_ns,
		double kwh)
{
	assert_int_equal(hour_uses_add(uses, account, begin_ns, end_ns, kwh), 0);
}

static void what_is_used_falls_to_the_hours_that_it_is_in(void **state)
{
	(void)state;
	struct hour_uses uses = { 0 };
	use(&uses, 0, 10, HOUR_NS - 10, 1);
	use(&uses, 0, HOUR_NS - 30, HOUR_NS + 10, 4);
	use(&uses, 0, 2 * HOUR_NS - 1, 2 * HOUR_NS - 1, 5); /* an instant */
	use(&uses, 1, 5 * HOUR_NS, 8 * HOUR_NS, 9);
	assert_int_equal(uses.n, 5);
	expect(uses.uses[0].kwh, 4);
	expect(uses.uses[1].kwh, 6);
	for (size_t i = 2; i < 5; i++) {
		assert_int_equal(uses.uses[i].begin_ns, (int64_t)(i + 3) * HOUR_NS);
		expect(uses.uses[i].kwh, 3);
	}
	free(uses.uses);
}

static void a_stretch_of_centuries_is_refused(void **state)
{
	(void)state;
	struct hour_uses uses = { 0 };
	assert_int_equal(hour_uses_add(&uses, 0, 0, INT64_C(1) << 62, 1), -1);
	free(uses.uses);
}

static void more_certificates_than_use_match_the_use_alone(void **state)
{
	(void)state;
	struct hour_uses uses = { 0 };
	struct matched accounts[2] = { 0 };
	struct hour_offer offers[] = { { 0, 100, 1, 0 },      /* before */
				       { HOUR_NS, 6, 10, 0 }, /* twice what is used */
				       { HOUR_NS, 2, 50, 0 },
				       { 2 * HOUR_NS, 3, 20, 0 }, /* half of it */
				       { 9 * HOUR_NS, 5, 0, 0 } };
	use(&uses, 0, HOUR_NS, HOUR_NS + 1, 1);
	use(&uses, 1, HOUR_NS, HOUR_NS + 1, 3);
	use(&uses, 0, 2 * HOUR_NS, 3 * HOUR_NS, 6);
	use(&uses, 1, 3 * HOUR_NS, 4 * HOUR_NS, 7);
	match_hours(&uses, offers, 5, accounts);
	expect(accounts[0].kwh, 7);
	expect(accounts[0].matched_kwh, 1 + 3);
	expect(accounts[0].matched_g, 1 * (6 * 10 + 2 * 50) / 8.0 + 3 * 20);
	expect(accounts[1].kwh, 10);
	expect(accounts[1].matched_kwh, 3);
	expect(accounts[1].matched_g, 3 * 20);
	expect(offers[1].matched_kwh, 3);
	expect(offers[2].matched_kwh, 1);
	expect(offers[3].matched_kwh, 3);
	assert_true(offers[0].matched_kwh == 0 && offers[4].matched_kwh == 0);
	free(uses.uses);
}

static void a_certificate_for_no_use_matches_nothing(void **state)
{
	(void)state;
	struct hour_uses uses = { 0 };
	struct matched account = { 0 };
	struct hour_offer offer = { 0, 1, 5, 7 };
	match_hours(&uses, &offer, 1, &account);
	assert_true(offer.matched_kwh == 0 && account.matched_kwh == 0);
	use(&uses, 0, 0, HOUR_NS, 0); /* a trial that drew nothing */
	match_hours(&uses, &offer, 1, &account);
	assert_true(offer.matched_kwh == 0 && account.matched_g == 0);
	match_hours(&uses, NULL, 0, &account);
	assert_true(account.matched_kwh == 0);
	free(uses.uses);
}

enum { YEAR = 8760, ACCOUNTS = 3, OFFERS = 2 };

/* Made of primes, so that hours with too little, with too much and without certificates follow each other. */
static double used(int64_t hour, int account)
{
	return (double)((hour * 104729 + account * 7919) % 9973 + 1) / 1000;
}
static double offered(int64_t hour, int offer)
{
	return hour % 7 == 3
		   ? 0
		   : (double)((hour * 15485863 + offer * 611953) % 12007 + 1) / 800;
}
static double intensity(int64_t hour, int offer)
{
	return (double)((hour * 31 + offer * 577) % 613) / 3;
}

/* The same from the certificates' side: each offer is dealt out to the accounts by what they used. */
static void reckon(int64_t hour, long double kwh[ACCOUNTS], long double grams[ACCOUNTS])
{
	long double use_sum = 0, offer_sum = 0;
	for (int i = 0; i < ACCOUNTS; i++)
		use_sum += (long double)used(hour, i);
	for (int i = 0; i < OFFERS; i++)
		offer_sum += (long double)offered(hour, i);
	long double taken = fminl(use_sum, offer_sum), left = taken;
	for (int offer = 0; offer < OFFERS && offer_sum > 0; offer++) {
		long double part = taken * (long double)offered(hour, offer) / offer_sum;
		for (int i = 0; i < ACCOUNTS; i++) {
			long double own = part * (long double)used(hour, i) / use_sum;
			kwh[i] += own;
			grams[i] += own * (long double)intensity(hour, offer);
			left -= own;
		}
	}
	assert_true(fabsl(left) < 1e-12L);
}

static void a_year_of_hours_agrees_with_an_independent_sum(void **state)
{
	(void)state;
	static struct hour_offer offers[YEAR * OFFERS];
	struct hour_uses uses = { 0 };
	struct matched accounts[ACCOUNTS] = { 0 };
	long double kwh[ACCOUNTS] = { 0 }, grams[ACCOUNTS] = { 0 };
	size_t n = 0;
	for (int64_t hour = 0; hour < YEAR; hour++)
		for (int i = 0; i < OFFERS; i++)
			if (offered(hour, i) > 0)
				offers[n++] = (struct hour_offer){ hour * HOUR_NS,
								   offered(hour, i),
								   intensity(hour, i), 0 };
	for (int i = 0; i < ACCOUNTS; i++)
		for (int64_t hour = 0; hour < YEAR; hour++)
			use(&uses, (size_t)i, hour * HOUR_NS, (hour + 1) * HOUR_NS,
			    used(hour, i));
	match_hours(&uses, offers, n, accounts);
	for (int64_t hour = 0; hour < YEAR; hour++)
		reckon(hour, kwh, grams);
	double of_offers = 0;
	for (size_t i = 0; i < n; i++) {
		assert_true(offers[i].matched_kwh <= offers[i].kwh);
		of_offers += offers[i].matched_kwh;
	}
	for (int i = 0; i < ACCOUNTS; i++) {
		expect(accounts[i].matched_kwh, (double)kwh[i]);
		expect(accounts[i].matched_g, (double)grams[i]);
		assert_true(accounts[i].matched_kwh < accounts[i].kwh);
	}
	expect(of_offers, (double)(kwh[0] + kwh[1] + kwh[2]));
	free(uses.uses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_used_falls_to_the_hours_that_it_is_in),
		cmocka_unit_test(a_stretch_of_centuries_is_refused),
		cmocka_unit_test(more_certificates_than_use_match_the_use_alone),
		cmocka_unit_test(a_certificate_for_no_use_matches_nothing),
		cmocka_unit_test(a_year_of_hours_agrees_with_an_independent_sum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
