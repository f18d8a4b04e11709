/* Simulated campaigns, judged by the very functions that judge real ones: how often does the
 * 95 % interval hold the truth, how often is a difference seen where there is none, and how
 * often is one seen that is there?
 *
 *   campaigns [N]     N campaigns for each setting [1000]; TAP on standard output, with the
 *                     table of doc/statistics.md as comments
 *
 * A trial uses 40 J in 2 s. It is read from a counter in steps of 61 uJ that changes each
 * millisecond, so that each of the two readings is up to 1 ms old, at random: that is all the
 * noise of a setting of 0 %. The energy's logarithm has normal noise; with 'drift' it also rises by 10 % over the campaign;
 * with 'correlated' the noise is an AR(1) process over successive trials, whatever they run,
 * with coefficient 0.8. 20 blocks in the order that plan_order() draws. */
#include <config.h>

#include "profiler/campaign/plan.h"
#include "reports/statistics/bootstrap.h"
#include "reports/statistics/paired.h"
#include "reports/statistics/test-power.h"
#include "reports/statistics/wilcoxon.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS = 20, MOST_ITEMS = 5, RESAMPLES = 1999, MOST_BLOCKS = 1000, LEAST_PAIRS = 8 };
static const double STEP_J = 61.035e-6, TRUE_J = 40, UPDATE_J = 0.02, DRIFT = 0.10,
		    AR_PHI = 0.8;

enum course { STEADY, DRIFTING, CORRELATED, N_COURSES };
static const char *const course_names[] = { "steady", "drift", "correlated" };

struct setting {
	double noise;
	enum course course;
};

/* What the campaigns of one setting came to, in shares of them. */
struct tally {
	double t_covers, bca_covers, rank_covers; /* of a true difference */
	double power, theory;
	double false_one, false_any; /* of 4 variants that are equal to the baseline */
	double stopped_covers, stopped_pairs; /* with --precision 2% */
};

/* --- one campaign ----------------------------------------------------------------------- */

/* What the counter says of so many joules: the second reading is old by one share of an update,
 * the first was by another. */
static double counted_j(gsl_rng *generator, double joules)
{
	double age = gsl_rng_uniform(generator) - gsl_rng_uniform(generator);
	double phase = gsl_rng_uniform(generator);
	return floor(phase + (joules + age * UPDATE_J) / STEP_J) * STEP_J;
}

/* Log joules by block and item; effects[i] is item i's true log ratio to item 0. */
static void simulate(gsl_rng *generator, struct setting setting, const double *effects,
		     size_t n_items, size_t n_blocks, double *logs)
{
	size_t *order = calloc(n_items * n_blocks, sizeof(*order));
	double noise = gsl_ran_gaussian(generator, setting.noise);
	size_t n = n_items * n_blocks;
	plan_order(order, n_blocks, n_items, NULL, gsl_rng_get(generator));
	for (size_t i = 0; i < n; i++) {
		if (setting.course != CORRELATED)
			noise = gsl_ran_gaussian(generator, setting.noise);
		else
			noise = AR_PHI * noise +
				gsl_ran_gaussian(generator,
						 setting.noise * sqrt(1 - AR_PHI * AR_PHI));
		double drift = setting.course == DRIFTING ? DRIFT * (double)i / (double)n
							  : 0;
		double joules = TRUE_J * exp(effects[order[i]] + noise + drift);
		logs[i / n_items * n_items + order[i]] = log(counted_j(generator, joules));
	}
	free(order);
}

static void pair_up(const double *logs, size_t n_items, size_t n_blocks, size_t item,
		    double *ratios)
{
	for (size_t b = 0; b < n_blocks; b++)
		ratios[b] = logs[b * n_items + item] - logs[b * n_items];
}

static bool holds(struct interval interval, double truth)
{
	return interval.low <= truth && truth <= interval.high;
}

/* --- what is asked of them -------------------------------------------------------------- */

/* The sd of one pair of neighbours, worked out: noise of both (less what they share), a place
 * of drift to one side or the other, and the ages of two readings, uniform each. */
static double pair_sd(struct setting setting)
{
	double shared = setting.course == CORRELATED ? AR_PHI : 0;
	double place = setting.course == DRIFTING ? DRIFT / (2 * BLOCKS) : 0;
	double edges = UPDATE_J * UPDATE_J / 6 / (TRUE_J * TRUE_J);
	return sqrt(2 * setting.noise * setting.noise * (1 - shared) + place * place +
		    2 * edges);
}

static void one_difference(gsl_rng *generator, struct setting setting, double effect,
			   struct tally *tally)
{
	double logs[2 * BLOCKS], ratios[BLOCKS];
	const double effects[] = { 0, effect };
	struct interval bca;
	struct wilcoxon ranks;
	simulate(generator, setting, effects, 2, BLOCKS, logs);
	pair_up(logs, 2, BLOCKS, 1, ratios);
	struct t_test test = t_paired(ratios, BLOCKS);
	bootstrap_bca(ratios, BLOCKS, RESAMPLES, 1, NULL, &bca);
	wilcoxon_signed_rank(ratios, BLOCKS, &ranks);
	tally->t_covers += holds(test.ci95, effect);
	tally->bca_covers += holds(bca, effect);
	tally->rank_covers += holds(ranks.ci95, effect);
	tally->power += test.p < 0.05;
}

static void no_difference(gsl_rng *generator, struct setting setting, struct tally *tally)
{
	double logs[MOST_ITEMS * BLOCKS], ratios[BLOCKS], p[MOST_ITEMS - 1];
	const double effects[MOST_ITEMS] = { 0 };
	bool any = false;
	simulate(generator, setting, effects, MOST_ITEMS, BLOCKS, logs);
	for (size_t i = 1; i < MOST_ITEMS; i++) {
		pair_up(logs, MOST_ITEMS, BLOCKS, i, ratios);
		p[i - 1] = t_paired(ratios, BLOCKS).p;
	}
	tally->false_one += p[0] < 0.05;
	holm_adjust(p, MOST_ITEMS - 1);
	for (size_t i = 0; i + 1 < MOST_ITEMS; i++)
		any |= p[i] < 0.05;
	tally->false_any += any;
}

/* Block after block until the interval is as tight as -+ 2 %, as compare --precision does. */
static void until_precise(gsl_rng *generator, struct setting setting, struct tally *tally)
{
	double logs[2 * MOST_BLOCKS], ratios[MOST_BLOCKS];
	const double effects[] = { 0, -0.1 };
	size_t n = LEAST_PAIRS;
	simulate(generator, setting, effects, 2, MOST_BLOCKS, logs);
	pair_up(logs, 2, MOST_BLOCKS, 1, ratios);
	struct t_test test = t_paired(ratios, n);
	while ((test.ci95.high - test.ci95.low) / 2 > log1p(0.02) && n < MOST_BLOCKS)
		test = t_paired(ratios, ++n);
	tally->stopped_covers += holds(test.ci95, effects[1]);
	tally->stopped_pairs += (double)n;
}

static struct tally run_setting(struct setting setting, size_t n, unsigned long seed)
{
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	double sd = pair_sd(setting), effect = -power_detectable(BLOCKS, sd, 0.05);
	struct tally tally = { .theory = power_paired(BLOCKS, effect, sd, 0.05) };
	gsl_rng_set(generator, seed);
	for (size_t i = 0; i < n; i++) {
		one_difference(generator, setting, effect, &tally);
		no_difference(generator, setting, &tally);
		until_precise(generator, setting, &tally);
	}
	double *shares[] = { &tally.t_covers,       &tally.bca_covers,   &tally.rank_covers,
			     &tally.power,          &tally.false_one,    &tally.false_any,
			     &tally.stopped_covers, &tally.stopped_pairs };
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		*shares[i] /= (double)n;
	gsl_rng_free(generator);
	return tally;
}

/* --- the verdict ------------------------------------------------------------------------ */

/* A share of n campaigns may miss its bound by chance: allowed are 3 standard errors more, less
 * with 1000 campaigns and more, where the bounds themselves leave room for that. */
static double chance(double share, size_t n)
{
	return n >= 1000 ? 0 : 3 * sqrt(share * (1 - share) / (double)n);
}

static bool is_right(const struct tally *tally, size_t n)
{
	double cover = 0.02 + chance(0.95, n);
	/* 1000 campaigns of which 5 % alarm show up to 6.6 % in 99 of 100 cases */
	double alarms = 0.05 + (n >= 1000 ? 2.33 : 3) * sqrt(0.05 * 0.95 / (double)n);
	return fabs(tally->t_covers - 0.95) <= cover && tally->false_any <= alarms &&
	       fabs(tally->power - tally->theory) <= 0.05 + chance(0.8, n);
}

static void print_row(struct setting setting, const struct tally *tally)
{
	printf("# | %.0f %% | %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | "
	       "%.0f |\n",
	       100 * setting.noise, course_names[setting.course], 100 * tally->t_covers,
	       100 * tally->bca_covers, 100 * tally->rank_covers, 100 * tally->power,
	       100 * tally->theory, 100 * tally->false_one, 100 * tally->false_any,
	       100 * tally->stopped_covers, tally->stopped_pairs);
}

int main(int argc, char **argv)
{
	static const double noises[] = { 0, 0.01, 0.05, 0.20 };
	enum { N_NOISES = sizeof(noises) / sizeof(noises[0]) };
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000, k = 0;
	double alarms = 0;
	int failed = 0;
	printf("1..%d\n", N_NOISES * N_COURSES + 1);
	puts("# | noise | course | t | BCa | ranks | power | theory | alarm, one | "
	     "alarm, any of 4 | t, stopped at 2 % | pairs |\n"
	     "# | --: | :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
	for (int i = 0; i < N_NOISES; i++)
		for (int course = 0; course < N_COURSES; course++) {
			struct setting setting = { noises[i], (enum course)course };
			struct tally tally = run_setting(setting, n, ++k);
			bool right = is_right(&tally, n);
			failed |= !right;
			alarms += tally.false_any / (N_NOISES * N_COURSES);
			print_row(setting, &tally);
			printf("%s %zu - noise %.0f %%, %s: coverage, power, alarms\n",
			       right ? "ok" : "not ok", k, 100 * setting.noise,
			       course_names[course]);
		}
	bool right = alarms <= 0.05 + (n >= 1000 ? 0 : chance(0.05, n * 6));
	printf("%s %zu - false alarms of all settings: %.2f %%\n", right ? "ok" : "not ok",
	       k + 1, 100 * alarms);
	return failed || !right;
}
