/* How often do the formulas of a verdict report a difference of few pairs where there is none? The same
 * campaigns as by-binary's, without the program and the database between, so that there can be a hundred
 * times as many.
 *
 *   few-pairs [N [SEED]]     N campaigns for each row [100000], the table of doc/statistics.md
 *
 * In each block the baseline runs twice. The logarithm of a trial's energy has noise of two levels, 2 % above
 * or below, with a twentieth of that as normal noise ('bimodal'), or normal noise, or noise that is even
 * between two bounds; it is read from a counter in steps of 1 mJ that changes each millisecond, 40 J in 1 s. */
#include <config.h>

#include "reports/statistics/blocks.h"
#include "reports/statistics/randomised.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST = 3, MOST = 10 };
static const double TRUE_MJ = 40000, UPDATE_S = 0.001, SIZE = 0.02;

enum law { BIMODAL, NORMAL, EVEN, N_LAWS };

static double noise_of(gsl_rng *generator, enum law law)
{
	if (law == NORMAL)
		return gsl_ran_gaussian(generator, SIZE);
	if (law == EVEN)
		return SIZE * (2 * gsl_rng_uniform(generator) - 1);
	return (gsl_rng_uniform(generator) < 0.5 ? -SIZE : SIZE) +
	       gsl_ran_gaussian(generator, SIZE / 20);
}

/* Each reading is up to one update of the counter old, and cut to its unit. */
static struct block_value trial_of(gsl_rng *generator, enum law law, size_t block)
{
	double age = gsl_rng_uniform(generator) - gsl_rng_uniform(generator);
	double mj = floor(TRUE_MJ * exp(noise_of(generator, law)) * (1 + age * UPDATE_S) +
			  gsl_rng_uniform(generator));
	return (struct block_value){ .block = (int64_t)block,
				     .value = log(mj),
				     .step = UPDATE_S + 1 / mj };
}

struct alarms {
	size_t by_t, by_both;
};

static void one_campaign(gsl_rng *generator, enum law law, size_t n, struct alarms *alarms)
{
	struct block_value a[2 * MOST], b[MOST];
	double differences[MOST], places[MOST];
	int64_t blocks[MOST];
	struct pairs pairs = { differences, places, blocks, 0 };
	for (size_t i = 0; i < n; i++) {
		a[2 * i] = trial_of(generator, law, i);
		a[2 * i + 1] = trial_of(generator, law, i);
		b[i] = trial_of(generator, law, i);
	}
	struct block_list of_a = blocks_merge(a, 2 * n), of_b = blocks_merge(b, n);
	blocks_pair(of_a, of_b, &pairs);
	struct t_test test = t_with_resolution(t_paired(differences, n),
					       blocks_resolution(of_a, of_b));
	bool is_far = test.p < 0.05;
	alarms->by_t += is_far;
	alarms->by_both += is_far && test.n >= test.n_least &&
			   !randomised_explains(differences, n, 0);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "bimodal", "normal", "even" };
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	puts("| noise | pairs | campaigns | t alone | the verdict |\n"
	     "| :-- | --: | --: | --: | --: |");
	for (int law = 0; law < N_LAWS; law++)
		for (size_t pairs = LEAST; pairs <= MOST; pairs++) {
			struct alarms alarms = { 0 };
			gsl_rng_set(generator, 1000 * seed + 100 * (size_t)law + pairs);
			for (size_t i = 0; i < n; i++)
				one_campaign(generator, (enum law)law, pairs, &alarms);
			printf("| %s | %zu | %zu | %.2f | %.2f |\n", names[law], pairs, n,
			       100 * (double)alarms.by_t / (double)n,
			       100 * (double)alarms.by_both / (double)n);
			fflush(stdout);
		}
	gsl_rng_free(generator);
	return 0;
}
