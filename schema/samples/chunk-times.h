/* schema/samples/chunk-times.h - the times of a chunk's readings, and how long each reading took. Their bits are in
 * chunk.h. */
#ifndef JOULECART_CHUNK_TIMES_H
#define JOULECART_CHUNK_TIMES_H
#include "schema/samples/bits.h"
#include "schema/samples/sample.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes them in the form that is the shortest. times_of: n readings of another channel at the same ticks,
 * or NULL. Returns whether its times are what these are told by. */
bool chunk_put_times(struct bit_writer *writer, const struct sample *samples, size_t n,
		     const struct sample *times_of);

/* Fills in the times and half-widths of n samples. 0, or -1: no such form, or no times_of where one is
 * needed. */
int chunk_get_times(struct bit_reader *reader, struct sample *samples, size_t n,
		    const struct sample *times_of);

#endif
