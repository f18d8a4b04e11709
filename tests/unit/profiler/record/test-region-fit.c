/* The powers of two functions that run in turn, from ticks whose truth is known: a counter that changes at its own
 * moments and ticks that are late or early by a tenth. */
#include <config.h>

#include "profiler/record/region-fit.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const double F_W = 30, G_W = 60, UNIT_J = 1e-6, TICK_S = 1e-3;
enum { RUNS = 200, TICKS = 2000, THREADS_MOST = 4, F = FIT_FIRST_REGION, G };

static double uniform(void)
{
	return (double)random() / ((double)RAND_MAX + 1);
}

/* Threads that are in f and g in turn, each time for dwell_s or a little more or less. */
struct program {
	double dwell_s, at_s, joules, seconds[FIT_COLUMNS], passages;
	int n_threads;
	struct {
		double next_s;
		int now;
	} threads[THREADS_MOST];
};

static void start(struct program *program)
{
	for (int i = 0; i < program->n_threads; i++) {
		program->threads[i].next_s = program->dwell_s * uniform();
		program->threads[i].now = random() & 1 ? G : F;
	}
}

static void pass(struct program *program, double end_s)
{
	for (int i = 0; i < program->n_threads; i++) {
		int now = program->threads[i].now;
		program->seconds[now] += end_s - program->at_s;
		program->joules += (end_s - program->at_s) * (now == G ? G_W : F_W);
		if (program->threads[i].next_s > end_s)
			continue;
		program->threads[i].now = now == G ? F : G;
		program->threads[i].next_s += program->dwell_s * (0.95 + 0.1 * uniform());
		program->passages++;
	}
	program->at_s = end_s;
}

static void run_until(struct program *program, double until_s)
{
	while (program->at_s < until_s) {
		double end_s = until_s;
		for (int i = 0; i < program->n_threads; i++)
			end_s = fmin(end_s, program->threads[i].next_s);
		pass(program, end_s);
	}
}

/* drift: how much slower the counter's clock is than the ticks'. */
static struct fit_outcome *simulate(struct program *program, double update_s, double drift)
{
	struct region_fit *fit = region_fit_new(update_s);
	double next_update_s = TICK_S * uniform();
	int64_t counter = 0, seen = 0;
	assert_non_null(fit);
	start(program);
	for (int tick = 1; tick <= TICKS; tick++) {
		double next_s = (tick + 0.2 * (uniform() - 0.5)) * TICK_S;
		for (; next_update_s < next_s; next_update_s += update_s * (1 + drift)) {
			run_until(program, next_update_s);
			counter = (int64_t)(program->joules / UNIT_J);
		}
		run_until(program, next_s);
		if (counter == seen)
			continue;
		region_fit_add(fit, program->seconds, program->passages,
			       (double)(counter - seen));
		seen = counter;
		program->passages = 0;
		for (int i = 0; i < FIT_COLUMNS; i++)
			program->seconds[i] = 0;
	}
	struct fit_outcome *outcome = region_fit_solve(fit);
	region_fit_free(fit);
	return outcome;
}

struct tally {
	int n_shown, n_hold, n_two_to_one;
};

static bool holds(const struct fitted_power *power, double watts)
{
	return !power->is_own ||
	       fabs(power->power * UNIT_J - watts) <= power->half_width * UNIT_J;
}

static void judge(const struct fit_outcome *outcome, struct tally *tally)
{
	const struct fitted_power *f = &outcome->powers[F], *g = &outcome->powers[G];
	double least = (g->power - g->half_width) / (f->power + f->half_width);
	double most = (g->power + g->half_width) / fmax(f->power - f->half_width, 1);
	bool are_both_own = f->is_own && g->is_own;
	tally->n_shown++;
	tally->n_hold += holds(f, F_W) && holds(g, G_W);
	tally->n_two_to_one += !are_both_own || (least <= 2 && 2 <= most);
}

static struct tally runs(double dwell_s, int n_threads, double update_s, double drift)
{
	struct tally tally = { 0 };
	for (unsigned seed = 1; seed <= RUNS; seed++) {
		struct program program = { .dwell_s = dwell_s, .n_threads = n_threads };
		srandom(seed);
		struct fit_outcome *outcome = simulate(&program, update_s, drift);
		if (outcome)
			judge(outcome, &tally);
		free(outcome);
	}
	print_message("# %d threads, each %g ms, a counter of %g ms, drift %g: shown %d, "
		      "true %d, two to one %d\n",
		      n_threads, dwell_s * 1e3, update_s * 1e3, drift, tally.n_shown,
		      tally.n_hold, tally.n_two_to_one);
	/* of all runs, as those that show none say nothing false */
	assert_true(RUNS - tally.n_shown + tally.n_hold >= RUNS * 93 / 100);
	assert_true(RUNS - tally.n_shown + tally.n_two_to_one >= RUNS * 93 / 100);
	/* and of those that are shown, if they are enough to tell */
	if (tally.n_shown >= 20)
		assert_true(tally.n_hold >= tally.n_shown * 93 / 100);
	return tally;
}

static const double dwells_s[] = { 10e-3, 5e-3, 2e-3, 1e-3 };
enum { N_DWELLS = sizeof(dwells_s) / sizeof(dwells_s[0]) };

static void intervals_hold_the_powers(void **state)
{
	(void)state;
	for (int threads = 1; threads <= 4; threads += 3)
		for (size_t i = 0; i < N_DWELLS; i++) {
			struct tally tally = runs(dwells_s[i], threads, TICK_S, 0);
			runs(dwells_s[i], threads, TICK_S, 0.01);
			assert_true(dwells_s[i] < 5e-3 || tally.n_shown >= RUNS / 2);
		}
}

static void a_quick_counter_tells_more_apart(void **state)
{
	(void)state;
	for (int threads = 1; threads <= 4; threads += 3) {
		for (size_t i = 0; i < N_DWELLS; i++)
			runs(dwells_s[i], threads, TICK_S / 10, 0.01);
		assert_int_equal(runs(5e-3, threads, TICK_S / 10, 0.01).n_shown, RUNS);
	}
}

/* A period near the counter's own would be taken for another mix. */
static void a_slow_counter_is_not_deceived(void **state)
{
	(void)state;
	for (int threads = 1; threads <= 4; threads += 3)
		for (size_t i = 0; i < N_DWELLS; i++)
			runs(dwells_s[i], threads, 3 * TICK_S, 0.01);
}

static void what_cannot_be_separated_has_no_power(void **state)
{
	(void)state;
	for (int threads = 1; threads <= 4; threads += 3) {
		assert_int_equal(runs(0.5e-3, threads, TICK_S, 0).n_shown, 0);
		assert_int_equal(runs(0.5e-3, threads, TICK_S, 0.01).n_shown, 0);
	}
}

/* Two that always run together are one: both get the mean of the two, and a third its own. */
static void what_runs_together_shares_the_rest(void **state)
{
	(void)state;
	struct region_fit *fit = region_fit_new(1e-3);
	for (int i = 0; i < 1000; i++) {
		bool is_third = i / 10 % 2;
		double seconds[FIT_COLUMNS] = { 0 };
		seconds[F] = is_third ? 0 : 0.06;
		seconds[G] = is_third ? 0 : 0.04;
		seconds[G + 1] = is_third ? 0.1 : 0;
		region_fit_add(fit, seconds, 0,
			       is_third ? 5e6 : 0.06 * F_W * 1e6 + 0.04 * G_W * 1e6);
	}
	struct fit_outcome *outcome = region_fit_solve(fit);
	assert_non_null(outcome);
	const struct fitted_power *third = &outcome->powers[G + 1];
	double mean = (0.06 * F_W + 0.04 * G_W) / 0.1 * 1e6;
	assert_true(third->is_own && fabs(third->power - 50e6) < 1);
	assert_false(outcome->powers[F].is_own || outcome->powers[G].is_own);
	assert_true(fabs(outcome->powers[F].power - mean) < 1);
	assert_true(fabs(outcome->powers[G].power - mean) < 1);
	free(outcome);
	region_fit_free(fit);
}

/* Ten seconds in f alone, then ten in g alone, and so on, one interval each; between the two, and not used since its mix
 * is another, one in which they had left_out_s seconds. */
static struct fit_outcome *solve_with_left_out(double f_w, double g_w, double left_out_s)
{
	struct region_fit *fit = region_fit_new(0);
	for (int i = 0; i < 2200; i++) {
		bool is_left_out = i % 11 == 0, is_g = i / 11 % 2;
		double seconds[FIT_COLUMNS] = { 0 };
		seconds[F] = is_left_out ? left_out_s / 2 : !is_g;
		seconds[G] = is_left_out ? left_out_s / 2 : is_g;
		region_fit_add(fit, seconds, 0,
			       (seconds[F] * f_w + seconds[G] * g_w) / UNIT_J);
	}
	struct fit_outcome *outcome = region_fit_solve(fit);
	region_fit_free(fit);
	return outcome;
}

/* What was left out may differ from what was used: the longer it was, the wider are the intervals. One that is
 * wider than what it is about tells less than the mean power does. */
static void an_own_power_has_an_interval_narrower_than_itself_or_the_mean(void **state)
{
	(void)state;
	struct fit_outcome *outcome = solve_with_left_out(F_W, G_W, 2);
	assert_true(outcome && outcome->n_own == 2);
	free(outcome);
	assert_null(solve_with_left_out(F_W, G_W, 100));
	outcome = solve_with_left_out(0, G_W, 2); /* that it draws nothing is told, too */
	assert_true(outcome && outcome->powers[F].is_own);
	free(outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_hold_the_powers),
		cmocka_unit_test(a_quick_counter_tells_more_apart),
		cmocka_unit_test(a_slow_counter_is_not_deceived),
		cmocka_unit_test(what_cannot_be_separated_has_no_power),
		cmocka_unit_test(what_runs_together_shares_the_rest),
		cmocka_unit_test(
		    an_own_power_has_an_interval_narrower_than_itself_or_the_mean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
