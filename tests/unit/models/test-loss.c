/* Each loss is what its formula says, and its gradient is its slope. */
#include <config.h>

#include "models/loss.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(softmax_sums_to_one_for_huge_logits),
		cmocka_unit_test(cross_entropy_of_equal_logits_is_log_n),
		cmocka_unit_test(distilling_from_equal_logits_costs_nothing),
		cmocka_unit_test(distillation_is_t_squared_times_the_divergence),
		cmocka_unit_test(cross_entropy_gradient_is_its_slope),
		cmocka_unit_test(distillation_gradient_is_its_slope),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
