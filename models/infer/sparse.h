/* models/infer/sparse.h - convolutions whose weights are mostly zero, by libxsmm's sparse kernels.
 *
 * libxsmm compiles, for one pattern of zeros, a kernel that multiplies what is not zero, with
 * the positions of a query, or of a few, across the lanes of some vectors. Before each the input is laid out so
 * that a convolution is one product of matrices (im2col). Floats, one thread.
 *
 * Of the sparse kernels packaged for Debian 12 it is the one that is faster than oneDNN's
 * dense ones at the sparsity that keeps the quality (doc/models.md has the figures). */
#ifndef JOULECART_MODELS_SPARSE_H
#define JOULECART_MODELS_SPARSE_H
#include <stdbool.h>
#include <stddef.h>

struct model_shape;
struct problem;
struct query_span;
struct weights;
struct sparse_body;

enum { SPARSE_MAX_KERNEL = 8 }; /* taps of a convolution */

/* Whether libxsmm makes such kernels for this CPU. Without libxsmm (sparse-none.c): never. */
bool sparse_available(void);
/* Whether all convolutions are plain F32 ones with so many zeros that they would gain. */
bool sparse_pays(const struct weights *weights, const struct model_shape *shape);

/* All stages of the model, for batches up to that size. NULL with *why filled, also where it
 * is not available. */
struct sparse_body *sparse_body_create(const struct weights *weights,
				       const struct model_shape *shape, size_t batch,
				       struct problem *why);
void sparse_body_free(struct sparse_body *body); /* takes NULL */

/* input: a row of embed floats a position, where each of the n spans stands. pooled: [n][channels of
 * the last stage], the maximum over time. */
void sparse_body_run(struct sparse_body *body, const float *input,
		     const struct query_span *spans, size_t n, float *pooled);

#endif
