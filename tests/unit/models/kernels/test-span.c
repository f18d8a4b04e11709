/* Queries side by side in one sequence. */
#include <config.h>

#include "models/kernels/span.h"
#include "tests/unit/cmocka.h"

#include <stdint.h>
#include <string.h>

enum { CHANNELS = 70, POSITIONS = 9 }; /* more channels than one stretch of the kernels */

static void spans_stand_one_after_the_other_with_a_gap_between(void **state)
{
	(void)state;
	struct query_span spans[3] = { { 9, 4 }, { 9, 1 }, { 9, 3 } };
	assert_int_equal(span_lay_out(spans, 3, 2), 4 + 2 + 1 + 2 + 3);
	assert_int_equal(spans[0].begin, 0);
	assert_int_equal(spans[1].begin, 6);
	assert_int_equal(spans[2].begin, 9);
	assert_int_equal(span_lay_out(spans, 1, 2), 4); /* none after the last */
	assert_int_equal(span_lay_out(spans, 0, 2), 0);
}

static void only_what_is_of_no_query_is_cleared(void **state)
{
	(void)state;
	const struct query_span spans[2] = { { 1, 2 }, { 5, 3 } };
	uint8_t rows[POSITIONS][3];
	memset(rows, 7, sizeof(rows));
	span_clear_gaps(spans, 2, POSITIONS, 3, rows);
	for (size_t at = 0; at < POSITIONS; at++)
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(rows[at][i],
					 (at >= 1 && at < 3) || (at >= 5 && at < 8) ? 7
										    : 0);
	span_clear_gaps(spans, 0, POSITIONS, 3, rows);
	assert_int_equal(rows[1][0] | rows[5][2], 0);
}

/* Small whole numbers, which every type holds exactly. */
static unsigned number_at(size_t at, size_t channel)
{
	return (unsigned)((at * 37 + channel * 11) % 101);
}

static void check_pooled(const float *pooled, const struct query_span *span, float step)
{
	for (size_t channel = 0; channel < CHANNELS; channel++) {
		unsigned largest = 0;
		for (size_t at = span->begin; at < span->begin + span->length; at++)
			if (number_at(at, channel) > largest)
				largest = number_at(at, channel);
		assert_float_equal(pooled[channel], step * (float)largest, 1e-6);
	}
}

static void check_type(dnnl_data_type_t type, float step)
{
	const struct query_span spans[3] = { { 0, 3 }, { 4, 1 }, { 5, 4 } };
	struct compute compute;
	compute_open(&compute);
	dnnl_memory_desc_t desc = desc_of(type, dnnl_nwc, 3,
					  (size_t[]){ 1, CHANNELS, POSITIONS });
	struct tensor x = tensor_new(&compute, &desc);
	void *data = tensor_data(&x);
	float pooled[3][CHANNELS];
	for (size_t at = 0; at < POSITIONS; at++)
		for (size_t channel = 0; channel < CHANNELS; channel++) {
			size_t i = at * CHANNELS + channel;
			float number = (float)number_at(at, channel);
			uint32_t bits;
			memcpy(&bits, &number, sizeof(bits));
			if (type == dnnl_u8)
				((uint8_t *)data)[i] = (uint8_t)number_at(at, channel);
			else if (type == dnnl_bf16)
				((uint16_t *)data)[i] = (uint16_t)(bits >> 16);
			else
				((float *)data)[i] = number;
		}
	span_pool(spans, 3, 1, &x, step, CHANNELS, pooled[0]);
	for (size_t i = 0; i < 3; i++)
		check_pooled(pooled[i], &spans[i], type == dnnl_u8 ? step : 1.0f);
	compute_close(&compute);
}

static void each_span_is_pooled_alone_in_every_type(void **state)
{
	(void)state;
	check_type(dnnl_f32, 0.0f);
	check_type(dnnl_bf16, 0.0f);
	check_type(dnnl_u8, 0.5f);
}

static void a_maximum_of_floats_may_be_negative(void **state)
{
	(void)state;
	const struct query_span spans[1] = { { 0, 2 } };
	struct compute compute;
	compute_open(&compute);
	dnnl_memory_desc_t desc = desc_of(dnnl_f32, dnnl_nwc, 3, (size_t[]){ 1, 1, 2 });
	struct tensor x = tensor_new(&compute, &desc);
	float pooled = 0.0f;
	memcpy(tensor_data(&x), (float[]){ -3.0f, -2.0f }, 2 * sizeof(float));
	span_pool(spans, 1, 1, &x, 0.0f, 1, &pooled);
	assert_float_equal(pooled, -2.0, 0.0);
	compute_close(&compute);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_stand_one_after_the_other_with_a_gap_between),
		cmocka_unit_test(only_what_is_of_no_query_is_cleared),
		cmocka_unit_test(each_span_is_pooled_alone_in_every_type),
		cmocka_unit_test(a_maximum_of_floats_may_be_negative),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
