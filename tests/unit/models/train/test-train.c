/* The penalties and roundings that training may carry. */
#include <config.h>

#include "base/problem.h"
#include "models/train/fake-quantize.h"
#include "models/train/sparsify.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <string.h>

enum { QUERIES = 1024 };

static struct dataset some_queries(void)
{
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	return data;
}

static void the_penalty_moves_layers_towards_zero_and_holds_them_there(void **state)
{
	(void)state;
	struct weights *weights = tiny_weights(), *before = weights_clone(weights);
	struct shrinkage shrinkage = { .strength = 10.0f, .rate = 1e-2f };
	struct problem why;
	const size_t half = 10; /* of 20 steps: the rate is neither 0 nor its largest */
	float by = shrinkage.strength * shrinkage.rate * schedule_at(half - 1, 20);
	assert_int_equal(shrink(&shrinkage, weights, NULL, half, 20, &why), 0);
	for (size_t i = 0; i < weights->n; i++) {
		const struct weight *weight = &weights->items[i];
		bool shrinks = weight->n_dims > 1 &&
			       strncmp(weight->name, "embedding", 9) != 0;
		const float *w = weight->data, *old = before->items[i].data;
		for (size_t j = 0; j < weight_count(weight); j++) {
			float wanted = fmaxf(fabsf(old[j]) - (shrinks ? by : 0.0f), 0.0f);
			assert_float_equal(fabsf(w[j]), wanted, 1e-7f);
			assert_true(w[j] * old[j] >= 0.0f);
		}
	}
	weights_free(weights);
	weights_free(before);
}

static void thresholding_leaves_what_is_large_enough(void **state)
{
	(void)state;
	struct weights *weights = tiny_weights();
	size_t all = weights_nonzeros(weights);
	threshold_weights(weights, 0.0f);
	assert_int_equal(weights_nonzeros(weights), all);
	threshold_weights(weights, 0.1f);
	size_t left = weights_nonzeros(weights);
	assert_true(left < all);
	threshold_weights(weights, 0.1f);
	assert_int_equal(weights_nonzeros(weights), left);
	weights_free(weights);
}

static void rounding_is_within_half_a_step_and_is_taken_back(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data = some_queries();
	struct weights *weights = tiny_weights(), *before = weights_clone(weights);
	struct rounding *rounding = rounding_create(weights, &data, 4, &why);
	assert_non_null(rounding);
	assert_true(rounding_range(rounding, 1) > 0.0f);
	assert_true(rounding_range(rounding, 2) > 0.0f);
	rounding_begin(rounding, weights);
	const struct weight *weight = weights_find(weights, "stage1.conv.weight");
	const float *w = weight->data;
	const float *old = weights_find(before, "stage1.conv.weight")->data;
	size_t width = weight_count(weight) / weight->dims[0], moved = 0;
	for (size_t row = 0; row < weight->dims[0]; row++) {
		float largest = 0.0f;
		for (size_t i = row * width; i < (row + 1) * width; i++)
			largest = fmaxf(largest, fabsf(old[i]));
		for (size_t i = row * width; i < (row + 1) * width; i++) {
			assert_true(fabsf(w[i] - old[i]) <=
				    largest / 7.0f / 2.0f * 1.0001f);
			moved += w[i] != old[i];
		}
	}
	assert_true(moved > weight_count(weight) / 2);
	rounding_end(rounding, weights);
	for (size_t i = 0; i < weights->n; i++)
		assert_memory_equal(weights->items[i].data, before->items[i].data,
				    weight_bytes(&weights->items[i]));
	rounding_free(rounding);
	weights_free(weights);
	weights_free(before);
	dataset_free(&data);
}

static void inputs_are_rounded_within_half_a_step_and_clipped(void **state)
{
	(void)state;
	float x[100], y[100];
	for (int is_signed = 0; is_signed < 2; is_signed++) {
		float step = 1.0f / (is_signed ? 127.0f : 255.0f);
		float least = is_signed ? -1.0f : 0.0f;
		fill(x, 100, 1.5f, 21);
		memcpy(y, x, sizeof(x));
		round_inputs(y, 100, 1.0f, is_signed);
		for (size_t i = 0; i < 100; i++) {
			float clipped = fminf(fmaxf(x[i], least), 1.0f);
			assert_float_equal(y[i], clipped, step / 2.0f * 1.0001f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_penalty_moves_layers_towards_zero_and_holds_them_there),
		cmocka_unit_test(thresholding_leaves_what_is_large_enough),
		cmocka_unit_test(rounding_is_within_half_a_step_and_is_taken_back),
		cmocka_unit_test(inputs_are_rounded_within_half_a_step_and_clipped),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
