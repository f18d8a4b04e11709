/* schema/samples/chunk.c - see chunk.h for the format. */
#include <config.h>

#include "schema/samples/chunk.h"

#include "schema/samples/average.h"
#include "schema/samples/bits.h"
#include "schema/samples/chunk-times.h"
#include "schema/samples/chunk1.h"
#include "schema/samples/quantum.h"

#include <limits.h>
#include <zlib.h>

enum { VARINT_BYTES = 10 }; /* ten of 7 bits hold 64 */

size_t chunk_bound(size_t n)
{
	/* The varints once a chunk; of a reading its failure, width, time and value. */
	return VARINT_BYTES * 8 + n * (2 * VARINT_BYTES + 3 * RUN_MAX_BITS / 8);
}

/* --- values ----------------------------------------------------------------------------- */

static void put_values(struct bit_writer *writer, const struct sample *samples, size_t n)
{
	struct quantum quantum = quantum_find(samples, n);
	struct run_writer run = { .writer = writer };
	struct average average = { 0 };
	uint64_t last = 0;
	bool has_last = false;
	for (size_t i = 0; i < n; i++) {
		if (samples[i].err)
			continue;
		uint64_t steps = quantum_steps(samples[i].raw, quantum);
		if (has_last) {
			run_put(&run, zigzag(steps - last - average.value));
			average_follow(&average, steps - last);
		} else {
			bits_put_varint(writer, quantum.numerator);
			bits_put_varint(writer, quantum.denominator);
			bits_put_varint(writer, steps);
		}
		last = steps;
		has_last = true;
	}
	run_end(&run);
}

static int get_values(struct bit_reader *reader, struct sample *samples, size_t n,
		      size_t n_good)
{
	struct average average = { 0 };
	if (n_good == 0)
		return 0;
	struct quantum quantum = { .numerator = bits_get_varint(reader) };
	quantum.denominator = bits_get_varint(reader);
	uint64_t last = bits_get_varint(reader);
	if (quantum.denominator == 0)
		return -1;
	struct run_reader run = { .reader = reader, .n_left = n_good - 1 };
	bool has_last = false;
	for (size_t i = 0; i < n; i++) {
		if (samples[i].err)
			continue;
		if (has_last) {
			uint64_t step = average.value + unzigzag(run_get(&run));
			average_follow(&average, step);
			last += step;
		}
		has_last = true;
		samples[i].raw = last * quantum.numerator / quantum.denominator;
	}
	return 0;
}

/* --- the whole -------------------------------------------------------------------------- */

static void put_failures(struct bit_writer *writer, const struct sample *samples, size_t n)
{
	uint64_t n_failed = 0;
	for (size_t i = 0; i < n; i++)
		n_failed += samples[i].err != 0;
	bits_put_varint(writer, n_failed);
	size_t last = 0;
	for (size_t i = 0; n_failed && i < n; i++) {
		if (!samples[i].err)
			continue;
		bits_put_varint(writer, i - last);
		bits_put_varint(writer, (uint64_t)samples[i].err);
		last = i;
	}
}

/* How many, or n + 1 when that cannot be. */
static size_t get_failures(struct bit_reader *reader, struct sample *samples, size_t n)
{
	uint64_t n_failed = bits_get_varint(reader), index = 0;
	if (reader->is_bad || n_failed > n)
		return n + 1;
	for (uint64_t i = 0; i < n_failed; i++) {
		uint64_t distance = bits_get_varint(reader), err = bits_get_varint(reader);
		index += distance;
		if (reader->is_bad || distance >= n || index >= n ||
		    (i > 0 && distance == 0) || err == 0 || err > INT_MAX)
			return n + 1;
		samples[index].err = (int)err;
	}
	return (size_t)n_failed;
}

size_t chunk_encode(const struct sample *samples, size_t n, const struct sample *times_of,
		    uint8_t *data, bool *uses_times_of)
{
	struct bit_writer writer = { .at = data };
	put_failures(&writer, samples, n);
	*uses_times_of = chunk_put_times(&writer, samples, n, times_of);
	put_values(&writer, samples, n);
	return (size_t)(bits_finish(&writer) - data);
}

static int chunk2_decode(const uint8_t *data, size_t size, const struct sample *times_of,
			 struct sample *samples, size_t n)
{
	struct bit_reader reader = { .at = data, .end = data + size };
	for (size_t i = 0; i < n; i++)
		samples[i] = (struct sample){ 0 };
	size_t n_failed = get_failures(&reader, samples, n);
	if (n == 0 || n_failed > n || chunk_get_times(&reader, samples, n, times_of) != 0 ||
	    get_values(&reader, samples, n, n - n_failed) != 0)
		return -1;
	return bits_at_end(&reader) ? 0 : -1;
}

int chunk_decode(int format, const uint8_t *data, size_t size,
		 const struct sample *times_of, struct sample *samples, size_t n)
{
	if (format == 1)
		return chunk1_decode(data, size, samples, n);
	return format == CHUNK_FORMAT ? chunk2_decode(data, size, times_of, samples, n)
				      : -1;
}

uint32_t chunk_crc32(const uint8_t *data, size_t size)
{
	return (uint32_t)crc32_z(0, data, size);
}
