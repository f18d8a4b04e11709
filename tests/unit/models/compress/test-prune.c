/* Pruning single weights, and sharing their values, go as far as they say. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/codebook.h"
#include "models/compress/packed.h"
#include "models/compress/quantize.h"
#include "models/variants/prune-gradually.h"
#include "models/weights/weights.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <stdlib.h>

static void the_schedule_rises_from_nothing_to_all_and_then_holds(void **state)
{
	(void)state;
	double before = 0.0;
	assert_true(prune_schedule(0.9, 0, 100) == 0.0);
	for (size_t done = 1; done <= 100; done++) {
		double now = prune_schedule(0.9, done, 100);
		assert_true(done > 60 ? now == before : now > before);
		before = now;
	}
	assert_true(fabs(before - 0.9) < 1e-12);
	/* Most goes early: 1 - (1/2)^3 of it in the first half of the ramp. */
	assert_true(fabs(prune_schedule(0.8, 30, 100) - 0.8 * 0.875) < 1e-12);
}

static void the_least_weights_go_and_ties_by_index(void **state)
{
	(void)state;
	float w[6] = { 5, 6, 7, 8, 9, 10 };
	const float score[6] = { 3, 1, 2, 1, 1, 9 };
	assert_int_equal(prune_least(w, score, 6, 0.34), 0);
	const float expected[6] = { 5, 0, 7, 0, 9, 10 };
	assert_memory_equal(w, expected, sizeof(w));
	assert_int_equal(prune_least(w, score, 6, 0.0), 0);
	assert_memory_equal(w, expected, sizeof(w));
}

static size_t count_zeros(const struct weight *weight)
{
	size_t zeros = 0;
	for (size_t i = 0; i < weight_count(weight); i++)
		zeros += ((const float *)weight->data)[i] == 0.0f;
	return zeros;
}

static void each_convolution_ends_with_the_share_of_zeros_asked_for(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	struct weights *parent = tiny_weights();
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 640), 0);
	for (enum saliency by = BY_MAGNITUDE; by <= BY_GRADIENT; by++) {
		struct build build = {
			.training = { .samples = 640,
				      .epochs = 2,
				      .optimizer = { .rate = 1e-3f },
				      .soft_weight = 0.5f,
				      .temperature = 2.0f },
			.seed = 1,
			.parent = parent,
			.data = &data,
			.level = 0.75,
		};
		struct weights *pruned = prune_gradually(&build, by, &why);
		assert_non_null(pruned);
		for (size_t stage = 1; stage <= 2; stage++) {
			const struct weight *conv = model_tensor(pruned, "weight",
								 "stage%zu.conv", stage);
			assert_int_equal(4 * count_zeros(conv), 3 * weight_count(conv));
		}
		assert_true(count_zeros(weights_find(pruned, "head2.out.weight")) == 0);
		weights_free(pruned);
	}
	dataset_free(&data);
	weights_free(parent);
}

/* k-means with as many values as there are distinct numbers loses nothing; with fewer, each
 * number gets the nearest value, at most half a gap away. */
static void a_shared_value_is_the_nearest_of_its_codebook(void **state)
{
	(void)state;
	const float few[8] = { 1, -2, 1, 7, 7, -2, 1, 4 };
	float x[1000], values[16];
	assert_int_equal(codebook_find(few, 8, 4, values), 0);
	for (size_t i = 0; i < 8; i++)
		assert_float_equal(values[codebook_nearest(values, 4, few[i])], few[i], 0);
	fill(x, 1000, 2.0f, 8);
	assert_int_equal(codebook_find(x, 1000, 16, values), 0);
	for (size_t i = 0; i < 1000; i++) {
		float own = fabsf(values[codebook_nearest(values, 16, x[i])] - x[i]);
		for (size_t v = 0; v < 16; v++)
			assert_true(own <= fabsf(values[v] - x[i]));
		assert_true(own < 0.5f); /* 4 / 16 apart on the whole, so half of 0.25 */
	}
}

static void what_is_packed_is_unpacked_the_same(void **state)
{
	(void)state;
	struct problem why;
	for (unsigned bits = 1; bits <= 8; bits++) {
		struct weights *weights = tiny_weights();
		struct codes *codes = codebook_share(weights, bits);
		assert_non_null(codes);
		assert_int_equal(codebook_hold(codes, weights, NULL, 1, 1, &why), 0);
		struct weights *packed = weights_pack(weights, bits, &why);
		struct weights *back = packed ? weights_unpack(packed, &why) : NULL;
		assert_non_null(back);
		const char *name = "stage2.conv.weight";
		assert_memory_equal(weights_find(back, name)->data,
				    weights_find(weights, name)->data,
				    weight_bytes(weights_find(weights, name)));
		assert_int_equal(weights_find(back, name)->dims[2], 5);
		assert_int_equal(weights_find(packed, "stage2.conv.codes")->dims[0],
				 32 * 32 * 5 * bits / 8);
		codes_free(codes);
		weights_free(weights);
		weights_free(packed);
		weights_free(back);
	}
}

/* Integers of 2 to 7 bits, of which a row's largest uses the last step. */
static void integers_of_few_bits_are_packed_and_unpacked_the_same(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	const char *name = "stage2.conv.weight";
	struct weights *weights = tiny_weights();
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, 32), 0);
	for (unsigned bits = 2; bits <= 8; bits++) {
		struct weights *few = quantize_model_bits(weights, &data, bits, &why);
		assert_int_equal(weights_pay_packed(few), bits < 8);
		struct weights *packed = weights_pack(few, 0, &why);
		struct weights *back = weights_unpack(packed, &why);
		assert_int_equal(weights_are_packed(packed), bits < 8);
		assert_non_null(back);
		assert_int_equal(weights_find(back, name)->type, WEIGHT_I8);
		assert_memory_equal(weights_find(back, name)->data,
				    weights_find(few, name)->data, 32 * 32 * 5);
		if (bits < 8)
			assert_int_equal(weights_find(packed, "stage2.conv.codes")->dims[0],
					 32 * 32 * 5 * bits / 8);
		weights_free(few);
		weights_free(packed);
		weights_free(back);
	}
	dataset_free(&data);
	weights_free(weights);
}

static void packed_weights_that_do_not_fit_are_refused_by_name(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = tiny_weights();
	codes_free(codebook_share(weights, 4));
	struct weights *packed = weights_pack(weights, 4, &why);
	((float *)weights_find(packed, "stage2.conv.shape")->data)[0] = 33.0f;
	assert_null(weights_unpack(packed, &why));
	assert_string_equal(why.why,
			    "tensor 'stage2.conv.codes': expected a code for each weight");
	((float *)weights_find(packed, "stage2.conv.shape")->data)[0] = -1.0f;
	assert_null(weights_unpack(packed, &why));
	assert_non_null(strstr(why.why, "expected sizes in its shape"));
	weights_free(packed);
	weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schedule_rises_from_nothing_to_all_and_then_holds),
		cmocka_unit_test(the_least_weights_go_and_ties_by_index),
		cmocka_unit_test(each_convolution_ends_with_the_share_of_zeros_asked_for),
		cmocka_unit_test(a_shared_value_is_the_nearest_of_its_codebook),
		cmocka_unit_test(what_is_packed_is_unpacked_the_same),
		cmocka_unit_test(integers_of_few_bits_are_packed_and_unpacked_the_same),
		cmocka_unit_test(packed_weights_that_do_not_fit_are_refused_by_name),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
