/* schema/samples/bits.h - whole numbers in as few bits as they need: the layer below schema/samples/chunk.h.
 *
 * A stream of bits fills bytes from the lowest bit up; the last byte is padded with zeros.
 *   varint   LEB128: groups of eight bits, seven of them value, lowest first; the eighth says
 *            that more follow
 *   run      unsigned numbers in blocks of 64 (the last may be shorter). A block begins with
 *            six bits k. k = 63: each number of the block is 0, and nothing follows. Otherwise
 *            (k <= 62) each number u is a Rice code: with q = u >> k, if q < 12, q zero bits, a
 *            one, and the k low bits of u; else twelve zero bits, six bits w - 1, and u in w
 *            bits, w being the least that hold it
 *   zigzag   a signed number as an unsigned one: (x << 1) ^ (x >> 63)
 * Nothing here fails while writing. A reader that meets the end too early, or a code that
 * cannot be, gives zeros from then on and is_bad. */
#ifndef JOULECART_BITS_H
#define JOULECART_BITS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RUN_BLOCK = 64,  /* numbers that share one k */
	RUN_ESCAPE = 12, /* as many zero bits announce a number that is written in full */
	RUN_ZERO = 63,   /* the k of a block of zeros */
	RUN_MAX_BITS =
	    88 /* the most that one number takes in a run, its block's k included */
};

static inline uint64_t zigzag(uint64_t difference)
{
	return (difference << 1) ^ (0 - (difference >> 63));
}

static inline uint64_t unzigzag(uint64_t code)
{
	return (code >> 1) ^ (0 - (code & 1));
}

struct bit_writer {
	uint8_t *at;
	uint64_t pending; /* its n_pending low bits are not in bytes yet */
	unsigned n_pending;
};

/* The n low bits of value, n <= 64; the others are 0. */
void bits_put(struct bit_writer *writer, uint64_t value, unsigned n);
void bits_put_varint(struct bit_writer *writer, uint64_t value);

/* Pads the last byte; returns where the stream ended. */
uint8_t *bits_finish(struct bit_writer *writer);

struct bit_reader {
	const uint8_t *at, *end;
	uint64_t pending;
	unsigned n_pending;
	bool is_bad;
};

uint64_t bits_get(struct bit_reader *reader, unsigned n);
uint64_t bits_get_varint(struct bit_reader *reader);

/* Was everything read, but for less than a byte of zeros? */
bool bits_at_end(const struct bit_reader *reader);

/* A run being written: fill with run_put, then run_end. Starts as { .writer = ... }. */
struct run_writer {
	struct bit_writer *writer;
	size_t n;
	uint64_t block[RUN_BLOCK];
};
void run_put(struct run_writer *run, uint64_t value);
void run_end(struct run_writer *run);

/* A run of n_left numbers being read. Starts as { .reader = ..., .n_left = ... }. */
struct run_reader {
	struct bit_reader *reader;
	size_t n_left, n_in_block;
	unsigned k;
};
uint64_t run_get(struct run_reader *run);

#endif
