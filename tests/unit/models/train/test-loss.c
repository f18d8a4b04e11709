/* Each loss is what its formula says, and its gradient is its slope. */
#include <config.h>

#include "models/kernels/softmax.h"
#include "models/train/loss.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <string.h>

enum { N = 7 };

static void softmax_sums_to_one_for_huge_logits(void **state)
{
	(void)state;
	const float logits[3] = { 1000.0f, 999.0f, -1000.0f };
	float p[3];
	softmax(logits, 3, 1.0f, p);
	assert_float_equal(p[0] + p[1] + p[2], 1.0, 1e-6);
	assert_float_equal(p[0] / p[1], expf(1.0f), 1e-4);
}

static void cross_entropy_of_equal_logits_is_log_n(void **state)
{
	(void)state;
	const float logits[N] = { 0 };
	float d[N] = { 0 };
	assert_float_equal(loss_cross_entropy(logits, N, 2, 1.0f, d), logf(N), 1e-6f);
}

static void distilling_from_equal_logits_costs_nothing(void **state)
{
	(void)state;
	float logits[N], d[N] = { 0 };
	fill(logits, N, 3.0f, 1);
	assert_float_equal(loss_distill(logits, logits, N, 2.0f, 1.0f, d), 0.0, 1e-6);
	for (size_t i = 0; i < N; i++)
		assert_float_equal(d[i], 0.0, 1e-6);
}

static void distillation_is_t_squared_times_the_divergence(void **state)
{
	(void)state;
	const float student[2] = { 0.0f, 0.0f }, teacher[2] = { 4.0f, 0.0f };
	float d[2] = { 0 };
	double p = 1.0 / (1.0 + exp(-2.0));
	double divergence = p * log(2.0 * p) + (1.0 - p) * log(2.0 * (1.0 - p));
	assert_float_equal(loss_distill(student, teacher, 2, 2.0f, 1.0f, d),
			   (float)(4.0 * divergence), 1e-5);
}

static float cross_entropy(const float *logits, float *d)
{
	return loss_cross_entropy(logits, N, 3, 0.7f, d);
}

static float distillation(const float *logits, float *d)
{
	const float teacher[N] = { 2.0f, -1.0f, 0.5f, 0.0f, 3.0f, -2.0f, 1.0f };
	return loss_distill(logits, teacher, N, 2.0f, 0.7f, d);
}

static void check_gradient(float (*loss)(const float *logits, float *d))
{
	const float h = 1e-2f;
	float logits[N], d[N] = { 0 }, unused[N];
	fill(logits, N, 2.0f, 5);
	loss(logits, d);
	for (size_t i = 0; i < N; i++) {
		float before = logits[i];
		logits[i] = before + h;
		double up = (double)loss(logits, unused);
		logits[i] = before - h;
		double down = (double)loss(logits, unused);
		logits[i] = before;
		assert_float_equal((float)((up - down) / (2.0 * (double)h)), d[i], 1e-3f);
	}
}

static void cross_entropy_gradient_is_its_slope(void **state)
{
	(void)state;
	check_gradient(cross_entropy);
}

static void distillation_gradient_is_its_slope(void **state)
{
	(void)state;
	check_gradient(distillation);
}

enum { BATCH = 5, WIDTH = 4, WIDE = 6 };

/* What a loss on features is checked with: all numbers that it depends on. */
struct sample {
	float features[BATCH * WIDTH], target[BATCH * WIDE], map[WIDE * WIDTH];
};

static void fill_sample(struct sample *sample)
{
	fill(sample->features, BATCH * WIDTH, 2.0f, 11);
	fill(sample->target, BATCH * WIDE, 3.0f, 12);
	fill(sample->map, WIDE * WIDTH, 1.0f, 13);
}

static float feature_loss(const struct sample *sample, float *d_features, float *d_map)
{
	const struct feature_loss loss = { BATCH,          WIDTH,       WIDE,
					   sample->target, sample->map, 0.7f };
	return loss_feature(&loss, sample->features, d_features, d_map);
}

static float relation_loss(const struct sample *sample, float *d_features, float *unused)
{
	(void)unused;
	const struct relation_loss loss = { BATCH, WIDTH, WIDE, sample->target, 0.7f };
	return loss_relation(&loss, sample->features, d_features);
}

static float angle_loss(const struct sample *sample, float *d_features, float *unused)
{
	(void)unused;
	const struct relation_loss loss = { BATCH, WIDTH, WIDE, sample->target, 0.7f };
	return loss_angle(&loss, sample->features, d_features);
}

/* Moves each of the n numbers at x, which belong to the sample, both ways. */
static void check_slopes(float (*loss)(const struct sample *, float *, float *),
			 struct sample *sample, float *x, const float *d, size_t n)
{
	const float h = 5e-3f;
	for (size_t i = 0; i < n; i++) {
		float unused[BATCH * WIDTH] = { 0 }, ignored[WIDE * WIDTH] = { 0 };
		float before = x[i];
		x[i] = before + h;
		double up = (double)loss(sample, unused, ignored);
		x[i] = before - h;
		double down = (double)loss(sample, unused, ignored);
		x[i] = before;
		assert_float_equal((float)((up - down) / (2.0 * (double)h)), d[i], 1e-3f);
	}
}

static void feature_gradients_are_their_slopes(void **state)
{
	(void)state;
	struct sample sample;
	float d_features[BATCH * WIDTH] = { 0 }, d_map[WIDE * WIDTH] = { 0 };
	fill_sample(&sample);
	feature_loss(&sample, d_features, d_map);
	check_slopes(feature_loss, &sample, sample.features, d_features, BATCH * WIDTH);
	check_slopes(feature_loss, &sample, sample.map, d_map, WIDE * WIDTH);
}

static void features_that_map_to_nothing_cost_the_weight(void **state)
{
	(void)state;
	struct sample sample;
	float d_features[BATCH * WIDTH] = { 0 }, d_map[WIDE * WIDTH] = { 0 };
	fill_sample(&sample);
	memset(sample.map, 0, sizeof(sample.map));
	assert_float_equal(feature_loss(&sample, d_features, d_map), 0.7f, 1e-6f);
}

static void relation_gradient_is_its_slope(void **state)
{
	(void)state;
	struct sample sample;
	float d_features[BATCH * WIDTH] = { 0 };
	fill_sample(&sample);
	assert_true(relation_loss(&sample, d_features, NULL) > 0.0f);
	check_slopes(relation_loss, &sample, sample.features, d_features, BATCH * WIDTH);
}

static void features_of_the_same_form_at_another_scale_cost_nothing(void **state)
{
	(void)state;
	float features[BATCH * WIDTH], target[BATCH * WIDTH], d[BATCH * WIDTH] = { 0 };
	fill(features, BATCH * WIDTH, 2.0f, 14);
	for (size_t i = 0; i < BATCH * WIDTH; i++)
		target[i] = 3.0f * features[i] + 1.0f;
	const struct relation_loss loss = { BATCH, WIDTH, WIDTH, target, 1.0f };
	assert_float_equal(loss_relation(&loss, features, d), 0.0f, 1e-10f);
	for (size_t i = 0; i < BATCH * WIDTH; i++)
		assert_float_equal(d[i], 0.0f, 1e-6f);
}

static void angle_gradient_is_its_slope(void **state)
{
	(void)state;
	struct sample sample;
	float d_features[BATCH * WIDTH] = { 0 };
	fill_sample(&sample);
	assert_true(angle_loss(&sample, d_features, NULL) > 0.0f);
	check_slopes(angle_loss, &sample, sample.features, d_features, BATCH * WIDTH);
}

/* A right angle where the teacher has a straight one, at one corner of three. */
static void an_angle_costs_half_of_its_cosines_difference_squared(void **state)
{
	(void)state;
	const float features[3 * 2] = { 1, 0, 0, 0, 0, 1 };
	const float target[3 * 2] = { 1, 0, 0, 0, -1, 0 };
	const double half_right = sqrt(0.5); /* the cosine at the other two; wanted: 1 */
	float d[3 * 2] = { 0 };
	const struct relation_loss loss = { 3, 2, 2, target, 1.0f };
	assert_float_equal(loss_angle(&loss, features, d),
			   (float)((0.5 + pow(1.0 - half_right, 2.0)) / 3.0), 1e-6);
}

static void angles_are_the_same_turned_moved_and_at_another_scale(void **state)
{
	(void)state;
	float features[BATCH * 2], target[BATCH * 2], d[BATCH * 2] = { 0 };
	fill(features, BATCH * 2, 2.0f, 16);
	for (size_t i = 0; i < BATCH; i++) {
		target[2 * i] = 1.0f - 3.0f * features[2 * i + 1];
		target[2 * i + 1] = 3.0f * features[2 * i] - 2.0f;
	}
	const struct relation_loss loss = { BATCH, 2, 2, target, 1.0f };
	assert_float_equal(loss_angle(&loss, features, d), 0.0f, 1e-9f);
	for (size_t i = 0; i < BATCH * 2; i++)
		assert_float_equal(d[i], 0.0f, 1e-5f);
}

static void equal_features_have_no_relation_to_learn_from(void **state)
{
	(void)state;
	const float features[BATCH * WIDTH] = { 0 };
	float target[BATCH * WIDE], d[BATCH * WIDTH] = { 0 };
	fill(target, BATCH * WIDE, 1.0f, 15);
	const struct relation_loss loss = { BATCH, WIDTH, WIDE, target, 1.0f };
	assert_true(isfinite(loss_relation(&loss, features, d)));
	assert_float_equal(loss_angle(&loss, features, d), 0.0f, 0.0f);
	for (size_t i = 0; i < BATCH * WIDTH; i++)
		assert_float_equal(d[i], 0.0f, 0.0f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(softmax_sums_to_one_for_huge_logits),
		cmocka_unit_test(cross_entropy_of_equal_logits_is_log_n),
		cmocka_unit_test(distilling_from_equal_logits_costs_nothing),
		cmocka_unit_test(distillation_is_t_squared_times_the_divergence),
		cmocka_unit_test(cross_entropy_gradient_is_its_slope),
		cmocka_unit_test(distillation_gradient_is_its_slope),
		cmocka_unit_test(feature_gradients_are_their_slopes),
		cmocka_unit_test(features_that_map_to_nothing_cost_the_weight),
		cmocka_unit_test(relation_gradient_is_its_slope),
		cmocka_unit_test(angle_gradient_is_its_slope),
		cmocka_unit_test(an_angle_costs_half_of_its_cosines_difference_squared),
		cmocka_unit_test(angles_are_the_same_turned_moved_and_at_another_scale),
		cmocka_unit_test(features_of_the_same_form_at_another_scale_cost_nothing),
		cmocka_unit_test(equal_features_have_no_relation_to_learn_from),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
