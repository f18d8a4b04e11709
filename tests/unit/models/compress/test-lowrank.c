/* Decompositions reach LAPACK's bound, and a model of full rank answers as before. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/lowrank.h"
#include "models/infer/plan.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#undef I /* complex.h's */

enum { OUT = 24, IN = 20, KERNEL = 5, WIDTH = IN * KERNEL };

/* || w - left right || in the Frobenius norm. */
static double error_of_product(const float *w, const float *left, const float *right,
			       size_t rows, size_t columns, size_t rank)
{
	double sum = 0.0;
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++) {
			double x = (double)w[i * columns + j];
			for (size_t r = 0; r < rank; r++)
				x -= (double)left[i * rank + r] *
				     (double)right[r * columns + j];
			sum += x * x;
		}
	return sqrt(sum);
}

/* The least error of rank r: the root of the sum of the squares of the singular values that
 * are left out. By LAPACK's other routine. */
static double least_error(const float *w, size_t rows, size_t columns, size_t rank)
{
	size_t side = rows < columns ? rows : columns;
	double *copy = malloc(rows * columns * sizeof(double));
	double *s = malloc(side * sizeof(double)), *work = malloc(side * sizeof(double));
	double sum = 0.0;
	for (size_t i = 0; i < rows * columns; i++)
		copy[i] = (double)w[i];
	assert_int_equal(LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'N', 'N', (lapack_int)rows,
					(lapack_int)columns, copy, (lapack_int)columns, s,
					NULL, (lapack_int)rows, NULL, (lapack_int)columns,
					work),
			 0);
	for (size_t r = rank; r < side; r++)
		sum += s[r] * s[r];
	free(copy);
	free(s);
	free(work);
	return sqrt(sum);
}

static void an_svd_of_every_rank_has_the_least_possible_error(void **state)
{
	(void)state;
	struct problem why;
	float w[OUT * WIDTH], left[OUT * OUT], right[OUT * WIDTH];
	fill(w, OUT * WIDTH, 1.0f, 5);
	for (size_t rank = 1; rank <= OUT; rank++) {
		assert_int_equal(lowrank_svd(w, OUT, WIDTH, rank, left, right, &why), 0);
		double error = error_of_product(w, left, right, OUT, WIDTH, rank);
		assert_float_equal(error, least_error(w, OUT, WIDTH, rank), 1e-3);
	}
}

static double error_of_cp(const float *w, const float *a, const float *b, const float *c,
			  size_t rank)
{
	double sum = 0.0;
	for (size_t o = 0; o < OUT; o++)
		for (size_t i = 0; i < IN; i++)
			for (size_t k = 0; k < KERNEL; k++) {
				double x = (double)w[(o * IN + i) * KERNEL + k];
				for (size_t r = 0; r < rank; r++)
					x -= (double)a[o * rank + r] *
					     (double)b[i * rank + r] *
					     (double)c[k * rank + r];
				sum += x * x;
			}
	return sqrt(sum);
}

/* No sum of r products of vectors is nearer than the nearest matrix of rank r. */
static void cp_comes_near_the_bound_that_lapack_sets_and_never_below(void **state)
{
	(void)state;
	struct problem why;
	float w[OUT * WIDTH], a[OUT * 32], b[IN * 32], c[KERNEL * 32];
	double before = HUGE_VAL;
	fill(w, OUT * WIDTH, 1.0f, 6);
	for (size_t rank = 2; rank <= 32; rank *= 2) {
		assert_int_equal(
		    lowrank_cp(&(struct cp_kernel){ w, OUT, IN, KERNEL, a, b, c }, rank, 1,
			       &why),
		    0);
		double error = error_of_cp(w, a, b, c, rank);
		assert_true(error >= least_error(w, OUT, WIDTH, rank) - 1e-4);
		assert_true(error < before);
		before = error;
	}
	assert_true(before < 0.8 * least_error(w, OUT, WIDTH, 0));
}

static void cp_finds_a_kernel_that_is_of_low_rank(void **state)
{
	(void)state;
	enum { RANK = 3 };
	struct problem why;
	float a[OUT * RANK], b[IN * RANK], c[KERNEL * RANK], w[OUT * WIDTH] = { 0 };
	fill(a, OUT * RANK, 1.0f, 1);
	fill(b, IN * RANK, 1.0f, 2);
	fill(c, KERNEL * RANK, 1.0f, 3);
	for (size_t o = 0; o < OUT; o++)
		for (size_t i = 0; i < IN; i++)
			for (size_t k = 0; k < KERNEL; k++)
				for (size_t r = 0; r < RANK; r++)
					w[(o * IN + i) * KERNEL + k] += a[o * RANK + r] *
									b[i * RANK + r] *
									c[k * RANK + r];
	double size = least_error(w, OUT, WIDTH, 0);
	assert_int_equal(
	    lowrank_cp(&(struct cp_kernel){ w, OUT, IN, KERNEL, a, b, c }, RANK, 1, &why),
	    0);
	assert_true(error_of_cp(w, a, b, c, RANK) < 0.02 * size);
}

static void the_same_seed_gives_the_same_cp(void **state)
{
	(void)state;
	struct problem why;
	float w[OUT * WIDTH], a[2][OUT * 4], b[2][IN * 4], c[2][KERNEL * 4];
	fill(w, OUT * WIDTH, 1.0f, 7);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    lowrank_cp(&(struct cp_kernel){ w, OUT, IN, KERNEL, a[i], b[i], c[i] },
			       4, 9, &why),
		    0);
	assert_memory_equal(a[0], a[1], sizeof(a[0]));
	assert_memory_equal(c[0], c[1], sizeof(c[0]));
}

/* Makes each layer of the tiny model one of rank 8, as a product of the first filters. */
static void lower_rank(struct weights *weights, const char *name)
{
	const struct weight *w = weights_find(weights, name);
	size_t rows = w->dims[0], columns = weight_count(w) / rows;
	float *data = w->data;
	for (size_t i = 8; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			data[i * columns + j] = 0.5f * (data[i % 8 * columns + j] -
							data[(i + 3) % 8 * columns + j]);
}

static void layers_that_are_of_low_rank_lose_nothing_by_svd(void **state)
{
	(void)state;
	enum { N = 4 };
	struct problem why;
	struct features features[N];
	float logits[N * N_OUTPUTS];
	struct weights *weights = tiny_weights();
	lower_rank(weights, "stage1.conv.weight");
	lower_rank(weights, "stage2.conv.weight");
	lower_rank(weights, "head2.hidden.weight");
	struct weights *split = lowrank_model_svd(weights, 8, &why);
	assert_non_null(split);
	assert_int_equal(weights_find(split, "stage2.reduce.weight")->dims[0], 8);
	assert_true(weights_parameters(split) < weights_parameters(weights));
	some_features(features, N, tiny_shape.rows);
	struct plan *whole = plan_create(weights, N, &why),
		    *chain = plan_create(split, N, &why);
	memcpy(logits, plan_run(whole, features, N, &why), sizeof(logits));
	const float *chained = plan_run(chain, features, N, &why);
	for (size_t i = 0; i < N * N_OUTPUTS; i++)
		assert_float_equal(logits[i], chained[i], 1e-3);
	plan_free(whole);
	plan_free(chain);
	weights_free(split);
	weights_free(weights);
}

static void cp_makes_chains_of_three_and_they_run(void **state)
{
	(void)state;
	struct problem why;
	struct features features[1];
	struct weights *weights = tiny_weights();
	struct weights *split = lowrank_model_cp(weights, 16, 1, &why);
	assert_non_null(split);
	assert_int_equal(weights_find(split, "stage2.depthwise.weight")->dims[2], 5);
	assert_null(weights_find(split, "head1.gate.weight"));
	some_features(features, 1, tiny_shape.rows);
	struct plan *plan = plan_create(split, 1, &why);
	assert_non_null(plan);
	assert_non_null(plan_run(plan, features, 1, &why));
	plan_free(plan);
	weights_free(split);
	weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_svd_of_every_rank_has_the_least_possible_error),
		cmocka_unit_test(cp_comes_near_the_bound_that_lapack_sets_and_never_below),
		cmocka_unit_test(cp_finds_a_kernel_that_is_of_low_rank),
		cmocka_unit_test(the_same_seed_gives_the_same_cp),
		cmocka_unit_test(layers_that_are_of_low_rank_lose_nothing_by_svd),
		cmocka_unit_test(cp_makes_chains_of_three_and_they_run),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
