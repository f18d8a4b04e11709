/* Least squares without negative coefficients, against the conditions that its solution alone meets. */
#include <config.h>

#include "reports/statistics/nnls.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 80, MOST = 12 };

static double uniform(void)
{
	return (double)random() / ((double)RAND_MAX + 1);
}

/* Karush, Kuhn and Tucker: no slope where w is above 0, none upwards where it is 0. */
static void check(const double *gram, const double *moment, const double *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double slope = moment[i];
		for (size_t j = 0; j < n; j++)
			slope -= gram[i * n + j] * w[j];
		assert_true(w[i] >= 0);
		assert_true(slope <= 1e-9 * ROWS);
		assert_true(w[i] <= 0 || slope >= -1e-9 * ROWS);
	}
}

static void meets_its_conditions(void **state)
{
	(void)state;
	int n_zero = 0, n_positive = 0;
	for (unsigned seed = 1; seed <= 500; seed++) {
		double x[ROWS][MOST], y[ROWS], gram[MOST * MOST] = { 0 };
		double moment[MOST] = { 0 }, w[MOST];
		size_t n = 1 + seed % MOST;
		srandom(seed);
		for (size_t row = 0; row < ROWS; row++) {
			y[row] = uniform() - 0.3;
			for (size_t i = 0; i < n; i++)
				x[row][i] = uniform();
			for (size_t i = 0; i < n; i++) {
				moment[i] += x[row][i] * y[row];
				for (size_t j = 0; j < n; j++)
					gram[i * n + j] += x[row][i] * x[row][j];
			}
		}
		assert_int_equal(nnls_solve(gram, moment, n, w), 0);
		check(gram, moment, w, n);
		for (size_t i = 0; i < n; i++) {
			n_zero += w[i] == 0;
			n_positive += w[i] > 0;
		}
	}
	assert_true(n_zero > 100 && n_positive > 100);
}

static void a_column_twice_is_used_once(void **state)
{
	(void)state;
	const double gram[] = { 1, 1, 0, 1, 1, 0, 0, 0, 1 }, moment[] = { 3, 3, -1 };
	double w[3];
	assert_int_equal(nnls_solve(gram, moment, 3, w), 0);
	assert_true(fabs(w[0] + w[1] - 3) < 1e-12 && w[2] == 0);
	assert_int_equal(nnls_solve(gram, moment, NNLS_MOST + 1, w), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meets_its_conditions),
		cmocka_unit_test(a_column_twice_is_used_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
