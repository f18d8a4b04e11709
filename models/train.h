/* models/train.h - the training loop. */
#ifndef JOULECART_MODELS_TRAIN_H
#define JOULECART_MODELS_TRAIN_H
#include "models/optimizer.h"

#include <stddef.h>
#include <stdint.h>

struct dataset;
struct problem;
struct weights;

enum { TRAIN_BATCH = 32 };

struct training {
	size_t samples, epochs;
	struct optimizer_settings optimizer;
	float ngram_dropout; /* share of n-grams left out, anew each time */
	float early_weight;  /* of the losses of earlier heads */
	float soft_weight;   /* of distillation; the hard label has the rest */
	float temperature;   /* of distillation */
};

/* Told after each step; progress may be NULL. */
struct progress {
	void (*step)(void *self, size_t done, size_t of, float loss);
	void *self;
};

/* Trains the weights in place on the first samples of data (a multiple of TRAIN_BATCH is
 * used). teacher: logits [samples][classes], or NULL without distillation. *loss becomes the
 * mean of the last epoch. */
int train(struct weights *weights, const struct dataset *data, const float *teacher,
	  const struct training *how, uint64_t seed, const struct progress *progress,
	  float *loss, struct problem *why);

/* The logits of a model for each query of data; the caller frees. NULL with *why filled. */
float *train_soft_labels(const struct weights *weights, const struct dataset *data,
			 struct problem *why);

#endif
