/* schema/packed/number-stream.h - many whole numbers of one kind in few bytes: those of one distribution, which
 * a predictor has left of a column.
 *
 *   varint   LEB128; zigzag as in schema/samples/bits.h; arithmetic is modulo 2^64
 *   stream   one byte k, then
 *            64        all numbers are the same: varint zigzag(it)
 *            0 to 57   varint zigzag(least), varint size, size bytes of raw deflate: a byte b for each number;
 *                      then the k low bits of each of those with b < 255, as one stream of bits (bits.h), padded to
 *                      a byte; then for those with b = 255 varint zigzag(the number). A number is
 *                      least + (b << k) + its low bits
 *            65        eight bytes for each number, lowest first
 * Bits that are noise take no more than their width, and what the numbers have in common is Huffman's, from zlib. */
#ifndef JOULECART_NUMBER_STREAM_H
#define JOULECART_NUMBER_STREAM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow; after a want of memory it has_failed, and no more is added. Starts as zeros; free(data). */
struct byte_sink {
	uint8_t *data;
	size_t n, room;
	bool has_failed;
};

/* Room for n bytes behind those that are there, which the caller fills: NULL, has_failed. */
uint8_t *sink_more(struct byte_sink *sink, size_t n);
void sink_put_varint(struct byte_sink *sink, uint64_t value);

/* Bytes of unknown origin: after the first that are missing or cannot be it is_bad, and gives zeros. */
struct byte_source {
	const uint8_t *at;
	size_t n;
	bool is_bad;
};

/* The next n bytes, or NULL: there are fewer. */
const uint8_t *source_take(struct byte_source *source, size_t n);
uint64_t source_varint(struct byte_source *source);

/* No number: no byte. */
void stream_put(struct byte_sink *sink, const uint64_t *numbers, size_t n);
/* Exactly n of them; zeros where it is bad. */
void stream_get(struct byte_source *source, uint64_t *numbers, size_t n);

#endif
