/* Quantizing and pruning change a model only as far as they say. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/mixed.h"
#include "models/compress/packed.h"
#include "models/compress/prune-channel.h"
#include "models/compress/quantize.h"
#include "models/infer/plan-layer.h"
#include "models/infer/plan.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 32 };

static void a_quantized_number_is_within_half_a_step(void **state)
{
	(void)state;
	float x[1000];
	int8_t q[1000];
	fill(x, 1000, 3.7f, 11);
	float step = quantize_row(x, 1000, 8, q);
	for (size_t i = 0; i < 1000; i++)
		assert_true(fabsf((float)q[i] * step - x[i]) <= step * 0.5001f);
}

static void the_largest_number_uses_the_last_step_and_zero_is_exact(void **state)
{
	(void)state;
	const float x[4] = { 0.0f, -2.54f, 1.0f, 2.0f };
	int8_t q[4];
	assert_float_equal(quantize_row(x, 4, 8, q), 0.02, 1e-7);
	assert_int_equal(q[0], 0);
	assert_int_equal(q[1], -127);
	assert_int_equal(q[2], 50);
}

static void a_row_of_zeros_can_be_quantized(void **state)
{
	(void)state;
	const float x[3] = { 0 };
	int8_t q[3] = { 1, 1, 1 };
	assert_float_equal(quantize_row(x, 3, 8, q), 1.0, 0.0);
	assert_int_equal(q[0] | q[1] | q[2], 0);
}

static void a_zero_point_stands_for_0_and_steps_reach_from_end_to_end(void **state)
{
	(void)state;
	const float x[4] = { -0.5f, 0.0f, 4.6f, 1.234f };
	int8_t q[4];
	float zero, step = quantize_row_asymmetric(x, 4, q, &zero);
	assert_float_equal(step, 5.1 / 255, 1e-7);
	assert_int_equal(q[0], -128);
	assert_int_equal(q[2], 127);
	assert_float_equal(q[1], zero, 0.0);
	for (size_t i = 0; i < 4; i++)
		assert_true(fabsf(((float)q[i] - zero) * step - x[i]) <= step * 0.5001f);
	const float zeros[3] = { 0 };
	assert_float_equal(quantize_row_asymmetric(zeros, 3, q, &zero), 1.0, 0.0);
	assert_float_equal(q[0], zero, 0.0);
}

/* Weights that are all on one side of 0: a zero point then halves the step. */
static struct weights *one_sided_weights(void)
{
	struct weights *weights = tiny_weights();
	for (size_t i = 0; i < weights->n; i++) {
		struct weight *weight = &weights->items[i];
		float *x = weight->data;
		for (size_t j = 0; weight->n_dims > 1 && j < weight_count(weight); j++)
			x[j] = fabsf(x[j]);
	}
	return weights;
}

static float *logits_of(const struct weights *weights, const struct features *features)
{
	struct problem why;
	struct plan *plan = plan_create(weights, BATCH, &why);
	assert_non_null(plan);
	const float *served = plan_run(plan, features, BATCH, &why);
	assert_non_null(served);
	float *logits = malloc(BATCH * N_OUTPUTS * sizeof(float));
	memcpy(logits, served, BATCH * N_OUTPUTS * sizeof(float));
	plan_free(plan);
	return logits;
}

static double norm_of_difference(const float *a, const float *b, size_t n)
{
	double sum = 0.0;
	for (size_t i = 0; i < n; i++)
		sum += (double)((a[i] - b[i]) * (a[i] - b[i]));
	return sqrt(sum);
}

static double error_of(const struct weights *quantized, const struct features *features,
		       const float *exact)
{
	float *rounded = logits_of(quantized, features);
	double error = norm_of_difference(exact, rounded, BATCH * N_OUTPUTS);
	free(rounded);
	return error;
}

/* Left out, or counted beyond a query's ends, the zero points would make other answers altogether. */
static void
zero_points_answer_nearly_as_floats_do_and_nearer_where_weights_are_one_sided(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	struct features features[BATCH];
	struct quantization how = { .embedding_bits = 8, .is_asymmetric = true };
	struct weights *both[] = { tiny_weights(), one_sided_weights() };
	static const float none[BATCH * N_OUTPUTS];
	for (size_t i = 0; i < PLAN_MAX_LAYERS; i++)
		how.bits[i] = 8;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 640), 0);
	some_features(features, BATCH, tiny_shape.rows);
	for (size_t i = 0; i < 2; i++) {
		float *exact = logits_of(both[i], features);
		struct weights *zeros = quantize_model_as(both[i], &data, &how, &why);
		struct weights *symmetric = quantize_model(both[i], &data, &why);
		double error = error_of(zeros, features, exact);
		assert_true(error > 0.0);
		assert_true(error <
			    0.05 * norm_of_difference(exact, none, BATCH * N_OUTPUTS));
		if (i == 1)
			assert_true(error < error_of(symmetric, features, exact));
		weights_free(zeros);
		weights_free(symmetric);
		weights_free(both[i]);
		free(exact);
	}
	dataset_free(&data);
}

static size_t bytes_of(const struct weights *weights)
{
	struct problem why;
	struct weights *packed = weights_pack(weights, 0, &why);
	size_t bytes = 0;
	for (size_t i = 0; i < packed->n; i++)
		bytes += weight_bytes(&packed->items[i]);
	weights_free(packed);
	return bytes;
}

/* What is measured is what is allowed or less, and what is allowed more takes fewer bytes: none, three bits for
 * all, and between these some of each. */
static void bits_are_chosen_by_what_the_answers_suffer(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	const double allowed[] = { 0, 1e-4, 1e9 };
	size_t bytes[3];
	struct weights *weights = tiny_weights(), *mixed[3];
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 64), 0);
	for (size_t i = 0; i < 3; i++) {
		mixed[i] = mixed_model(weights, &data, allowed[i], &why);
		assert_non_null(mixed[i]);
		assert_true(strtod(weights_note(mixed[i], "divergence"), NULL) <=
			    allowed[i] + 1e-6);
		bytes[i] = bytes_of(mixed[i]);
	}
	assert_string_equal(weights_note(mixed[2], "bits"),
			    "stage1.conv 3, stage2.conv 3, head2.gate 3, head2.hidden 3, "
			    "head2.out 3, embedding 3");
	assert_non_null(strstr(weights_note(mixed[0], "bits"), "stage2.conv 32, "));
	assert_true(bytes[0] > bytes[1] && bytes[1] > bytes[2]);
	for (size_t i = 0; i < 3; i++)
		weights_free(mixed[i]);
	dataset_free(&data);
	weights_free(weights);
}

/* Frees the weights. */
static void check_integers(struct weights *weights)
{
	struct problem why;
	struct dataset data;
	struct features features[BATCH];
	static const float none[BATCH * N_OUTPUTS];
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 640), 0);
	struct weights *quantized = quantize_model(weights, &data, &why);
	assert_non_null(quantized);
	assert_int_equal(weights_find(quantized, "stage2.conv.weight")->type, WEIGHT_I8);
	some_features(features, BATCH, tiny_shape.rows);
	float *exact = logits_of(weights, features),
	      *rounded = logits_of(quantized, features);
	double size = norm_of_difference(exact, none, BATCH * N_OUTPUTS);
	double error = norm_of_difference(exact, rounded, BATCH * N_OUTPUTS);
	assert_true(error > 0.0);
	assert_true(error < 0.05 * size);
	free(exact);
	free(rounded);
	dataset_free(&data);
	weights_free(quantized);
	weights_free(weights);
}

static void integer_kernels_answer_nearly_as_the_floating_point_ones(void **state)
{
	(void)state;
	check_integers(tiny_weights());
}

/* What a chain hands on within itself may be negative. */
static void chains_stay_in_integers_too(void **state)
{
	(void)state;
	check_integers(chained_weights());
}

/* One that none leaves, and one that all leave at the first head. */
static void every_head_of_an_early_exit_is_in_integers(void **state)
{
	(void)state;
	const float thresholds[] = { 1.0f, -1.0f };
	for (size_t i = 0; i < 2; i++) {
		struct weights *weights = tiny_weights();
		exit_set_rule(weights, EXIT_SOFTMAX, thresholds[i]);
		check_integers(weights);
	}
}

static void the_rule_of_an_early_exit_outlives_rounding(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	float threshold;
	struct weights *weights = tiny_weights();
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 32), 0);
	exit_set_rule(weights, EXIT_ENTROPY, 0.25f);
	struct weights *quantized = quantize_model(weights, &data, &why);
	assert_int_equal(exit_rule_of(quantized, &threshold), EXIT_ENTROPY);
	assert_float_equal(threshold, 0.25, 1e-6);
	assert_int_equal(weights_find(quantized, "head1.out.weight")->type, WEIGHT_I8);
	weights_free(quantized);
	weights_free(weights);
	dataset_free(&data);
}

/* Kept as integers, a quarter of the bytes are pooled. */
static void what_an_integer_head_reads_is_pooled_in_integers(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	struct weights *weights = tiny_weights();
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 32), 0);
	struct weights *quantized = quantize_model(weights, &data, &why);
	struct plan *plan = plan_create(quantized, BATCH, &why);
	const struct body *body = &plan->segments[0].bodies[0];
	const struct weight *largest = weights_find(quantized, "head2.gate.input_max");
	assert_int_equal(body->output.desc.data_type, dnnl_u8);
	assert_float_equal(body->output_step,
			   *(const float *)largest->data / plan_unsigned_levels(), 1e-6);
	plan_free(plan);
	weights_free(quantized);
	weights_free(weights);
	dataset_free(&data);
}

static void calibrating_needs_a_batch_of_queries(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	struct weights *weights = tiny_weights();
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 31), 0);
	assert_null(quantize_model(weights, &data, &why));
	assert_string_equal(why.what, "cannot calibrate on 31 queries");
	dataset_free(&data);
	weights_free(weights);
}

/* Silences every other filter of each convolution, and the like neurons of the last head: what
 * is left is what pruning to half must keep. */
static void silence_odd_rows(struct weights *weights, const char *layer)
{
	char name[WEIGHT_NAME_SIZE];
	snprintf(name, sizeof(name), "%s.weight", layer);
	const struct weight *weight = weights_find(weights, name);
	snprintf(name, sizeof(name), "%s.bias", layer);
	const struct weight *bias = weights_find(weights, name);
	size_t width = weight_count(weight) / weight->dims[0];
	for (size_t row = 1; row < weight->dims[0]; row += 2) {
		memset((float *)weight->data + row * width, 0, width * sizeof(float));
		((float *)bias->data)[row] = 0.0f;
	}
}

static void pruning_silent_channels_changes_no_answer(void **state)
{
	(void)state;
	struct problem why;
	struct features features[BATCH];
	struct weights *weights = tiny_weights();
	silence_odd_rows(weights, "stage1.conv");
	silence_odd_rows(weights, "stage2.conv");
	silence_odd_rows(weights, "head2.hidden");
	struct weights *pruned = prune_channels(weights, 16, 16, &why);
	assert_non_null(pruned);
	some_features(features, BATCH, tiny_shape.rows);
	float *whole = logits_of(weights, features), *cut = logits_of(pruned, features);
	for (size_t i = 0; i < BATCH * N_OUTPUTS; i++)
		assert_float_equal(whole[i], cut[i], 1e-4);
	free(whole);
	free(cut);
	weights_free(pruned);
	weights_free(weights);
}

static void pruning_makes_every_layer_smaller_and_drops_early_heads(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = tiny_weights();
	struct weights *pruned = prune_channels(weights, 16, 16, &why);
	const struct weight *conv = weights_find(pruned, "stage2.conv.weight");
	const struct weight *hidden = weights_find(pruned, "head2.hidden.weight");
	assert_int_equal(conv->dims[0], 16);
	assert_int_equal(conv->dims[1], 16);
	assert_int_equal(hidden->dims[0], 16);
	assert_int_equal(hidden->dims[1], 16 + FEATURE_PROFILE);
	assert_null(weights_find(pruned, "head1.gate.weight"));
	weights_free(pruned);
	weights_free(weights);
}

static void pruning_keeps_the_filters_with_the_largest_norm(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = tiny_weights();
	const struct weight *conv = weights_find(weights, "stage1.conv.weight");
	size_t width = weight_count(conv) / conv->dims[0];
	float *row = (float *)conv->data + 9 * width;
	for (size_t i = 0; i < width; i++)
		row[i] = 100.0f;
	struct weights *pruned = prune_channels(weights, 1, 16, &why);
	assert_memory_equal(weights_find(pruned, "stage1.conv.weight")->data, row,
			    width * sizeof(float));
	weights_free(pruned);
	weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quantized_number_is_within_half_a_step),
		cmocka_unit_test(the_largest_number_uses_the_last_step_and_zero_is_exact),
		cmocka_unit_test(a_row_of_zeros_can_be_quantized),
		cmocka_unit_test(a_zero_point_stands_for_0_and_steps_reach_from_end_to_end),
		cmocka_unit_test(
		    zero_points_answer_nearly_as_floats_do_and_nearer_where_weights_are_one_sided),
		cmocka_unit_test(bits_are_chosen_by_what_the_answers_suffer),
		cmocka_unit_test(integer_kernels_answer_nearly_as_the_floating_point_ones),
		cmocka_unit_test(chains_stay_in_integers_too),
		cmocka_unit_test(every_head_of_an_early_exit_is_in_integers),
		cmocka_unit_test(the_rule_of_an_early_exit_outlives_rounding),
		cmocka_unit_test(what_an_integer_head_reads_is_pooled_in_integers),
		cmocka_unit_test(calibrating_needs_a_batch_of_queries),
		cmocka_unit_test(pruning_silent_channels_changes_no_answer),
		cmocka_unit_test(pruning_makes_every_layer_smaller_and_drops_early_heads),
		cmocka_unit_test(pruning_keeps_the_filters_with_the_largest_norm),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
