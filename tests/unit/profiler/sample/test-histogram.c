/* Quantiles of a histogram are those of the sorted list, at most one class above. */
#include <config.h>

#include "profiler/sample/histogram.h"
#include "tests/unit/cmocka.h"

static void quantiles_are_within_a_sixteenth(void **state)
{
	(void)state;
	static struct histogram histogram;
	for (int64_t ns = 1; ns <= 100000; ns++)
		histogram_add(&histogram, ns);
	const double shares[] = { 0.001, 0.01, 0.5, 0.9, 0.99, 0.999 };
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		int64_t true_ns = (int64_t)(shares[i] * 100000);
		int64_t told_ns = histogram_quantile(&histogram, shares[i]);
		assert_in_range(told_ns, true_ns, true_ns + true_ns / 16 + 1);
	}
	assert_int_equal(histogram_quantile(&histogram, 1), 100000);
}

static void extremes_have_a_class_too(void **state)
{
	(void)state;
	static struct histogram histogram;
	assert_int_equal(histogram_quantile(&histogram, 0.5), 0);
	histogram_add(&histogram, -5);
	assert_int_equal(histogram_quantile(&histogram, 1), 0);
	histogram_add(&histogram, INT64_MAX);
	assert_int_equal(histogram_quantile(&histogram, 0.5), 0);
	assert_true(histogram_quantile(&histogram, 1) == INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_within_a_sixteenth),
		cmocka_unit_test(extremes_have_a_class_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
