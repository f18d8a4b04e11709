/* models/kernels/head.h - the arithmetic between a head's layers, on rows of
 * [channels of the pool | FEATURE_PROFILE profile fields]. */
#ifndef JOULECART_MODELS_HEAD_H
#define JOULECART_MODELS_HEAD_H
#include <stddef.h>

struct features;

/* joined[b] = [pool[b] | profile of features[b]] for n rows. */
void head_join(const float *pool, const struct features *features, size_t n,
	       size_t channels, float *joined);
/* gated[b] = [pool | 2 x gate[b] x profile]. */
void head_gate(const float *joined, const float *gate, size_t n, size_t channels,
	       float *gated);
/* From the gradient on gated: to that on the gate, and on the pool (written). */
void head_gate_backward(const float *joined, const float *d_gated, size_t n,
			size_t channels, float *d_gate, float *d_pool);
/* Adds the gradient on joined to that on the pool; the profile needs none. */
void head_join_backward(const float *d_joined, size_t n, size_t channels, float *d_pool);

#endif
