/* A plan's ways of running: bf16, sparse kernels, and leaving early. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/bf16.h"
#include "models/infer/exit-sweep.h"
#include "models/infer/plan.h"
#include "models/infer/sparse.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 8 };

static void answers_of(const struct weights *weights, size_t batch, size_t n,
		       const struct features *features, float *answers)
{
	struct problem why;
	struct plan *plan = plan_create(weights, batch, &why);
	assert_non_null(plan);
	const float *served = plan_run(plan, features, n, &why);
	assert_non_null(served);
	memcpy(answers, served, n * N_OUTPUTS * sizeof(float));
	plan_free(plan);
}

static void a_bf16_number_is_the_nearest_one(void **state)
{
	(void)state;
	float x[1000];
	fill(x, 1000, 100.0f, 4);
	for (size_t i = 0; i < 1000; i++) {
		/* 8 bits of precision: half a step is 2^-8 of the number's power of two. */
		float half_step = ldexpf(1.0f, ilogbf(x[i]) - 8);
		uint32_t bits = (uint32_t)bf16_of(x[i])
				<< 16; /* the upper half of a float */
		float value;
		memcpy(&value, &bits, sizeof(value));
		assert_true(fabsf(value - x[i]) <= half_step);
	}
	assert_int_equal(bf16_of(1.0f), 0x3f80);
	assert_int_equal(bf16_of(1.0f + 0x1p-8f), 0x3f80); /* a half, to even */
	assert_int_equal(bf16_of(1.0f + 3 * 0x1p-8f), 0x3f82);
}

static void bf16_runs_where_the_cpu_has_it_and_is_refused_elsewhere(void **state)
{
	(void)state;
	struct problem why;
	struct features features[BATCH];
	float exact[BATCH * N_OUTPUTS], rounded[BATCH * N_OUTPUTS];
	double size = 0.0, error = 0.0;
	struct weights *weights = tiny_weights(), *halved = bf16_model(weights);
	if (compute_has_bf16()) {
		some_features(features, BATCH, tiny_shape.rows);
		answers_of(weights, BATCH, BATCH, features, exact);
		answers_of(halved, BATCH, BATCH, features, rounded);
		for (size_t i = 0; i < BATCH * N_OUTPUTS; i++) {
			size += (double)(exact[i] * exact[i]);
			error += (double)((exact[i] - rounded[i]) *
					  (exact[i] - rounded[i]));
		}
		assert_true(error > 0.0);
		assert_true(sqrt(error) < 0.02 * sqrt(size));
	} else {
		assert_null(plan_create(halved, BATCH, &why));
		assert_string_equal(why.what, "cannot run in bf16");
	}
	weights_free(halved);
	weights_free(weights);
}

/* Zeroes all but every n-th number of the convolutions. */
static void thin_out(struct weights *weights, size_t n)
{
	for (size_t stage = 1; stage <= 2; stage++) {
		const struct weight *conv = model_tensor(weights, "weight", "stage%zu.conv",
							 stage);
		for (size_t i = 0; i < weight_count(conv); i++)
			if (i % n != 0)
				((float *)conv->data)[i] = 0.0f;
	}
}

static void check_sparse(size_t batch, size_t n)
{
	struct problem why;
	struct features features[BATCH];
	float exact[BATCH * N_OUTPUTS];
	struct weights *weights = tiny_weights();
	some_features(features, BATCH, tiny_shape.rows);
	thin_out(weights, 10);
	struct model_shape shape;
	assert_int_equal(model_shape_of(weights, &shape, &why), 0);
	assert_true(sparse_pays(weights, &shape));
	struct plan *plan = plan_create(weights, batch, &why);
	assert_string_equal(plan_kernels(plan), sparse_available() ? "sparse" : "dense");
	const float *answers = plan_run(plan, features, n, &why);
	/* With an exit rule the kernels are dense; at threshold 1 none leaves. */
	exit_set_rule(weights, EXIT_SOFTMAX, 1.0f);
	answers_of(weights, batch, n, features, exact);
	for (size_t i = 0; i < n * N_OUTPUTS; i++)
		assert_float_equal(answers[i], exact[i], 1e-3);
	plan_free(plan);
	weights_free(weights);
}

static void sparse_kernels_answer_as_the_dense_ones_do(void **state)
{
	(void)state;
	check_sparse(1, 1);
	check_sparse(BATCH, BATCH);
	check_sparse(BATCH, 3);
}

static void few_zeros_are_left_to_the_dense_kernels(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = tiny_weights();
	thin_out(weights, 4);
	struct plan *plan = plan_create(weights, 1, &why);
	assert_string_equal(plan_kernels(plan), "dense");
	plan_free(plan);
	weights_free(weights);
}

/* What a region of that name is told of its work. */
static struct told {
	double conv_flop, head_flop, conv_bytes;
} told;

static unsigned number_of(const char *name)
{
	return strcmp(name, "stage2.conv") == 0 ? 1
	       : strcmp(name, "head2.out") == 0 ? 2
						: 3;
}

static void tell(unsigned region, double flop, double weight_bytes)
{
	if (region == 1)
		told.conv_flop = flop, told.conv_bytes = weight_bytes;
	if (region == 2)
		told.head_flop = flop;
}

static void pass(unsigned region)
{
	(void)region;
}

/* Of a given length; what the words are does not matter. */
static struct features of_length(size_t n_positions)
{
	struct features features = { .n_positions = (uint8_t)n_positions };
	for (size_t at = 0; at < n_positions; at++)
		features.n_ids[at] = 1;
	return features;
}

static void the_work_of_a_passage_is_of_the_length_of_the_queries(void **state)
{
	(void)state;
	struct problem why;
	const size_t lengths[3] = { 3, 13, 24 }, computed = 12 + 16 + 24;
	const double weights = 32 * 32 * 5;
	struct weights *tiny = tiny_weights();
	struct plan *plan = plan_create(tiny, 1, &why);
	for (size_t i = 0; i < 3; i++) {
		struct features features = of_length(lengths[i]);
		plan_count_work(plan, &features, 1);
	}
	plan_mark(plan, (struct plan_marking){ number_of, tell, pass, pass });
	assert_int_equal(lround(told.conv_flop),
			 lround(2 * weights * (double)computed / 3));
	assert_int_equal(lround(told.conv_bytes), lround(weights * 4));
	assert_int_equal(lround(told.head_flop), 2 * 32 * N_OUTPUTS);
	plan_free(plan);
	weights_free(tiny);
}

static void a_sequence_is_hardly_longer_than_its_queries(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = tiny_weights();
	struct plan *alone = plan_create(weights, 1, &why);
	assert_int_equal(alone->n_lengths, N_FEATURE_LENGTHS);
	for (size_t i = 0; i < N_FEATURE_LENGTHS; i++)
		assert_int_equal(alone->lengths[N_FEATURE_LENGTHS - 1 - i],
				 feature_lengths[i]);
	plan_free(alone);
	struct plan *together = plan_create(weights, 32, &why);
	assert_int_equal(together->gap, 2); /* half of the widest convolution */
	assert_int_equal(together->lengths[0], 32 * (FEATURE_LENGTH + 2) - 2);
	for (size_t i = 1; together->lengths[i] >= FEATURE_LENGTH; i++)
		assert_true(together->lengths[i - 1] <=
			    together->lengths[i] + together->lengths[i] / 8);
	plan_free(together);
	weights_free(weights);
}

static void a_query_without_words_is_answered(void **state)
{
	(void)state;
	struct features features[2] = { of_length(0), of_length(24) };
	float both[2 * N_OUTPUTS], one[N_OUTPUTS];
	struct weights *weights = tiny_weights();
	answers_of(weights, 2, 2, features, both);
	answers_of(weights, 1, 1, features, one);
	for (size_t i = 0; i < N_OUTPUTS; i++)
		assert_float_equal(one[i], both[i], 1e-5);
	weights_free(weights);
}

static void at_threshold_1_early_exits_answer_as_the_whole_network(void **state)
{
	(void)state;
	struct features features[BATCH];
	float whole[BATCH * N_OUTPUTS], exits[BATCH * N_OUTPUTS];
	struct weights *weights = tiny_weights();
	some_features(features, BATCH, tiny_shape.rows);
	answers_of(weights, BATCH, BATCH, features, whole);
	for (enum exit_rule rule = EXIT_SOFTMAX; rule <= EXIT_ENTROPY; rule++) {
		exit_set_rule(weights, rule, 1.0f);
		answers_of(weights, BATCH, BATCH, features, exits);
		assert_memory_equal(whole, exits, sizeof(whole));
	}
	weights_free(weights);
}

/* Below 0 all leave at the first head; in between, each query answers from the head at which
 * it is sure enough, in a batch as alone. */
static void each_query_leaves_at_the_first_head_that_is_sure(void **state)
{
	(void)state;
	struct problem why;
	struct features features[BATCH];
	struct weights *weights = tiny_weights();
	exit_set_rule(weights, EXIT_SOFTMAX, -1.0f);
	some_features(features, BATCH, tiny_shape.rows);
	struct plan *plan = plan_create(weights, BATCH, &why);
	const float *answers = plan_run(plan, features, BATCH, &why);
	float first[BATCH * N_OUTPUTS], confidence[BATCH], between = 0.0f;
	memcpy(first, answers, sizeof(first));
	for (size_t b = 0; b < BATCH; b++) {
		assert_int_equal(plan->depth[b], 1);
		confidence[b] = exit_confidence(EXIT_SOFTMAX, first + b * N_OUTPUTS,
						N_CLASSES);
		between += confidence[b] / BATCH;
	}
	plan->threshold = between;
	answers = plan_run(plan, features, BATCH, &why);
	struct plan *alone = plan_create(weights, 1, &why);
	alone->threshold = between;
	for (size_t b = 0; b < BATCH; b++) {
		assert_int_equal(plan->depth[b], confidence[b] > between ? 1 : 2);
		const float *one = plan_run(alone, &features[b], 1, &why);
		for (size_t i = 0; i < N_OUTPUTS; i++)
			assert_float_equal(one[i], answers[b * N_OUTPUTS + i], 1e-4);
	}
	plan_free(plan);
	plan_free(alone);
	weights_free(weights);
}

/* The sweep's shares at a threshold are those of a plan that runs with it. */
static void a_sweep_tells_what_a_plan_at_each_threshold_does(void **state)
{
	(void)state;
	enum { N = 64, AT = 1 }; /* random heads are sure of little: the lowest step */
	struct problem why;
	struct dataset data;
	struct sweep_point points[SWEEP_POINTS];
	struct weights *weights = tiny_weights();
	size_t left_first = 0;
	assert_int_equal(dataset_make(&data, 3, SPLIT_TEST, N), 0);
	exit_set_rule(weights, EXIT_ENTROPY, 0.5f);
	assert_int_equal(exit_sweep(weights, &data, points, &why), 0);
	struct plan *plan = plan_create(weights, 1, &why);
	plan->threshold = points[AT].threshold;
	for (size_t i = 0; i < N; i++) {
		struct features features;
		features_of(&data.queries[i], tiny_shape.rows, &features);
		assert_non_null(plan_run(plan, &features, 1, &why));
		left_first += plan->depth[0] == 1;
	}
	assert_int_equal(lround(points[AT].share[0] * N), left_first);
	assert_int_equal(lround(points[AT].share[1] * N), N - left_first);
	assert_int_equal(lround(points[SWEEP_POINTS - 1].share[1] * N), N);
	plan_free(plan);
	dataset_free(&data);
	weights_free(weights);
}

static void confidence_is_1_for_one_class_and_least_for_all_alike(void **state)
{
	(void)state;
	const float sure[4] = { 0, 200, 0, 0 }, unsure[4] = { 3, 3, 3, 3 };
	assert_float_equal(exit_confidence(EXIT_SOFTMAX, sure, 4), 1.0, 1e-6);
	assert_float_equal(exit_confidence(EXIT_ENTROPY, sure, 4), 1.0, 1e-6);
	assert_float_equal(exit_confidence(EXIT_SOFTMAX, unsure, 4), 0.25, 1e-6);
	assert_float_equal(exit_confidence(EXIT_ENTROPY, unsure, 4), 0.0, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bf16_number_is_the_nearest_one),
		cmocka_unit_test(bf16_runs_where_the_cpu_has_it_and_is_refused_elsewhere),
		cmocka_unit_test(sparse_kernels_answer_as_the_dense_ones_do),
		cmocka_unit_test(few_zeros_are_left_to_the_dense_kernels),
		cmocka_unit_test(the_work_of_a_passage_is_of_the_length_of_the_queries),
		cmocka_unit_test(a_sequence_is_hardly_longer_than_its_queries),
		cmocka_unit_test(a_query_without_words_is_answered),
		cmocka_unit_test(at_threshold_1_early_exits_answer_as_the_whole_network),
		cmocka_unit_test(each_query_leaves_at_the_first_head_that_is_sure),
		cmocka_unit_test(a_sweep_tells_what_a_plan_at_each_threshold_does),
		cmocka_unit_test(confidence_is_1_for_one_class_and_least_for_all_alike),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
