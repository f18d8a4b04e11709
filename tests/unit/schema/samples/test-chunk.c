/* What is packed comes out as it went in, and damage never comes out as data. */
#include <config.h>

#include "schema/samples/chunk.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 500 };

/* Returns the bytes it took. */
static size_t assert_round_trip_with(const struct sample *in, size_t n,
				     const struct sample *times_of)
{
	uint8_t *data = malloc(chunk_bound(n));
	struct sample *out = calloc(n + 1, sizeof(*out));
	bool uses = false;
	size_t size = chunk_encode(in, n, times_of, data, &uses);
	assert_true(size <= chunk_bound(n));
	assert_int_equal(
	    chunk_decode(CHUNK_FORMAT, data, size, uses ? times_of : NULL, out, n), 0);
	if (uses)
		assert_int_equal(chunk_decode(CHUNK_FORMAT, data, size, NULL, out, n), -1);
	chunk_decode(CHUNK_FORMAT, data, size, times_of, out, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(out[i].mono_ns, in[i].mono_ns);
		assert_int_equal(out[i].half_ns, in[i].half_ns);
		assert_int_equal(out[i].err, in[i].err);
		assert_true(out[i].raw == (in[i].err ? 0 : in[i].raw));
	}
	free(data);
	free(out);
	return size;
}

static size_t assert_round_trip(const struct sample *in, size_t n)
{
	return assert_round_trip_with(in, n, NULL);
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
	uint8_t data[1024];
	bool uses;
	for (size_t i = 0; i < 8; i++)
		in[i] = (struct sample){ (int64_t)(i * 1000003), 300, i * i * 70001,
					 i == 3 ? EIO : 0 };
	assert_true(chunk_bound(8) <= sizeof(data));
	size_t size = chunk_encode(in, 8, NULL, data, &uses);
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(chunk_decode(CHUNK_FORMAT, data, cut, NULL, out, 8), -1);
	data[size] = 0;
	assert_int_equal(chunk_decode(CHUNK_FORMAT, data, size + 1, NULL, out, 8), -1);
}

static void random_bytes_never_overrun(void **state)
{
	(void)state;
	struct sample out[16], others[16] = { 0 };
	uint8_t *data = malloc(64); /* on the heap, so that a sanitizer sees an overrun */
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t size = (size_t)rand() % 64;
		for (size_t i = 0; i < size; i++)
			data[i] = (uint8_t)rand();
		for (int format = CHUNK_FORMAT_OLDEST; format <= CHUNK_FORMAT; format++) {
			chunk_decode(format, data, size, NULL, out, 16);
			chunk_decode(format, data, size, others, out, 16);
		}
	}
	free(data);
}

/* Two channels of one collector, then one of the next, as a 1 kHz sampler reads them. */
static void times_that_another_channel_has_are_not_written_again(void **state)
{
	(void)state;
	struct sample first[MANY], same[MANY], after[MANY];
	srand(2);
	for (size_t i = 0; i < MANY; i++) {
		int64_t half = 4000 + rand() % 900;
		first[i] = (struct sample){ (int64_t)i * 1000000 + rand() % 50000, half,
					    i * 100000 + (uint64_t)(rand() % 999), 0 };
		same[i] = first[i];
		same[i].raw = 7;
		after[i] = first[i];
		after[i].half_ns = 1000 + rand() % 20;
		after[i].mono_ns += first[i].half_ns + after[i].half_ns + 30 + rand() % 4;
		after[i].raw = 7;
	}
	size_t plain = assert_round_trip(first, MANY);
	size_t size = assert_round_trip_with(same, MANY, first);
	assert_true(size < 30);
	size = assert_round_trip_with(after, MANY, first);
	assert_true(size < MANY * 2 && size < plain);
	/* times that have nothing to do with each other are kept apart */
	for (size_t i = 0; i < MANY; i++)
		after[i].mono_ns = (int64_t)i * 777777;
	assert_round_trip_with(after, MANY, first);
}

static void missed_deadlines_and_extra_ticks_come_back_exactly(void **state)
{
	(void)state;
	struct sample in[MANY];
	int64_t deadline = 1000000;
	srand(3);
	for (size_t i = 0; i < MANY; i++) {
		deadline += 1000000 * (1 + (i % 50 == 49) * 3);
		in[i] = (struct sample){ deadline + rand() % 3000, 500, i, 0 };
		if (i % 70 == 69)
			in[i].mono_ns -= 400000;
	}
	/* each costs tens of bits, and does not spoil those after it */
	assert_true(assert_round_trip(in, MANY) < MANY * 2 + 400);
}

/* What intel-rapl shows: whole microjoules of steps of 61035 nJ, a modulus of 2^32 steps. */
static void steps_of_the_hardware_are_found(void **state)
{
	(void)state;
	struct sample in[MANY];
	uint64_t steps = UINT64_C(4294967296) - 300000;
	srand(4);
	for (size_t i = 0; i < MANY; i++) {
		steps = (steps + 1600 + (uint64_t)rand() % 16) % UINT64_C(4294967296);
		in[i] = (struct sample){ (int64_t)i * 1000000, 500, steps * 61035 / 1000,
					 0 };
	}
	size_t grid = assert_round_trip(in, MANY);
	for (size_t i = 0; i < MANY; i++)
		in[i].raw += i % 2;
	assert_true(grid + MANY / 2 < assert_round_trip(in, MANY)); /* four bits each */
}

/* The bytes of format 1, as joulecart wrote them: three readings, the second failed (EIO). */
static void format_1_is_still_read(void **state)
{
	(void)state;
	const uint8_t data[] = { 1, 1, 5, 20, 20, 0, 2, 0, 2, 7, 3 };
	struct sample out[3];
	assert_int_equal(chunk_decode(1, data, sizeof(data), NULL, out, 3), 0);
	assert_int_equal(out[0].mono_ns, 10);
	assert_int_equal(out[2].mono_ns, 30);
	assert_int_equal(out[2].half_ns, 2);
	assert_int_equal(out[0].raw, 7);
	assert_int_equal(out[1].err, EIO);
	assert_int_equal(out[2].raw, 5);
	assert_int_equal(chunk_decode(3, data, sizeof(data), NULL, out, 3), -1);
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
		cmocka_unit_test(times_that_another_channel_has_are_not_written_again),
		cmocka_unit_test(missed_deadlines_and_extra_ticks_come_back_exactly),
		cmocka_unit_test(steps_of_the_hardware_are_found),
		cmocka_unit_test(format_1_is_still_read),
		cmocka_unit_test(the_checksum_sees_a_flipped_bit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
