/* schema/chunk.h - the raw readings of one channel over one stretch, packed into a BLOB.
 *
 * Format 1, to the byte. A varint is LEB128: seven bits a byte, lowest first, the top bit set
 * on all but the last. zigzag(x) maps a signed value to an unsigned one: (x << 1) ^ (x >> 63).
 * With n readings (the row's n), the BLOB is four runs after each other:
 *   1. varint f, the number of failed readings; then f pairs: varint of the index's distance
 *      from the pair before (from 0 for the first), varint errno;
 *   2. n times, the middle of each read in ns of CLOCK_MONOTONIC: zigzag of the first, of the
 *      first difference, then of each difference of differences;
 *   3. n half widths of the reads in ns: zigzag of the first, then of each difference;
 *   4. the raw value of each reading that did not fail: varint of the first, then zigzag of
 *      each difference modulo 2^64.
 * The row's crc32 is zlib's over the BLOB. */
#ifndef JOULECART_CHUNK_H
#define JOULECART_CHUNK_H
#include <stddef.h>
#include <stdint.h>

enum { CHUNK_FORMAT = 1 };

/* One reading with its place in time. raw is 0 where err is not. */
struct sample {
	int64_t mono_ns; /* the middle of the read */
	int64_t half_ns; /* half of the time that the read took */
	uint64_t raw;
	int err; /* 0, or the errno of the failed read */
};

/* The most bytes that n samples can take. */
size_t chunk_bound(size_t n);

/* Packs samples[0..n) into data, which holds chunk_bound(n) bytes. Returns the bytes used. */
size_t chunk_encode(const struct sample *samples, size_t n, uint8_t *data);

/* Unpacks exactly n samples. Returns 0, or -1 when the bytes end early, go on after the last
 * sample, or name a failed reading that does not exist. */
int chunk_decode(const uint8_t *data, size_t size, struct sample *samples, size_t n);

uint32_t chunk_crc32(const uint8_t *data, size_t size);

#endif
