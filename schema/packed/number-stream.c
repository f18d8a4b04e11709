/* schema/packed/number-stream.c - see number-stream.h. */
#include <config.h>

#include "schema/packed/number-stream.h"

#include "schema/samples/bits.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	KIND_SAME = 64,
	KIND_WHOLE = 65,
	SHIFT_MOST = 57,
	ESCAPE = 255, /* the byte of a number that is out of the others' range */
	MIDDLE = 127, /* the byte of the centre */
	WIDTH = 7,    /* bits of a byte that the usual numbers fill */
	LOOKED_AT = 1023,
	RARE = 256, /* one of so many numbers may be an escape */
	VARINT_BYTES = 10,
	WINDOW_BITS = -15, /* raw deflate */
	MEMORY_LEVEL = 9
};

/* --- bytes ------------------------------------------------------------------------------- */

uint8_t *sink_more(struct byte_sink *sink, size_t n)
{
	if (sink->n + n > sink->room && !sink->has_failed) {
		size_t room = 2 * (sink->n + n) + 256;
		uint8_t *data = realloc(sink->data, room);
		sink->has_failed = !data;
		sink->data = data ? data : sink->data;
		sink->room = data ? room : sink->room;
	}
	if (sink->has_failed)
		return NULL;
	sink->n += n;
	return sink->data + sink->n - n;
}

void sink_put_varint(struct byte_sink *sink, uint64_t value)
{
	uint8_t bytes[VARINT_BYTES];
	size_t n = 0;
	for (; value >= 0x80; value >>= 7)
		bytes[n++] = (uint8_t)(value | 0x80);
	bytes[n++] = (uint8_t)value;
	uint8_t *at = sink_more(sink, n);
	if (at)
		memcpy(at, bytes, n);
}

static void put_byte(struct byte_sink *sink, uint8_t byte)
{
	uint8_t *at = sink_more(sink, 1);
	if (at)
		*at = byte;
}

const uint8_t *source_take(struct byte_source *source, size_t n)
{
	if (n > source->n || source->is_bad) {
		source->is_bad = true;
		return NULL;
	}
	source->at += n;
	source->n -= n;
	return source->at - n;
}

uint64_t source_varint(struct byte_source *source)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		const uint8_t *byte = source_take(source, 1);
		if (!byte)
			return 0;
		value |= (uint64_t)(*byte & 0x7f) << shift;
		if (*byte < 0x80)
			return value;
	}
	source->is_bad = true;
	return 0;
}

/* --- what the numbers are like ------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
	int64_t one, other;
	memcpy(&one, a, sizeof(one));
	memcpy(&other, b, sizeof(other));
	return (one > other) - (one < other);
}

/* The median of some of them. */
static uint64_t centre_of(const uint64_t *numbers, size_t n)
{
	int64_t some[LOOKED_AT];
	size_t step = n / LOOKED_AT + 1, n_some = 0;
	for (size_t i = 0; i < n; i += step)
		some[n_some++] = (int64_t)numbers[i];
	qsort(some, n_some, sizeof(*some), by_value);
	return (uint64_t)some[n_some / 2];
}

static unsigned width_of(uint64_t value)
{
	return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* How many low bits are apart from the byte, so that nearly all numbers have one. */
static unsigned shift_of(const uint64_t *numbers, size_t n, uint64_t centre)
{
	size_t wider[65] = { 0 }, left = n;
	unsigned width = 0;
	for (size_t i = 0; i < n; i++)
		wider[width_of(zigzag(numbers[i] - centre))]++;
	while (width < 64 && (left -= wider[width]) > n / RARE)
		width++;
	return width > WIDTH ? width - WIDTH : 0;
}

/* --- writing ----------------------------------------------------------------------------- */

/* Matches of whole sequences are looked for only where one byte is most of them. */
static int strategy_of(const uint8_t *bytes, size_t n)
{
	size_t counts[256] = { 0 }, most = 0;
	for (size_t i = 0; i < n; i++)
		most = ++counts[bytes[i]] > most ? counts[bytes[i]] : most;
	return most > n / 2 ? Z_DEFAULT_STRATEGY : Z_HUFFMAN_ONLY;
}

static void put_deflated(struct byte_sink *sink, uint8_t *bytes, size_t n)
{
	z_stream zip = { .next_in = bytes, .avail_in = (uInt)n };
	int code = deflateInit2(&zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS,
				MEMORY_LEVEL, strategy_of(bytes, n));
	size_t room = code == Z_OK ? deflateBound(&zip, n) : 0;
	uint8_t *out = malloc(room + 1);
	zip.next_out = out;
	zip.avail_out = (uInt)room;
	if (code != Z_OK || !out || deflate(&zip, Z_FINISH) != Z_STREAM_END)
		sink->has_failed = true;
	sink_put_varint(sink, zip.total_out);
	uint8_t *at = sink_more(sink, zip.total_out);
	if (at)
		memcpy(at, out, zip.total_out);
	free(out);
	if (code == Z_OK)
		deflateEnd(&zip);
}

static void put_low_bits(struct byte_sink *sink, const uint64_t *numbers,
			 const uint8_t *bytes, size_t n, uint64_t least, unsigned k)
{
	size_t before = sink->n;
	uint8_t *at = sink_more(sink, n * k / 8 + 2 * sizeof(uint64_t));
	struct bit_writer writer = { .at = at };
	if (!at || k == 0) {
		sink->n = before;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (bytes[i] != ESCAPE)
			bits_put(&writer, (numbers[i] - least) & ((UINT64_C(1) << k) - 1),
				 k);
	sink->n = before + (size_t)(bits_finish(&writer) - at);
}

static void put_spread(struct byte_sink *sink, const uint64_t *numbers, size_t n,
		       uint64_t least, unsigned k)
{
	uint8_t *bytes = malloc(n);
	if (!bytes) {
		sink->has_failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t byte = (numbers[i] - least) >> k;
		bytes[i] = byte < ESCAPE ? (uint8_t)byte : ESCAPE;
	}
	put_byte(sink, (uint8_t)k);
	sink_put_varint(sink, zigzag(least));
	put_deflated(sink, bytes, n);
	put_low_bits(sink, numbers, bytes, n, least, k);
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == ESCAPE)
			sink_put_varint(sink, zigzag(numbers[i]));
	free(bytes);
}

static void put_whole(struct byte_sink *sink, const uint64_t *numbers, size_t n)
{
	put_byte(sink, KIND_WHOLE);
	for (size_t i = 0; i < n; i++)
		for (int shift = 0; shift < 64; shift += 8)
			put_byte(sink, (uint8_t)(numbers[i] >> shift));
}

static bool are_same(const uint64_t *numbers, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (numbers[i] != numbers[0])
			return false;
	return true;
}

void stream_put(struct byte_sink *sink, const uint64_t *numbers, size_t n)
{
	if (n == 0)
		return;
	if (are_same(numbers, n)) {
		put_byte(sink, KIND_SAME);
		sink_put_varint(sink, zigzag(numbers[0]));
		return;
	}
	uint64_t centre = centre_of(numbers, n);
	unsigned k = shift_of(numbers, n, centre);
	if (k > SHIFT_MOST - 1)
		put_whole(sink, numbers, n);
	else
		put_spread(sink, numbers, n, centre - ((uint64_t)MIDDLE << k), k);
}

/* --- reading ----------------------------------------------------------------------------- */

/* Exactly n bytes out of size, and no more. */
static bool inflate_all(const uint8_t *data, size_t size, uint8_t *bytes, size_t n)
{
	z_stream zip = { .next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size };
	if (size > UINT32_MAX || n > UINT32_MAX || inflateInit2(&zip, WINDOW_BITS) != Z_OK)
		return false;
	zip.next_out = bytes;
	zip.avail_out = (uInt)n;
	int code = inflate(&zip, Z_FINISH);
	bool is_whole = code == Z_STREAM_END && zip.total_out == n && zip.avail_in == 0;
	inflateEnd(&zip);
	return is_whole;
}

static void get_low_bits(struct byte_source *source, uint64_t *numbers,
			 const uint8_t *bytes, size_t n, uint64_t least, unsigned k)
{
	size_t n_usual = 0;
	for (size_t i = 0; i < n; i++)
		n_usual += bytes[i] != ESCAPE;
	size_t size = (n_usual * k + 7) / 8;
	const uint8_t *at = source_take(source, size);
	struct bit_reader reader = { .at = at, .end = at ? at + size : NULL };
	for (size_t i = 0; at && i < n; i++)
		if (bytes[i] != ESCAPE)
			numbers[i] = least + ((uint64_t)bytes[i] << k) +
				     (k ? bits_get(&reader, k) : 0);
	source->is_bad = source->is_bad || reader.is_bad;
}

static void get_spread(struct byte_source *source, uint64_t *numbers, size_t n, unsigned k)
{
	uint64_t least = unzigzag(source_varint(source));
	uint64_t size = source_varint(source);
	const uint8_t *data = source_take(source, size);
	uint8_t *bytes = data ? malloc(n) : NULL;
	if (!bytes || !inflate_all(data, size, bytes, n)) {
		source->is_bad = true;
		free(bytes);
		return;
	}
	get_low_bits(source, numbers, bytes, n, least, k);
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == ESCAPE)
			numbers[i] = unzigzag(source_varint(source));
	free(bytes);
}

static void get_whole(struct byte_source *source, uint64_t *numbers, size_t n)
{
	for (size_t i = 0; i < n && !source->is_bad; i++) {
		const uint8_t *bytes = source_take(source, sizeof(*numbers));
		for (unsigned k = 0; bytes && k < sizeof(*numbers); k++)
			numbers[i] |= (uint64_t)bytes[k] << 8 * k;
	}
}

void stream_get(struct byte_source *source, uint64_t *numbers, size_t n)
{
	if (n == 0)
		return;
	memset(numbers, 0, n * sizeof(*numbers));
	const uint8_t *kind = source_take(source, 1);
	if (!kind)
		return;
	if (*kind == KIND_SAME) {
		uint64_t number = unzigzag(source_varint(source));
		for (size_t i = 0; i < n; i++)
			numbers[i] = number;
	} else if (*kind == KIND_WHOLE)
		get_whole(source, numbers, n);
	else if (*kind <= SHIFT_MOST)
		get_spread(source, numbers, n, *kind);
	else
		source->is_bad = true;
	if (source->is_bad)
		memset(numbers, 0, n * sizeof(*numbers));
}
