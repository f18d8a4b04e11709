/* schema/samples/chunk.h - the raw readings of one channel over one rollup, packed into a BLOB.
 *
 * Format 2, to the bit. The BLOB is one stream of bits; varint, zigzag and run are those of
 * schema/samples/bits.h. Arithmetic is modulo 2^64; >> of a signed number keeps its sign. Most of what
 * channels say at a tick, one tells of the others: chunks may take their times from the chunk
 * of an earlier channel with as many readings in the same rollup (the row's times_of). With n
 * readings (the row's n):
 *   1. varint f, the number of failed readings; then f pairs: varint of the index's distance
 *      from the pair before (from 0 for the first), varint errno.
 *   2. two bits, how times are written (t: the middle of a read, h: half of its width, in ns
 *      of CLOCK_MONOTONIC; T and H: those of times_of):
 *        0  differences of differences   varint zigzag(t[0]), then as below with
 *                                        prediction t[i-1] + (t[i-1] - t[i-2]); t[1] by t[0]
 *        1  an even grid                 varint zigzag(t[0]), varint step, then as below with
 *                                        prediction a + step, where a = t[0] at first, and
 *                                        after each reading a = prediction + (r >> 3) where
 *                                        |r| <= step / 2, else prediction + step * the whole
 *                                        number nearest to r / step (halves away from 0)
 *        2  the same as times_of's       t = T, h = H; nothing is written
 *        3  after times_of's             prediction T[i] + H[i] + h[i] + gap, gap an average
 *                                        (below) of what exceeded the three before
 *      Unless 2: a run of n half widths, each as zigzag(h - average), then a run of zigzag(r),
 *      r = t - prediction, of all readings (in 3) or all but the first.
 *   3. for the readings that did not fail, if any: varint numerator, varint denominator, varint
 *      of the first s; then a run of zigzag((s - the s before) - average) of the others, where
 *      raw = s * numerator / denominator, rounded down. Counters step in units of the hardware
 *      (RAPL: 2^-14 J, told in whole microjoules): s counts these.
 * An average is 0 before the first value, then that value; its spread is 0 at first. With each
 * further value, d = |value - average|: where d > (spread + 16) * 32, the average stays and the
 * spread becomes ((spread + 16) * 32) >> 3; else the average grows by (value - average) >> 3 and
 * the spread by (d - spread) >> 3. The last byte is padded with zeros. The row's crc32 is zlib's over the BLOB.
 *
 * The form that is chosen where several could tell the same is a part of the format, too: a fleet's database keeps
 * readings and packs them again (schema/packed/reading-page.h). */
#ifndef JOULECART_CHUNK_H
#define JOULECART_CHUNK_H
#include "schema/samples/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHUNK_FORMAT = 2,           /* as written */
	CHUNK_FORMAT_OLDEST = 1,    /* as still read: schema/samples/chunk1.h */
	CHUNK_MAX_SAMPLES = 1 << 20 /* a larger n is damage, not a reason to allocate */
};

/* The most bytes that n samples can take. */
size_t chunk_bound(size_t n);

/* Packs samples[0..n), n > 0, into data, which holds chunk_bound(n) bytes. times_of: n samples
 * of another channel, read at the same ticks and kept in the same rollup, or NULL;
 * *uses_times_of tells whether they will be needed to unpack. Returns the bytes used. */
size_t chunk_encode(const struct sample *samples, size_t n, const struct sample *times_of,
		    uint8_t *data, bool *uses_times_of);

/* Unpacks exactly n samples of that format; times_of as when packed, NULL if it was not used.
 * Returns 0, or -1 when the format is none, the bytes end early, go on after the last sample,
 * need times_of, or name a failed reading that does not exist. */
int chunk_decode(int format, const uint8_t *data, size_t size,
		 const struct sample *times_of, struct sample *samples, size_t n);

uint32_t chunk_crc32(const uint8_t *data, size_t size);

#endif
