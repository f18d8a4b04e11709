/* Every layer's gradients are the slopes of its forward pass. */
#include <config.h>

#include "base/problem.h"
#include "models/kernels/embedding.h"
#include "models/kernels/head.h"
#include "models/kernels/layer.h"
#include "models/weights/weights.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <string.h>

enum { BATCH = 2, LENGTH = 6, IN = 16, OUT = 32, KERNEL = 3 };

/* A layer under test with its parameters. */
struct bench {
	struct compute compute;
	struct layer layer;
	size_t n_src, n_weight;
	float weight[OUT * IN * KERNEL], bias[OUT];
	float d_weight[OUT * IN * KERNEL], d_bias[OUT];
	float direction[BATCH * LENGTH * OUT]; /* the objective is direction . dst */
};

static void bench_open(struct bench *bench, size_t kernel, enum activation activation)
{
	struct layer_shape shape = {
		.batch = BATCH, .length = LENGTH, .in = IN, .out = OUT, .kernel = kernel
	};
	struct parameters parameters = { bench->weight, bench->bias, bench->d_weight,
					 bench->d_bias };
	memset(bench, 0, sizeof(*bench));
	bench->n_src = (size_t)(BATCH * IN) * (kernel ? LENGTH : 1);
	bench->n_weight = (size_t)(OUT * IN) * (kernel ? kernel : 1);
	compute_open(&bench->compute);
	dnnl_memory_desc_t desc = layer_src_desc(&shape, dnnl_f32);
	struct tensor src = tensor_new(&bench->compute, &desc);
	fill(tensor_data(&src), bench->n_src, 1.0f, 1);
	fill(bench->weight, bench->n_weight, 0.1f, 2);
	fill(bench->direction, sizeof(bench->direction) / sizeof(float), 1.0f, 3);
	/* Far from ReLU's corner, on either side of it. */
	for (size_t i = 0; i < OUT; i++)
		bench->bias[i] = i % 2 ? 6.0f : -6.0f;
	if (activation == LOGISTIC)
		memset(bench->bias, 0, sizeof(bench->bias));
	layer_create(&bench->compute, &bench->layer, &shape, activation, &src, &parameters);
}

static double objective(struct bench *bench)
{
	double sum = 0.0;
	layer_forward(&bench->compute, &bench->layer);
	const float *dst = tensor_data(&bench->layer.dst);
	for (size_t i = 0; i < bench->layer.n_dst; i++)
		sum += (double)(bench->direction[i] * dst[i]);
	return sum;
}

static void check_slopes(struct bench *bench, float *x, const float *d_x, size_t n)
{
	const float h = 1e-2f;
	for (size_t i = 0; i < n; i++) {
		float before = x[i];
		x[i] = before + h;
		double up = objective(bench);
		x[i] = before - h;
		double down = objective(bench);
		x[i] = before;
		assert_float_equal((float)((up - down) / (2.0 * (double)h)), d_x[i], 5e-3f);
	}
}

static void check_layer(size_t kernel, enum activation activation)
{
	struct bench bench;
	struct problem why;
	bench_open(&bench, kernel, activation);
	assert_int_equal(compute_check(&bench.compute, &why), 0);
	objective(&bench);
	memcpy(tensor_data(&bench.layer.d_dst), bench.direction,
	       bench.layer.n_dst * sizeof(float));
	layer_backward(&bench.compute, &bench.layer);
	check_slopes(&bench, bench.weight, bench.d_weight, bench.n_weight);
	check_slopes(&bench, bench.bias, bench.d_bias, OUT);
	check_slopes(&bench, tensor_data(&bench.layer.src), tensor_data(&bench.layer.d_src),
		     bench.n_src);
	assert_int_equal(compute_check(&bench.compute, &why), 0);
	compute_close(&bench.compute);
}

static void a_convolution_has_the_slopes_it_says(void **state)
{
	(void)state;
	check_layer(KERNEL, RELU);
}

static void a_dense_layer_has_the_slopes_it_says(void **state)
{
	(void)state;
	check_layer(0, RELU);
}

static void a_logistic_layer_has_the_slopes_it_says(void **state)
{
	(void)state;
	check_layer(0, LOGISTIC);
}

static void a_linear_layer_has_the_slopes_it_says(void **state)
{
	(void)state;
	check_layer(0, LINEAR);
}

static void a_convolution_is_the_sum_that_its_formula_says(void **state)
{
	(void)state;
	struct bench bench;
	bench_open(&bench, KERNEL, LINEAR);
	layer_forward(&bench.compute, &bench.layer);
	const float *src = tensor_data(&bench.layer.src),
		    *dst = tensor_data(&bench.layer.dst);
	const size_t b = 1, at = LENGTH - 1,
		     out = 5; /* the last position: one tap is padding */
	double sum = (double)bench.bias[out];
	for (size_t in = 0; in < IN; in++)
		for (size_t k = 0; k < 2; k++)
			sum += (double)(bench.weight[(out * IN + in) * KERNEL + k] *
					src[(b * LENGTH + at + k - 1) * IN + in]);
	assert_float_equal(dst[(b * LENGTH + at) * OUT + out], (float)sum, 1e-4f);
	compute_close(&bench.compute);
}

static void pooling_gives_the_maximum_and_its_gradient_goes_there(void **state)
{
	(void)state;
	struct compute compute;
	struct pool pool;
	struct layer_shape shape = { .batch = 1, .length = 4, .out = 16 };
	compute_open(&compute);
	dnnl_memory_desc_t desc = desc_of(dnnl_f32, dnnl_nwc, 3, (size_t[]){ 1, 16, 4 });
	struct tensor src = tensor_new(&compute, &desc),
		      d_src = tensor_new(&compute, &desc);
	float *x = tensor_data(&src), *dx = tensor_data(&d_src);
	for (size_t at = 0; at < 4; at++)
		for (size_t c = 0; c < 16; c++)
			x[at * 16 + c] = at == c % 4 ? 9.0f : (float)at;
	pool_create(&compute, &pool, &shape, &src, &d_src);
	op_run(&compute, &pool.forward);
	for (size_t c = 0; c < 16; c++) {
		assert_float_equal(((float *)tensor_data(&pool.dst))[c], 9.0, 0.0);
		((float *)tensor_data(&pool.d_dst))[c] = 1.0f + (float)c;
	}
	op_run(&compute, &pool.backward);
	for (size_t at = 0; at < 4; at++)
		for (size_t c = 0; c < 16; c++)
			assert_float_equal(dx[at * 16 + c],
					   at == c % 4 ? 1.0f + (float)c : 0.0f, 0.0);
	compute_close(&compute);
}

static void the_first_failure_is_kept_and_told(void **state)
{
	(void)state;
	struct compute compute;
	struct problem why;
	compute_open(&compute);
	compute_keep(&compute, dnnl_unimplemented, "make a wheel");
	compute_keep(&compute, dnnl_out_of_memory, "make a cart");
	assert_int_equal(compute_check(&compute, &why), -1);
	assert_string_equal(why.what, "cannot make a wheel");
	assert_string_equal(why.why, "oneDNN has no kernel for it on this CPU");
	compute_close(&compute);
}

static void a_tensor_that_cannot_be_is_an_error_not_a_crash(void **state)
{
	(void)state;
	struct compute compute;
	struct problem why;
	struct layer layer;
	struct layer_shape shape = {
		.batch = 1, .length = 4, .in = 16, .out = 0, .kernel = 3
	};
	struct parameters parameters = { 0 };
	compute_open(&compute);
	dnnl_memory_desc_t desc = desc_of(dnnl_f32, dnnl_nwc, 3, (size_t[]){ 1, 16, 4 });
	struct tensor src = tensor_new(&compute, &desc);
	layer_create(&compute, &layer, &shape, RELU, &src, &parameters);
	layer_forward(&compute, &layer);
	assert_int_equal(compute_check(&compute, &why), -1);
	compute_close(&compute);
}

static void an_embedding_is_the_mean_scaled_sum_of_its_rows(void **state)
{
	(void)state;
	float rows[4][2] = { { 1, 2 }, { 10, 20 }, { 100, 200 }, { 0, 0 } };
	float out[FEATURE_LENGTH][2], d_rows[4][2] = { 0 };
	const struct weight table = { .n_dims = 2, .dims = { 4, 2 }, .data = rows };
	struct features features = { .ids = { { 0, 2 } },
				     .n_ids = { 2 },
				     .n_positions = 1 };
	embedding_forward(&table, NULL, &features, FEATURE_LENGTH, out[0]);
	assert_float_equal(out[0][0], 101.0f / sqrtf(2.0f), 1e-4);
	assert_float_equal(out[0][1], 202.0f / sqrtf(2.0f), 1e-4);
	assert_float_equal(out[1][0], 0.0, 0.0);
	embedding_backward(&features, 2, out[0], d_rows[0]);
	assert_float_equal(d_rows[2][0], 101.0 / 2.0, 1e-4);
	assert_float_equal(d_rows[1][0], 0.0, 0.0);
}

static void an_8_bit_embedding_counts_each_rows_own_step(void **state)
{
	(void)state;
	int8_t rows[2][2] = { { 1, 2 }, { 10, -20 } };
	const float step[2] = { 0.5f, 2.0f };
	float out[FEATURE_LENGTH][2];
	const struct weight table = {
		.type = WEIGHT_I8, .n_dims = 2, .dims = { 2, 2 }, .data = rows
	};
	struct features features = { .ids = { { 0, 1 } },
				     .n_ids = { 2 },
				     .n_positions = 1 };
	embedding_forward(&table, step, &features, FEATURE_LENGTH, out[0]);
	assert_float_equal(out[0][1], (1.0f - 40.0f) / sqrtf(2.0f), 1e-4);
}

static void a_half_open_gate_passes_the_profile_as_it_is(void **state)
{
	(void)state;
	enum { WIDTH = 2 + FEATURE_PROFILE };
	float pool[2] = { 5, 6 }, joined[WIDTH], gated[WIDTH], gate[FEATURE_PROFILE];
	struct features features = { .profile = { [3] = 1.0f } };
	for (size_t i = 0; i < FEATURE_PROFILE; i++)
		gate[i] = 0.5f;
	head_join(pool, &features, 1, 2, joined);
	head_gate(joined, gate, 1, 2, gated);
	assert_memory_equal(joined, gated, sizeof(joined));
	assert_float_equal(gated[1], 6.0, 0.0);
	assert_float_equal(gated[2 + 3], 1.0, 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_convolution_has_the_slopes_it_says),
		cmocka_unit_test(a_dense_layer_has_the_slopes_it_says),
		cmocka_unit_test(a_logistic_layer_has_the_slopes_it_says),
		cmocka_unit_test(a_linear_layer_has_the_slopes_it_says),
		cmocka_unit_test(a_convolution_is_the_sum_that_its_formula_says),
		cmocka_unit_test(pooling_gives_the_maximum_and_its_gradient_goes_there),
		cmocka_unit_test(the_first_failure_is_kept_and_told),
		cmocka_unit_test(a_tensor_that_cannot_be_is_an_error_not_a_crash),
		cmocka_unit_test(an_embedding_is_the_mean_scaled_sum_of_its_rows),
		cmocka_unit_test(an_8_bit_embedding_counts_each_rows_own_step),
		cmocka_unit_test(a_half_open_gate_passes_the_profile_as_it_is),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
