/* schema/samples/stack-chunk.h - sampled stacks in the order of time, packed into BLOBs: when each was taken,
 * in which thread, where in the tree of calls it ended, and what it has of an energy channel.
 *
 * To the bit, with run and zigzag as in schema/samples/bits.h; arithmetic is modulo 2^64, and before the first of a
 * row stands 0. Of the samples (profile_chunk.data), n numbers each:
 *   1. a run of the microseconds from the sample before, of the first from the chunk's begin_mono_ns
 *   2. a run of zigzag(thread - the thread before), by profile_thread.ordinal; thread 0: not known
 *   3. a run of zigzag(node - the node before), by profile_node.ordinal
 * Of their amounts in a channel (profile_chunk_energy.data), where m * 2^scale are the raw steps:
 *   1. a run of n: 1 where m is another than the m before, else 0, as it mostly is within a tick
 *   2. a run of zigzag(m - the m before) of those that are 1
 * scale is such that the amounts are about 2^10 on average: each is right to 0.05 % of that. The last byte is
 * padded with zeros. The row's crc32 is that of chunk.h. */
#ifndef JOULECART_STACK_CHUNK_H
#define JOULECART_STACK_CHUNK_H
#include <stddef.h>
#include <stdint.h>

enum {
	STACK_CHUNK_MOST = 1 << 14,      /* samples of a chunk as they are written */
	STACK_CHUNK_READ_MOST = 1 << 20, /* more are damage, not a reason to allocate */
	STACK_SAMPLES_MOST = 1 << 21,    /* of a trial: later ones have no time */
	/* of a trial that a report unpacks: a chunk's, and so many more for each of its bytes. Samples take three
	 * bytes each; of a few bytes that tell of millions, the file's maker made up all but the first */
	STACK_READ_FREELY = STACK_CHUNK_MOST,
	STACK_PER_BYTE_MOST = 8,
	STACK_SCALE_MOST = 64,
	STACK_NS_PER_TICK = 1000 /* to which times are rounded down */
};

struct stack_moment {
	int64_t time_ns; /* CLOCK_MONOTONIC */
	uint32_t thread, node;
};

/* The most bytes that n samples, or n amounts, can take. */
size_t stack_chunk_bound(size_t n);

/* Packs n samples, whose times never fall and begin at begin_ns or later, into data, which has room for
 * stack_chunk_bound(n). Returns the bytes used. */
size_t stack_chunk_encode(const struct stack_moment *moments, size_t n, int64_t begin_ns,
			  uint8_t *data);

/* Unpacks exactly n. 0, or -1: the bytes end early or go on after the last, or a number is none that can be
 * written. */
int stack_chunk_decode(const uint8_t *data, size_t size, int64_t begin_ns,
		       struct stack_moment *moments, size_t n);

/* The same of amounts, of 0 or more: *scale is chosen, and then told. */
size_t stack_amounts_encode(const double *amounts, size_t n, int *scale, uint8_t *data);
int stack_amounts_decode(const uint8_t *data, size_t size, int scale, double *amounts,
			 size_t n);

#endif
