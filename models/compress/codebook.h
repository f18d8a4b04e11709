/* models/compress/codebook.h - weights that share a few values (Han, Mao, Dally 2016).
 *
 * Of each tensor with more than one dimension the numbers are put into 2^bits groups by
 * k-means, and each number becomes its group's mean. In memory the numbers stay floats; in a
 * file each is `bits` wide (packed.h). */
#ifndef JOULECART_MODELS_CODEBOOK_H
#define JOULECART_MODELS_CODEBOOK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;
struct weight;
struct weights;
struct codes;

/* One dimension of k-means (Lloyd 1982), from values spread over the quantiles: the values,
 * ascending. 0, or -1 when memory is short. */
int codebook_find(const float *x, size_t n, size_t n_values, float *values);
/* The index of the value nearest to x. */
size_t codebook_nearest(const float *values, size_t n_values, float x);

/* Whether its values are shared: floats of more than one dimension. */
bool codebook_shares(const struct weight *weight);

/* Shares the weights' values, and returns who shares with whom; NULL when memory is short.
 * bits: 1 to 8. */
struct codes *codebook_share(struct weights *weights, unsigned bits);
void codes_free(struct codes *codes); /* takes NULL */
/* A constraint (train.h; self: codes): after a step, each group takes its mean again. */
int codebook_hold(void *self, struct weights *weights, const struct weights *gradients,
		  size_t done, size_t of, struct problem *why);

#endif
