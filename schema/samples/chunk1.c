/* schema/samples/chunk1.c - see chunk1.h. */
#include <config.h>

#include "schema/samples/chunk1.h"

#include "schema/samples/bits.h"
#include "schema/samples/sample.h"

#include <limits.h>

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

int chunk1_decode(const uint8_t *data, size_t size, struct sample *samples, size_t n)
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
