/* models/kernels/embedding.h - a position's vector: the sum of its n-grams' rows over sqrt(count). */
#ifndef JOULECART_MODELS_EMBEDDING_H
#define JOULECART_MODELS_EMBEDDING_H
#include <stddef.h>

struct features;
struct weight;

/* Fills out[length][dimension], which must hold every position of the query; positions without
 * n-grams become zero. scale: what one step of each row is worth, for an I8 table; NULL for an
 * F32 or BF16 one. */
void embedding_forward(const struct weight *table, const float *scale,
		       const struct features *features, size_t length, float *out);

/* Adds each position's gradient to its rows in d_table[rows][dimension]. */
void embedding_backward(const struct features *features, size_t dimension,
			const float *d_out, float *d_table);

#endif
