/* reports/statistics/nnls.c - see nnls.h. */
#include <config.h>

#include "reports/statistics/nnls.h"

#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>

/* A problem that is being solved: which coefficients may differ from 0, and room for one system. */
struct nnls {
	const double *gram, *moment;
	size_t n;
	bool is_free[NNLS_MOST], is_barred[NNLS_MOST];
	double trial[NNLS_MOST];
	double a[NNLS_MOST * NNLS_MOST], b[NNLS_MOST];
};

/* trial: the least squares of the free coefficients alone. False: one of them follows from the others. */
static bool solve_free(struct nnls *nnls)
{
	size_t at[NNLS_MOST], k = 0;
	for (size_t i = 0; i < nnls->n; i++) {
		nnls->trial[i] = 0;
		if (nnls->is_free[i])
			at[k++] = i;
	}
	if (k == 0)
		return true;
	for (size_t i = 0; i < k; i++) {
		nnls->b[i] = nnls->moment[at[i]];
		for (size_t j = 0; j < k; j++)
			nnls->a[i * k + j] = nnls->gram[at[i] * nnls->n + at[j]];
	}
	gsl_matrix_view a = gsl_matrix_view_array(nnls->a, k, k);
	gsl_vector_view b = gsl_vector_view_array(nnls->b, k);
	gsl_error_handler_t *handler = gsl_set_error_handler_off();
	bool is_solved = gsl_linalg_cholesky_decomp1(&a.matrix) == GSL_SUCCESS &&
			 gsl_linalg_cholesky_svx(&a.matrix, &b.vector) == GSL_SUCCESS;
	gsl_set_error_handler(handler);
	for (size_t i = 0; is_solved && i < k; i++)
		nnls->trial[at[i]] = nnls->b[i];
	return is_solved;
}

/* The coefficient whose growth helps most, or n: none does. */
static size_t next_free(const struct nnls *nnls, const double *w)
{
	size_t best = nnls->n;
	double most = 0;
	for (size_t i = 0; i < nnls->n; i++) {
		double slope = nnls->moment[i];
		double least = fabs(slope) * (double)nnls->n * 16 * DBL_EPSILON;
		for (size_t j = 0; j < nnls->n; j++)
			slope -= nnls->gram[i * nnls->n + j] * w[j];
		if (nnls->is_free[i] || nnls->is_barred[i] || slope <= least ||
		    slope <= most)
			continue;
		most = slope;
		best = i;
	}
	return best;
}

/* Goes from w towards trial as far as nothing becomes negative; what becomes 0 stays there. */
static bool is_stopped(struct nnls *nnls, double *w)
{
	double step = 1;
	for (size_t i = 0; i < nnls->n; i++)
		if (nnls->is_free[i] && nnls->trial[i] <= 0)
			step = fmin(step, w[i] / (w[i] - nnls->trial[i]));
	bool is_short = false;
	for (size_t i = 0; i < nnls->n; i++) {
		bool is_negative = nnls->is_free[i] && nnls->trial[i] <= 0;
		w[i] += step * (nnls->trial[i] - w[i]);
		if (is_negative && w[i] <= DBL_EPSILON * (1 + fabs(nnls->trial[i]))) {
			nnls->is_free[i] = false;
			w[i] = 0;
		}
		is_short |= is_negative;
	}
	return is_short;
}

int nnls_solve(const double *gram, const double *moment, size_t n, double *w)
{
	struct nnls nnls = { .gram = gram, .moment = moment, .n = n };
	if (n > NNLS_MOST)
		return -1;
	for (size_t i = 0; i < n; i++)
		w[i] = 0;
	/* each round lowers the sum of squares, so that no set of free ones comes twice; rounding may */
	for (size_t round = 0, next; round < 4 * n; round++) {
		next = next_free(&nnls, w);
		if (next == n)
			break;
		nnls.is_free[next] = true;
		if (!solve_free(&nnls) || nnls.trial[next] <= 0) {
			nnls.is_free[next] = false;
			nnls.is_barred[next] = true;
			continue;
		}
		while (is_stopped(&nnls, w) && solve_free(&nnls))
			;
		for (size_t i = 0; i < n; i++)
			nnls.is_barred[i] = false;
	}
	return 0;
}
