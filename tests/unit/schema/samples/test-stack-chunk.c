/* Samples of stacks come out of their BLOBs as they went in, small, and damage never comes out as more than it may. */
#include <config.h>

#include "schema/samples/stack-chunk.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 5000 };
static const int64_t begin_ns = INT64_C(1) << 50;

/* Two processors at 997 Hz in some threads, mostly in the same few nodes. */
static void fill(struct stack_moment *moments, size_t n)
{
	int64_t time_ns = begin_ns;
	srand48(1);
	for (size_t i = 0; i < n; i++) {
		time_ns += (int64_t)(drand48() * 1003009);
		moments[i] =
		    (struct stack_moment){ time_ns, 1 + (uint32_t)(i % 2),
					   (uint32_t)(drand48() * drand48() * 200) };
	}
}

static void samples_come_out_as_they_went_in_to_the_microsecond(void **state)
{
	(void)state;
	static struct stack_moment in[N], out[N];
	uint8_t *data = malloc(stack_chunk_bound(N));
	fill(in, N);
	in[7].node = UINT32_MAX;
	in[8].thread = UINT32_MAX;
	in[9] = (struct stack_moment){ in[8].time_ns, 0, 0 };
	size_t size = stack_chunk_encode(in, N, begin_ns, data);
	assert_true(size < (size_t)4 * N);
	assert_int_equal(stack_chunk_decode(data, size, begin_ns, out, N), 0);
	for (size_t i = 0; i < N; i++) {
		assert_in_range(in[i].time_ns - out[i].time_ns, 0, STACK_NS_PER_TICK - 1);
		assert_int_equal(in[i].thread, out[i].thread);
		assert_int_equal(in[i].node, out[i].node);
	}
	assert_int_equal(stack_chunk_decode(data, size - 1, begin_ns, out, N), -1);
	assert_int_equal(stack_chunk_decode(data, size + 1, begin_ns, out, N), -1);
	assert_int_equal(stack_chunk_decode(data, size, begin_ns, out, N - 65), -1);
	assert_int_equal(stack_chunk_decode(data, size, -1, out, N), -1);
	assert_int_equal(stack_chunk_decode(data, size, INT64_MAX, out, N), -1);
	free(data);
}

/* Of any size: a tick of a counter in 2^-32 J, of one in hours, none. */
static void amounts_are_right_to_a_thousandth_of_their_mean(void **state)
{
	(void)state;
	static const double units[] = { 1e-12, 1, 3e5, 1e15, 0 };
	static double in[N], out[N];
	uint8_t *data = malloc(stack_chunk_bound(N));
	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		int scale = 1000;
		for (size_t i = 0; i < N;
		     i++) /* steps of ten samples, as ticks make them */
			in[i] = units[u] * (1 + (double)(i / 10 % 7));
		size_t size = stack_amounts_encode(in, N, &scale, data);
		assert_true(size < N / 2);
		assert_int_equal(stack_amounts_decode(data, size, scale, out, N), 0);
		for (size_t i = 0; i < N; i++)
			assert_true(fabs(out[i] - in[i]) <= 4 * units[u] / 1000);
		assert_int_equal(stack_amounts_decode(data, size - 1, scale, out, N), -1);
		assert_int_equal(stack_amounts_decode(data, size, 65, out, N), -1);
	}
	free(data);
}

static void the_longest_numbers_fit_into_the_bound(void **state)
{
	(void)state;
	static struct stack_moment in[N], out[N];
	static double amounts[N];
	uint8_t *data = malloc(stack_chunk_bound(N));
	for (size_t i = 0; i < N; i++) {
		in[i] = (struct stack_moment){ (int64_t)(i / 64 + 1) << 55,
					       i % 2 ? UINT32_MAX : 0,
					       i % 2 ? 0 : UINT32_MAX };
		amounts[i] = i % 64 ? 0 : 1e300;
	}
	size_t size = stack_chunk_encode(in, N, 0, data);
	assert_true(size <= stack_chunk_bound(N));
	assert_int_equal(stack_chunk_decode(data, size, 0, out, N),
			 in[N - 1].time_ns > INT64_C(1) << 62 ? -1 : 0);
	int scale;
	assert_true(stack_amounts_encode(amounts, N, &scale, data) <= stack_chunk_bound(N));
	free(data);
}

static void damage_is_refused_or_within_what_may_be(void **state)
{
	(void)state;
	static struct stack_moment moments[N];
	static double amounts[N];
	uint8_t data[4 * N];
	fill(moments, N);
	size_t size = stack_chunk_encode(moments, N, begin_ns, data);
	for (size_t i = 0; i < 2000; i++) {
		size_t at = (size_t)lrand48() % size;
		uint8_t was = data[at];
		data[at] ^= (uint8_t)(1U << (lrand48() % 8));
		if (stack_chunk_decode(data, size, begin_ns, moments, N) == 0)
			for (size_t s = 1; s < N; s++)
				assert_true(moments[s].time_ns >= moments[s - 1].time_ns &&
					    moments[s].time_ns <= INT64_C(1) << 62);
		if (stack_amounts_decode(data, size, 64, amounts, N) == 0)
			for (size_t s = 0; s < N; s++)
				assert_true(amounts[s] >= 0 && isfinite(amounts[s]));
		data[at] = was;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_come_out_as_they_went_in_to_the_microsecond),
		cmocka_unit_test(amounts_are_right_to_a_thousandth_of_their_mean),
		cmocka_unit_test(the_longest_numbers_fit_into_the_bound),
		cmocka_unit_test(damage_is_refused_or_within_what_may_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
