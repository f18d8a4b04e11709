/* What is packed comes out as it went in, and damage never comes out as data. */
#include <config.h>

#include "schema/chunk.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 500 };

static void assert_round_trip(const struct sample *in, size_t n)
{
	uint8_t *data = malloc(chunk_bound(n));
	struct sample *out = calloc(n + 1, sizeof(*out));
	size_t size = chunk_encode(in, n, data);
	assert_true(size <= chunk_bound(n));
	assert_int_equal(chunk_decode(data, size, out, n), 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(out[i].mono_ns, in[i].mono_ns);
		assert_int_equal(out[i].half_ns, in[i].half_ns);
		assert_int_equal(out[i].err, in[i].err);
		assert_true(out[i].raw == (in[i].err ? 0 : in[i].raw));
	}
	free(data);
	free(out);
}

static void a_regular_counter_comes_back_exactly(void **state)
{
	(void)state;
	struct sample in[MANY] = { 0 };
	for (size_t i = 0; i < MANY; i++)
		in[i] =
		    (struct sample){ 1000000000 + (int64_t)i * 100000000 + rand() % 9000,
				     400 + rand() % 90, 262143328850u - 5000 + i * 61, 0 };
	assert_round_trip(in, MANY);
}

static void extreme_values_come_back_exactly(void **state)
{
	(void)state;
	const struct sample in[] = {
		{ 0, 0, 0, 0 },
		{ INT64_MAX, INT64_MAX, UINT64_MAX, 0 },
		{ INT64_MIN, 0, 1, 0 },
		{ -1, INT64_MAX, UINT64_MAX - 1, 0 },
	};
	assert_round_trip(in, sizeof(in) / sizeof(in[0]));
}

static void failed_readings_keep_their_place_and_errno(void **state)
{
	(void)state;
	struct sample in[MANY] = { 0 };
	for (size_t i = 0; i < MANY; i++)
		in[i] = (struct sample){ (int64_t)i * 7, 1, i * 1000,
					 i % 3 == 1 ? EIO : 0 };
	in[0].err = ENODEV;
	in[MANY - 1].err = EACCES;
	assert_round_trip(in, MANY);
	for (size_t i = 0; i < MANY; i++)
		in[i].err = EIO;
	assert_round_trip(in, MANY);
}

static void one_reading_is_a_chunk_too(void **state)
{
	(void)state;
	const struct sample in = { 123456789, 50, 42, 0 };
	assert_round_trip(&in, 1);
}

static void a_cut_chunk_is_refused_at_every_length(void **state)
{
	(void)state;
	struct sample in[8] = { 0 }, out[8];
	uint8_t data[512];
	for (size_t i = 0; i < 8; i++)
		in[i] = (struct sample){ (int64_t)(i * 1000003), 300, i * i * 70001,
					 i == 3 ? EIO : 0 };
	size_t size = chunk_encode(in, 8, data);
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(chunk_decode(data, cut, out, 8), -1);
	data[size] = 0;
	assert_int_equal(chunk_decode(data, size + 1, out, 8), -1);
}

static void random_bytes_never_overrun(void **state)
{
	(void)state;
	struct sample out[16];
	uint8_t *data = malloc(64); /* on the heap, so that a sanitizer sees an overrun */
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t size = (size_t)rand() % 64;
		for (size_t i = 0; i < size; i++)
			data[i] = (uint8_t)rand();
		chunk_decode(data, size, out, 16);
	}
	free(data);
}

static void the_checksum_sees_a_flipped_bit(void **state)
{
	(void)state;
	uint8_t data[] = "joules";
	uint32_t before = chunk_crc32(data, sizeof(data));
	data[2] ^= 1;
	assert_int_not_equal(chunk_crc32(data, sizeof(data)), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_regular_counter_comes_back_exactly),
		cmocka_unit_test(extreme_values_come_back_exactly),
		cmocka_unit_test(failed_readings_keep_their_place_and_errno),
		cmocka_unit_test(one_reading_is_a_chunk_too),
		cmocka_unit_test(a_cut_chunk_is_refused_at_every_length),
		cmocka_unit_test(random_bytes_never_overrun),
		cmocka_unit_test(the_checksum_sees_a_flipped_bit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
