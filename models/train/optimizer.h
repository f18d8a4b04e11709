/* models/train/optimizer.h - Adam with decoupled weight decay (Kingma, Ba 2015; Loshchilov, Hutter
 * 2019). Rows of the embedding are touched only by batches that contain their n-grams. */
#ifndef JOULECART_MODELS_OPTIMIZER_H
#define JOULECART_MODELS_OPTIMIZER_H
#include <stddef.h>

struct features;
struct problem;
struct weights;

struct optimizer_settings {
	float rate;           /* largest learning rate */
	float embedding_rate; /* the embedding's, relative to rate */
	float head_rate;      /* the heads', relative to rate */
	float weight_decay;   /* on weights of layers, not on biases or the embedding */
};

struct optimizer;

/* For weights, of which frozen ones stay as they are, and gradients that both outlive it; NULL with *why
 * filled. */
struct optimizer *optimizer_create(struct weights *weights, struct weights *gradients,
				   const struct optimizer_settings *settings,
				   struct problem *why);
void optimizer_free(struct optimizer *optimizer); /* takes NULL */

/* One step at `schedule` (0 to 1) of the rate, after a batch of n features. Clears the
 * embedding's gradient. */
void optimizer_step(struct optimizer *optimizer, float schedule,
		    const struct features *features, size_t n);

/* Linear warm-up over the first 5 % of the steps, then a cosine down to 0. */
float schedule_at(size_t step, size_t n_steps);

#endif
