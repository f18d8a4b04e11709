/* schema/samples/chunk1.h - chunks as databases before version 4 have them: read, not written.
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
 *      each difference modulo 2^64. */
#ifndef JOULECART_CHUNK1_H
#define JOULECART_CHUNK1_H
#include <stddef.h>
#include <stdint.h>

struct sample;

/* Unpacks exactly n samples. Returns 0, or -1 when the bytes end early, go on after the last
 * sample, or name a failed reading that does not exist. */
int chunk1_decode(const uint8_t *data, size_t size, struct sample *samples, size_t n);

#endif
