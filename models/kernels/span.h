/* models/kernels/span.h - several queries side by side in one sequence of positions.
 *
 * Each keeps its own length. Between two of them lie positions that belong to none: as long as those
 * are zero, a convolution over the whole sequence answers each query as it would answer it alone. */
#ifndef JOULECART_MODELS_SPAN_H
#define JOULECART_MODELS_SPAN_H
#include "models/kernels/onednn.h"

#include <stddef.h>

/* The positions of one query. */
struct query_span {
	size_t begin, length; /* length at least 1 */
};

/* Lays n spans, whose lengths are given, one after the other with so many positions in between.
 * Returns the positions up to the end of the last one. */
size_t span_lay_out(struct query_span *spans, size_t n, size_t gap);

/* Zeros those of the sequence's rows that lie in no span. Spans stand in order. */
void span_clear_gaps(const struct query_span *spans, size_t n, size_t positions,
		     size_t row_bytes, void *rows);

/* Maximum over time: pooled[i][channels], of the i-th span's rows of x[positions][places][channels]. places:
 * of each position, as the pixels of a picture are. x: of f32, or of bf16 or u8 that are never negative.
 * step: what one step of u8 is worth. */
void span_pool(const struct query_span *spans, size_t n, size_t places,
	       const struct tensor *x, float step, size_t channels, float *pooled);

#endif
