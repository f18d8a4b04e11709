/* schema/samples/bits.c - see bits.h. */
#include <config.h>

#include "schema/samples/bits.h"

#include <string.h>

/* Bits of the word that is filled; LEB128: seven bits a byte, the eighth says that more follow. */
enum { WORD = 64, VARINT_BITS = 7, VARINT_MORE = 0x80, K_BITS = 6 };

static unsigned width(uint64_t value)
{
	return value ? WORD - (unsigned)__builtin_clzll(value) : 1;
}

static uint64_t low(uint64_t value, unsigned n)
{
	return n < WORD ? value & ((UINT64_C(1) << n) - 1) : value;
}

static void store_word(struct bit_writer *writer)
{
	uint64_t word = __builtin_bswap64(writer->pending);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		word = writer->pending;
	memcpy(writer->at, &word, sizeof(word));
	writer->at += sizeof(word);
}

void bits_put(struct bit_writer *writer, uint64_t value, unsigned n)
{
	if (n == 0)
		return;
	writer->pending |= value << writer->n_pending;
	if (writer->n_pending + n < WORD) {
		writer->n_pending += n;
		return;
	}
	store_word(writer);
	unsigned n_written = WORD - writer->n_pending;
	writer->pending = n_written < WORD ? value >> n_written : 0;
	writer->n_pending = n - n_written;
}

void bits_put_varint(struct bit_writer *writer, uint64_t value)
{
	for (; value >= VARINT_MORE; value >>= VARINT_BITS)
		bits_put(writer, (value & (VARINT_MORE - 1)) | VARINT_MORE, 8);
	bits_put(writer, value, 8);
}

uint8_t *bits_finish(struct bit_writer *writer)
{
	while (writer->n_pending > 0) {
		*writer->at++ = (uint8_t)writer->pending;
		writer->pending >>= 8;
		writer->n_pending -= writer->n_pending < 8 ? writer->n_pending : 8;
	}
	return writer->at;
}

/* Up to 57 bits and more are pending afterwards, as long as there are any. */
static void refill(struct bit_reader *reader)
{
	while (reader->n_pending <= WORD - 8 && reader->at < reader->end) {
		reader->pending |= (uint64_t)*reader->at++ << reader->n_pending;
		reader->n_pending += 8;
	}
}

static uint64_t take(struct bit_reader *reader, unsigned n)
{
	if (reader->n_pending < n)
		refill(reader);
	if (reader->n_pending < n) {
		reader->is_bad = true;
		return 0;
	}
	uint64_t value = low(reader->pending, n);
	reader->pending >>= n;
	reader->n_pending -= n;
	return value;
}

uint64_t bits_get(struct bit_reader *reader, unsigned n)
{
	const unsigned half = WORD / 2; /* what is sure to fit beside a partial byte */
	if (reader->is_bad)
		return 0;
	if (n <= half)
		return take(reader, n);
	uint64_t value = take(reader, half);
	return value | take(reader, n - half) << half;
}

uint64_t bits_get_varint(struct bit_reader *reader)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < WORD; shift += VARINT_BITS) {
		uint64_t group = bits_get(reader, 8);
		value |= (group & (VARINT_MORE - 1)) << shift;
		if (group < VARINT_MORE)
			return reader->is_bad ? 0 : value;
	}
	reader->is_bad = true;
	return 0;
}

bool bits_at_end(const struct bit_reader *reader)
{
	return !reader->is_bad && reader->at == reader->end && reader->n_pending < 8 &&
	       reader->pending == 0;
}

static uint64_t cost(const uint64_t *values, size_t n, unsigned k)
{
	uint64_t bits = n * (k + 1);
	for (size_t i = 0; i < n; i++) {
		uint64_t q = values[i] >> k;
		bits += q < RUN_ESCAPE ? q : RUN_ESCAPE + K_BITS - 1 + width(values[i]) - k;
	}
	return bits;
}

/* The k that takes the fewest bits: large numbers, rare, pull the mean up, so from its width
 * downwards. */
static unsigned best_k(const uint64_t *values, size_t n, uint64_t mean)
{
	unsigned k = width(mean);
	if (k >= RUN_ZERO)
		k = RUN_ZERO - 1;
	uint64_t bits = cost(values, n, k);
	while (k > 0) {
		uint64_t fewer = cost(values, n, k - 1);
		if (fewer > bits)
			break;
		bits = fewer;
		k--;
	}
	return k;
}

static void put_number(struct bit_writer *writer, uint64_t value, unsigned k)
{
	uint64_t q = value >> k;
	if (q < RUN_ESCAPE) {
		bits_put(writer, UINT64_C(1) << q, (unsigned)q + 1);
		bits_put(writer, low(value, k), k);
		return;
	}
	bits_put(writer, 0, RUN_ESCAPE);
	bits_put(writer, width(value) - 1, K_BITS);
	bits_put(writer, value, width(value));
}

void run_end(struct run_writer *run)
{
	uint64_t whole = 0, rest = 0, any = 0; /* of the mean: no sum of 64 overflows so */
	for (size_t i = 0; i < run->n; i++) {
		whole += run->block[i] / RUN_BLOCK;
		rest += run->block[i] % RUN_BLOCK;
		any |= run->block[i];
	}
	if (run->n == 0)
		return;
	uint64_t mean = whole + rest / RUN_BLOCK;
	unsigned k = any ? best_k(run->block, run->n, mean) : RUN_ZERO;
	bits_put(run->writer, k, K_BITS);
	for (size_t i = 0; any && i < run->n; i++)
		put_number(run->writer, run->block[i], k);
	run->n = 0;
}

void run_put(struct run_writer *run, uint64_t value)
{
	run->block[run->n++] = value;
	if (run->n == RUN_BLOCK)
		run_end(run);
}

static uint64_t get_number(struct bit_reader *reader, unsigned k)
{
	if (reader->n_pending < RUN_ESCAPE)
		refill(reader);
	/* Beyond the end there are zeros: the escape's own bits are then missing. */
	unsigned zeros = reader->pending ? (unsigned)__builtin_ctzll(reader->pending)
					 : WORD;
	if (zeros < RUN_ESCAPE) {
		take(reader, zeros + 1);
		return (uint64_t)zeros << k | bits_get(reader, k);
	}
	take(reader, RUN_ESCAPE);
	unsigned n = (unsigned)bits_get(reader, K_BITS) + 1;
	return bits_get(reader, n);
}

uint64_t run_get(struct run_reader *run)
{
	if (run->n_in_block == 0) {
		run->n_in_block = run->n_left < RUN_BLOCK ? run->n_left : RUN_BLOCK;
		run->n_left -= run->n_in_block;
		run->k = (unsigned)bits_get(run->reader, K_BITS);
	}
	if (run->n_in_block == 0 || run->reader->is_bad)
		return 0;
	run->n_in_block--;
	return run->k == RUN_ZERO ? 0 : get_number(run->reader, run->k);
}
