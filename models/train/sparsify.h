/* models/train/sparsify.h - an L1 penalty that makes weights zero while they are trained.
 *
 * By its proximal step (Tibshirani 1996; Parikh, Boyd 2014): after each step of the optimizer
 * a weight moves towards zero by rate x strength, and stays at zero once there. A gradient of
 * the penalty would come near zero and never reach it. */
#ifndef JOULECART_MODELS_SPARSIFY_H
#define JOULECART_MODELS_SPARSIFY_H
#include <stddef.h>

struct problem;
struct weights;

struct shrinkage {
	float strength; /* of the penalty, in loss per unit of |w| */
	float rate;     /* largest learning rate; it follows the optimizer's schedule */
};

/* For struct constraint; self: a struct shrinkage. Kernels of convolutions and dense layers
 * shrink; the embedding and biases do not. Always 0: it cannot fail. */
int shrink(void *self, struct weights *weights, const struct weights *gradients,
	   size_t done, size_t of, struct problem *why);

/* Sets the same layers' weights below `least` in size to zero. */
void threshold_weights(struct weights *weights, float least);

#endif
