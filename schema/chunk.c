/* schema/chunk.c - see chunk.h for the format. */
#include <config.h>

#include "schema/chunk.h"

#include <limits.h>
#include <zlib.h>

enum { VARINT_MAX = 10 }; /* bytes that 64 bits take at seven a byte */

static uint64_t zigzag(uint64_t difference)
{
	return (difference << 1) ^ (0 - (difference >> 63));
}

static uint64_t unzigzag(uint64_t code)
{
	return (code >> 1) ^ (0 - (code & 1));
}

static uint8_t *put(uint8_t *at, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

/* The bytes still to be read; at is NULL once they ended early. */
struct cursor {
	const uint8_t *at, *end;
};

static uint64_t get(struct cursor *cursor)
{
	uint64_t value = 0;
	for (unsigned shift = 0; cursor->at && shift < 64; shift += 7) {
		if (cursor->at == cursor->end)
			break;
		uint8_t byte = *cursor->at++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	cursor->at = NULL;
	return 0;
}

size_t chunk_bound(size_t n)
{
	/* A failed reading takes an index and an errno instead of a value. */
	return VARINT_MAX * (1 + 4 * n);
}

static uint8_t *put_failures(uint8_t *at, const struct sample *samples, size_t n)
{
	uint64_t n_failed = 0;
	for (size_t i = 0; i < n; i++)
		n_failed += samples[i].err != 0;
	at = put(at, n_failed);
	size_t last = 0;
	for (size_t i = 0; i < n; i++) {
		if (!samples[i].err)
			continue;
		at = put(at, i - last);
		at = put(at, (uint64_t)samples[i].err);
		last = i;
	}
	return at;
}

static uint8_t *put_times(uint8_t *at, const struct sample *samples, size_t n)
{
	uint64_t last = 0, step = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t now = (uint64_t)samples[i].mono_ns;
		/* The first two are plain: a time, then a difference. */
		at = put(at, zigzag(i < 2 ? now - last : now - last - step));
		step = now - last;
		last = now;
	}
	return at;
}

size_t chunk_encode(const struct sample *samples, size_t n, uint8_t *data)
{
	uint8_t *at = put_failures(data, samples, n);
	at = put_times(at, samples, n);
	uint64_t last = 0;
	for (size_t i = 0; i < n; i++) {
		at = put(at, zigzag((uint64_t)samples[i].half_ns - last));
		last = (uint64_t)samples[i].half_ns;
	}
	size_t n_good = 0;
	for (size_t i = 0; i < n; i++) {
		if (samples[i].err)
			continue;
		at = put(at, n_good++ ? zigzag(samples[i].raw - last) : samples[i].raw);
		last = samples[i].raw;
	}
	return (size_t)(at - data);
}

static int get_failures(struct cursor *cursor, struct sample *samples, size_t n)
{
	uint64_t n_failed = get(cursor), index = 0;
	for (uint64_t i = 0; i < n_failed; i++) {
		index += get(cursor);
		uint64_t err = get(cursor);
		if (!cursor->at || index >= n || err == 0 || err > INT_MAX)
			return -1;
		samples[index].err = (int)err;
	}
	return 0;
}

static void get_times(struct cursor *cursor, struct sample *samples, size_t n)
{
	uint64_t last = 0, step = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t code = unzigzag(get(cursor));
		uint64_t now = i < 2 ? last + code : last + step + code;
		step = now - last;
		last = now;
		samples[i].mono_ns = (int64_t)now;
	}
}

int chunk_decode(const uint8_t *data, size_t size, struct sample *samples, size_t n)
{
	struct cursor cursor = { data, data + size };
	for (size_t i = 0; i < n; i++)
		samples[i] = (struct sample){ 0 };
	if (get_failures(&cursor, samples, n) != 0)
		return -1;
	get_times(&cursor, samples, n);
	uint64_t last = 0;
	for (size_t i = 0; i < n; i++) {
		last += unzigzag(get(&cursor));
		samples[i].half_ns = (int64_t)last;
	}
	size_t n_good = 0;
	for (size_t i = 0; i < n; i++) {
		if (samples[i].err)
			continue;
		uint64_t code = get(&cursor);
		last = n_good++ ? last + unzigzag(code) : code;
		samples[i].raw = last;
	}
	return cursor.at == cursor.end ? 0 : -1;
}

uint32_t chunk_crc32(const uint8_t *data, size_t size)
{
	return (uint32_t)crc32_z(0, data, size);
}
