/* tests/unit/reports/statistics/test-rhythm.c - samples at even distances of rounds of ten pieces. */
#include <config.h>

#include "reports/statistics/rhythm.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>

enum { SAMPLES = 1000, RUNS = 400 };

/* Pieces of kind 0, 1 and 2 have 70, 20 and 10 % of a round. */
static const uint32_t pieces[10] = { 0, 1, 0, 0, 2, 0, 0, 1, 0, 0 };

/* So many rounds lie between two samples; returns how far the share of kind 0 is from 70 %. */
static double sample_rounds(double rounds, double jitter, uint32_t kinds[SAMPLES])
{
	double at = drand48(), n = 0;
	for (size_t i = 0; i < SAMPLES; i++) {
		at += rounds * (1 + jitter * (drand48() - 0.5));
		kinds[i] = pieces[(size_t)(fmod(at, 1) * 10) % 10];
		n += kinds[i] == 0;
	}
	return n / SAMPLES - 0.7;
}

static const double counting = 0.01449; /* sqrt(0.7 * 0.3 / SAMPLES) */

static void in_step_the_error_holds_what_counting_does_not(void **state)
{
	(void)state;
	uint32_t kinds[SAMPLES];
	int held = 0, held_by_counting = 0;
	srand48(5);
	for (int i = 0; i < RUNS; i++) {
		double off = fabs(sample_rounds(0.748 + 0.004 * drand48(), 0.01, kinds));
		double error = rhythm_error(kinds, SAMPLES, 3);
		assert_true(error > 0 && error <= 0.25);
		held_by_counting += off <= 1.96 * counting;
		held += off <= 1.96 * hypot(counting, error);
	}
	assert_true(held_by_counting < 0.85 * RUNS);
	assert_true(held >= 0.93 * RUNS);
}

static void out_of_step_the_error_is_small(void **state)
{
	(void)state;
	uint32_t kinds[SAMPLES];
	srand48(5);
	sample_rounds(0.618, 0, kinds);
	assert_true(rhythm_error(kinds, SAMPLES, 3) < counting);
}

static void independent_samples_have_no_rhythm(void **state)
{
	(void)state;
	uint32_t kinds[SAMPLES];
	int found = 0;
	srand48(5);
	for (int run = 0; run < RUNS; run++) {
		for (size_t i = 0; i < SAMPLES; i++)
			kinds[i] = pieces[(size_t)(drand48() * 10)];
		found += rhythm_error(kinds, SAMPLES, 3) > 0;
	}
	assert_true(found <= 2);
}

static void long_phases_are_no_rhythm(void **state)
{
	(void)state;
	uint32_t kinds[SAMPLES];
	for (size_t i = 0; i < SAMPLES; i++)
		kinds[i] = i >= SAMPLES / 2;
	assert_true(rhythm_error(kinds, SAMPLES, 2) == 0);
}

static void one_kind_or_few_samples_tell_nothing(void **state)
{
	(void)state;
	uint32_t kinds[SAMPLES] = { 0 };
	assert_true(rhythm_error(kinds, SAMPLES, 1) == 0);
	assert_true(rhythm_error(kinds, 0, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_step_the_error_holds_what_counting_does_not),
		cmocka_unit_test(out_of_step_the_error_is_small),
		cmocka_unit_test(independent_samples_have_no_rhythm),
		cmocka_unit_test(long_phases_are_no_rhythm),
		cmocka_unit_test(one_kind_or_few_samples_tell_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
