/* models/variants/prune-gradually.h - single weights of the convolutions set to zero, more and more of
 * them while the model is trained on.
 *
 * What a weight counts for:
 *   magnitude   |w|
 *   activation  |w| x the mean |input| that it multiplies (as Sun et al. 2024, with the mean
 *               in place of the Euclidean norm), measured on the parent
 *   gradient    the mean over recent batches of |w x dL/dw|, the first-order change of the
 *               loss without it (Molchanov et al. 2017)
 *
 * In each convolution the same share goes, by the schedule of Zhu and Gupta (2018). */
#ifndef JOULECART_MODELS_PRUNE_GRADUALLY_H
#define JOULECART_MODELS_PRUNE_GRADUALLY_H
#include "models/variants/fine-tune.h"

/* What the variants share, which differ in what a weight counts for alone. */
#define PRUNED_GRADUALLY_TRAINING FINE_TUNING(16000, 1)
#define PRUNED_GRADUALLY_CAVEAT                                                    \
	"saves no bytes: its zeros are stored; saves time only where libxsmm has " \
	"sparse kernels (AVX-512)"
#define PRUNED_GRADUALLY_LEVEL                                        \
	{                                                             \
		"share of zeros in each convolution", 0.95, 0.0, 0.99 \
	}

enum saliency { BY_MAGNITUDE, BY_ACTIVATION, BY_GRADIENT };

/* The share of zeros after `done` of `of` steps: final x (1 - (1 - t)^3), t from 0 to 1 over
 * the first 60 % of them; the rest is for recovering. */
double prune_schedule(double final, size_t done, size_t of);

/* Zeroes the share of w[n] with the least score. Ties go by index. 0, or -1 when memory is
 * short. */
int prune_least(float *w, const float *score, size_t n, double share);

/* What a variant of this kind does: the parent, pruned to build->level while it is trained.
 * NULL with *why filled. */
struct weights *prune_gradually(struct build *build, enum saliency by, struct problem *why);

#endif
