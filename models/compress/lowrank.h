/* models/compress/lowrank.h - layers as products of smaller ones.
 *
 * By SVD: a layer's matrix [out][in] (a convolution's [out][in x kernel]) becomes U_r and
 * S_r V_r^T of rank r, the nearest of that rank in the Frobenius norm (Eckart, Young 1936);
 * the root of S goes to either side.
 *
 * By CP: a kernel w[o][i][k] becomes sum over r of a[o][r] b[i][r] c[k][r] (Lebedev et al.
 * 2015), a chain of a 1 x 1 convolution, a depthwise one and a 1 x 1; found by alternating
 * least squares, which reaches a local optimum. */
#ifndef JOULECART_MODELS_LOWRANK_H
#define JOULECART_MODELS_LOWRANK_H
#include <stddef.h>
#include <stdint.h>

struct problem;
struct weights;

/* w[rows][columns] ~ left[rows][rank] right[rank][columns], both row by row. rank at most the
 * smaller side. The caller gives the memory. 0, or -1 with *why: no memory, or LAPACK finds no
 * solution. */
int lowrank_svd(const float *w, size_t rows, size_t columns, size_t rank, float *left,
		float *right, struct problem *why);

/* A convolution's kernel w[out][in][kernel], and the memory for its three factors, which the
 * caller gives: a[out][rank], b[in][rank], c[kernel][rank]. */
struct cp_kernel {
	const float *w;
	size_t out, in, kernel;
	float *a, *b, *c;
};

/* w ~ sum of a b c over the rank; the three factors of a component are of one norm. 0, or -1
 * with *why: no memory, or LAPACK finds no solution. */
int lowrank_cp(const struct cp_kernel *cp, size_t rank, uint64_t seed, struct problem *why);

/* The model with each convolution of its body, and with each head's hidden layer, of that
 * rank where this makes it smaller. Heads of earlier stages go. NULL with *why filled. */
struct weights *lowrank_model_svd(const struct weights *weights, size_t rank,
				  struct problem *why);
/* The same by CP; the hidden layer, which is a matrix, by SVD. */
struct weights *lowrank_model_cp(const struct weights *weights, size_t rank, uint64_t seed,
				 struct problem *why);

#endif
