/* models/train/linear.h - training of the linear model over hashed n-grams (models/infer/shallow.h). */
#ifndef JOULECART_MODELS_LINEAR_H
#define JOULECART_MODELS_LINEAR_H
#include <stddef.h>

struct problem;
struct train_job;
struct weights;

/* Weights of 0, of a table of so many rows. NULL with *why filled. */
struct weights *linear_init(size_t rows, struct problem *why);

/* Trains them in place as train() does a network, without a head's or an embedding's own rate. *loss becomes
 * the mean of the last epoch. 0, or -1 with *why filled. */
int linear_train(struct weights *weights, const struct train_job *job, float *loss,
		 struct problem *why);

#endif
