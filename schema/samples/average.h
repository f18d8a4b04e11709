/* schema/samples/average.h - what a noisy value stays close to. */
#ifndef JOULECART_AVERAGE_H
#define JOULECART_AVERAGE_H
#include <stdbool.h>
#include <stdint.h>

/* The part of each step that is followed: an eighth. */
enum { AVERAGE_SHIFT = 3 };

/* All zeros, it has not begun. */
struct average {
	bool has_begun;
	uint64_t value, spread;
};

/* A value far off (a wrap, a late tick) does not move it, but the spread, so that a few in a row do. It is a
 * part of the chunks' format, since reading predicts as writing did: it never changes. */
void average_follow(struct average *average, uint64_t value);

#endif
