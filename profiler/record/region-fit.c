/* profiler/record/region-fit.c - see region-fit.h. */
#include <config.h>

#include "profiler/record/region-fit.h"

#include "reports/statistics/nnls.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* See region-fit.h. */
static const double CONDITION_MOST = 30, ERROR_SHARE_MOST = 0.05, MIX_STEP_MOST = 0.05;
/* A column with less of the time is left out: what it draws is within the others' errors. */
static const double TIME_LEAST = 0.01;
enum { BATCHES = 16, BATCHES_LEAST = 8, BATCH_FIRST = 8 };

/* Sums over intervals; only doubles, so that they can be added up as an array. */
struct moments {
	double n, e, ee, x[FIT_COLUMNS], xe[FIT_COLUMNS];
	double xx[FIT_COLUMNS][FIT_COLUMNS];
};

struct region_fit {
	double update_s;
	size_t n_columns, n_batches, batch_size;
	double n_all, seconds_all; /* of used intervals, and of the others */
	double before_s, before[FIT_COLUMNS], before_unevenness;
	struct moments batches[BATCHES];
};

struct region_fit *region_fit_new(double update_s)
{
	struct region_fit *fit = calloc(1, sizeof(*fit));
	if (fit) {
		fit->update_s = update_s > 0 ? update_s : INFINITY;
		fit->batch_size = BATCH_FIRST;
		fit->n_columns = FIT_FIRST_REGION;
	}
	return fit;
}

void region_fit_free(struct region_fit *fit)
{
	free(fit);
}

static void add_moments(struct moments *sum, const struct moments *more, double sign)
{
	double *to = (double *)sum;
	const double *from = (const double *)more;
	for (size_t i = 0; i < sizeof(*sum) / sizeof(double); i++)
		to[i] += sign * from[i];
}

/* Two stretches become one, so that a run of any length has 8 to 16. */
static void halve(struct region_fit *fit)
{
	for (size_t i = 0; i < BATCHES / 2; i++) {
		struct moments *first = &fit->batches[2 * i];
		add_moments(first, &fit->batches[2 * i + 1], 1);
		if (i > 0)
			fit->batches[i] = *first;
	}
	memset(&fit->batches[BATCHES / 2], 0, BATCHES / 2 * sizeof(struct moments));
	fit->n_batches = BATCHES / 2;
	fit->batch_size *= 2;
}

static struct moments *open_batch(struct region_fit *fit)
{
	if (fit->n_batches == 0)
		fit->n_batches = 1;
	if (fit->batches[fit->n_batches - 1].n < (double)fit->batch_size)
		return &fit->batches[fit->n_batches - 1];
	if (fit->n_batches == BATCHES)
		halve(fit);
	return &fit->batches[fit->n_batches++];
}

/* How much of the time of the counter's own interval may be in other columns than that of this one. It
 * begins and ends up to one change of the counter earlier, within this interval and the one before: as far as these
 * have the same mix throughout, it has it, too. They have where nothing began in them, or so much that a part is
 * like the whole. */
static double mix_step(const struct region_fit *fit, const double *seconds, double passed_s,
		       double unevenness)
{
	double step = 0;
	if (fit->before_s <= 0)
		return 1;
	for (size_t i = 0; i < fit->n_columns; i++)
		step += fabs(seconds[i] / passed_s - fit->before[i] / fit->before_s) / 2;
	return fmin(1, fit->update_s / passed_s) *
	       fmax(step, fmax(unevenness, fit->before_unevenness));
}

void region_fit_add(struct region_fit *fit, const double seconds[FIT_COLUMNS],
		    double passages, double steps)
{
	double passed_s = 0, unevenness = passages > 0 ? 1 / passages : 0;
	for (size_t i = 0; i < FIT_COLUMNS; i++) {
		passed_s += seconds[i];
		if (i >= fit->n_columns && seconds[i] > 0)
			fit->n_columns = i + 1;
	}
	if (!(passed_s > 0))
		return;
	bool is_used = mix_step(fit, seconds, passed_s, unevenness) <= MIX_STEP_MOST;
	fit->n_all++;
	fit->seconds_all += passed_s;
	fit->before_s = passed_s;
	fit->before_unevenness = unevenness;
	memcpy(fit->before, seconds, sizeof(fit->before));
	if (!is_used)
		return;
	struct moments *sum = open_batch(fit);
	sum->n++;
	sum->e += steps;
	sum->ee += steps * steps;
	for (size_t i = 0; i < fit->n_columns; i++) {
		sum->x[i] += seconds[i];
		sum->xe[i] += seconds[i] * steps;
		for (size_t j = 0; j < fit->n_columns; j++)
			sum->xx[i][j] += seconds[i] * seconds[j];
	}
}

/* Normal equations of the kept columns each column scaled to length 1. */
struct system {
	size_t n;
	double gram[NNLS_MOST * NNLS_MOST], moment[NNLS_MOST], length[NNLS_MOST];
	double w[NNLS_MOST]; /* the solution, scaled too */
};

struct kept {
	size_t n, at[FIT_COLUMNS];
};

static int solve(const struct moments *sum, const struct kept *kept, struct system *system)
{
	size_t n = system->n = kept->n;
	for (size_t i = 0; i < n; i++) {
		system->length[i] = sqrt(sum->xx[kept->at[i]][kept->at[i]]);
		if (!(system->length[i] > 0))
			return -1;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = kept->at[i];
		system->moment[i] = sum->xe[at] / system->length[i];
		for (size_t j = 0; j < n; j++)
			system->gram[i * n + j] = sum->xx[at][kept->at[j]] /
						  system->length[i] / system->length[j];
	}
	return nnls_solve(system->gram, system->moment, n, system->w);
}

/* The sum of squares that is left. */
static double rest_of(const struct system *system, double ee)
{
	for (size_t i = 0; i < system->n; i++) {
		double fitted = 0;
		for (size_t j = 0; j < system->n; j++)
			fitted += system->gram[i * system->n + j] * system->w[j];
		ee += system->w[i] * (fitted - 2 * system->moment[i]);
	}
	return fmax(ee, 0);
}

/* What the inverse of the scaled gram says of each column. */
struct condition {
	double variance[NNLS_MOST]; /* its diagonal */
	double reach[NNLS_MOST];    /* sum of the row's magnitudes */
	bool is_sound
	    [NNLS_MOST]; /* less than half of its variance is in directions above the limit */
};

/* An entry of the gram's inverse; *weak: what directions above the limit have of it. */
static double inverse_at(const gsl_vector *values, const gsl_matrix *vectors, size_t i,
			 size_t j, double *weak)
{
	double greatest = gsl_vector_max(values), entry = 0;
	*weak = 0;
	for (size_t k = 0; k < values->size; k++) {
		double value = fmax(gsl_vector_get(values, k), 1e-14 * greatest);
		double part = gsl_matrix_get(vectors, i, k) *
			      gsl_matrix_get(vectors, j, k) / value;
		entry += part;
		if (sqrt(greatest / value) > CONDITION_MOST)
			*weak += part;
	}
	return entry;
}

static void find_condition(const struct system *system, struct condition *condition)
{
	size_t n = system->n;
	gsl_matrix_const_view gram = gsl_matrix_const_view_array(system->gram, n, n);
	gsl_matrix *copy = gsl_matrix_alloc(n, n), *vectors = gsl_matrix_alloc(n, n);
	gsl_vector *values = gsl_vector_alloc(n);
	gsl_eigen_symmv_workspace *room = gsl_eigen_symmv_alloc(n);
	gsl_matrix_memcpy(copy, &gram.matrix);
	gsl_eigen_symmv(copy, values, vectors, room);
	for (size_t i = 0; i < n; i++) {
		double weak;
		condition->reach[i] = 0;
		for (size_t j = 0; j < n; j++)
			condition->reach[i] += fabs(
			    inverse_at(values, vectors, i, j, &weak));
		condition->variance[i] = inverse_at(values, vectors, i, i, &weak);
		condition->is_sound[i] = weak < 0.5 * condition->variance[i];
	}
	gsl_eigen_symmv_free(room);
	gsl_vector_free(values);
	gsl_matrix_free(vectors);
	gsl_matrix_free(copy);
}

/* Everything that one solution needs. */
struct work {
	const struct region_fit *fit;
	struct moments sum, without;
	struct kept kept;
	struct system system, other;
	struct condition condition;
	double jackknife[NNLS_MOST]; /* standard errors */
};

/* Of all intervals that are used. */
static double seconds_of(const struct work *work)
{
	double seconds = 0;
	for (size_t i = 0; i < work->fit->n_columns; i++)
		seconds += work->sum.x[i];
	return seconds;
}

/* The columns with enough time. */
static void keep(struct work *work)
{
	double all = seconds_of(work);
	for (size_t i = 0; i < work->fit->n_columns; i++)
		if (work->sum.x[i] >= TIME_LEAST * all && work->sum.x[i] > 0)
			work->kept.at[work->kept.n++] = i;
}

/* Leaves out each stretch in turn. 0, or -1: a column ran in one stretch alone. */
static int find_errors(struct work *work)
{
	const struct region_fit *fit = work->fit;
	size_t n_batches = fit->n_batches, n = work->kept.n;
	double mean[NNLS_MOST] = { 0 }, squares[NNLS_MOST] = { 0 };
	for (size_t b = 0; b < n_batches; b++) {
		work->without = work->sum;
		add_moments(&work->without, &fit->batches[b], -1);
		if (solve(&work->without, &work->kept, &work->other) != 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			/* Welford */
			double w = work->other.w[i] / work->other.length[i];
			double step = w - mean[i];
			mean[i] += step / (double)(b + 1);
			squares[i] += step * (w - mean[i]);
		}
	}
	for (size_t i = 0; i < n; i++)
		work->jackknife[i] = sqrt(squares[i] * (double)(n_batches - 1) /
					  (double)n_batches);
	return 0;
}

/* How much longer the intervals that are used last than all, or less long. */
static double selection_of(const struct work *work)
{
	double mean_all = work->fit->seconds_all / work->fit->n_all;
	return fabs(seconds_of(work) / work->sum.n / mean_all - 1);
}

static void judge(const struct work *work, struct fit_outcome *outcome)
{
	const struct moments *sum = &work->sum;
	double mean = sum->e / seconds_of(work);
	double quantile = gsl_cdf_tdist_Pinv(0.975, (double)work->fit->n_batches - 1);
	double df = sum->n - (double)work->kept.n, selection = selection_of(work);
	/* what an interval's steps are off by, and its seconds, as a part of them */
	double off = sqrt(rest_of(&work->system, sum->ee) / df);
	double off_part = off / (sum->e / sum->n);
	for (size_t i = 0; i < work->kept.n; i++) {
		struct fitted_power *power = &outcome->powers[work->kept.at[i]];
		double length = work->system.length[i];
		power->fitted = power->power = work->system.w[i] / length;
		power->standard_error = work->jackknife[i];
		power->half_width = quantile * work->jackknife[i] +
				    sqrt(sum->n) * off * off_part *
					work->condition.reach[i] / length +
				    power->power * selection;
		power->is_own = work->condition.is_sound[i] &&
				off_part * off_part * work->condition.variance[i] <=
				    ERROR_SHARE_MOST &&
				2 * power->half_width <= fmax(power->power, mean);
		outcome->n_own += power->is_own;
	}
}

/* Those that have no power of their own share what the others leave, by their time; what ran too little to take part
 * has the mean power, as next to nothing of the rise would be left for it, or any amount. */
static void share_rest(const struct work *work, struct fit_outcome *outcome)
{
	double steps = work->sum.e, seconds = 0;
	for (size_t i = 0; i < outcome->n_columns; i++) {
		const struct fitted_power *power = &outcome->powers[i];
		steps -= power->is_own ? power->power * work->sum.x[i] : 0;
		seconds += power->is_own || isnan(power->fitted) ? 0 : work->sum.x[i];
	}
	double rest = seconds > 0 ? fmax(steps, 0) / seconds : 0;
	for (size_t i = 0; i < FIT_COLUMNS; i++) {
		struct fitted_power *power = &outcome->powers[i];
		if (power->is_own)
			continue;
		power->power = isnan(power->fitted) ? work->sum.e / seconds_of(work) : rest;
		power->standard_error = power->half_width = NAN;
	}
}

/* The sums that the powers follow from. */
static void give_sums(const struct work *work, struct fit_outcome *outcome)
{
	outcome->n_columns = work->fit->n_columns;
	memcpy(outcome->rise_seconds, work->sum.xe, sizeof(outcome->rise_seconds));
	memcpy(outcome->products, work->sum.xx, sizeof(outcome->products));
	for (size_t i = 0; i < FIT_COLUMNS; i++)
		outcome->powers[i].fitted = NAN;
}

static bool is_solved(struct work *work, struct fit_outcome *outcome)
{
	const struct region_fit *fit = work->fit;
	for (size_t i = 0; i < fit->n_batches; i++)
		add_moments(&work->sum, &fit->batches[i], 1);
	keep(work);
	if (fit->n_batches < BATCHES_LEAST || !(work->sum.e > 0) ||
	    work->sum.n <= (double)work->kept.n ||
	    solve(&work->sum, &work->kept, &work->system) != 0 || find_errors(work) != 0)
		return false;
	give_sums(work, outcome);
	find_condition(&work->system, &work->condition);
	judge(work, outcome);
	share_rest(work, outcome);
	return outcome->n_own > 0;
}

struct fit_outcome *region_fit_solve(const struct region_fit *fit)
{
	struct work *work = calloc(1, sizeof(*work));
	struct fit_outcome *outcome = calloc(1, sizeof(*outcome));
	if (work)
		work->fit = fit;
	if (!work || !outcome || !is_solved(work, outcome)) {
		free(outcome);
		outcome = NULL;
	}
	free(work);
	return outcome;
}
