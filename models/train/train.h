/* models/train/train.h - the training loop. */
#ifndef JOULECART_MODELS_TRAIN_H
#define JOULECART_MODELS_TRAIN_H
#include "models/train/optimizer.h"

#include <stddef.h>
#include <stdint.h>

struct dataset;
struct distillation;
struct gradient_exchange;
struct rounding;
struct problem;
struct weights;

/* Queries between two steps of the optimizer. */
enum { TRAIN_BATCH = 32 };

/* Queries of which the gradient is computed at once where processes share a batch, or would if there were more
 * than one; fewer where that is all that a process has. Up to four of them come to the same bits by this. */
enum { TRAIN_PART = 8 };

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

/* Run after each of the optimizer's steps: may change the weights, as a mask does, and see the
 * gradients that the step used (the embedding's are cleared by then). */
struct constraint {
	int (*apply)(void *self, struct weights *weights, const struct weights *gradients,
		     size_t done, size_t of, struct problem *why);
	void *self;
};

/* What to learn from, and how. */
struct train_job {
	const struct training *how;
	const struct dataset *data;
	const float *teacher; /* logits [samples][classes]; NULL: no distillation */
	uint64_t seed;
	const struct progress *progress;     /* may be NULL */
	const struct constraint *constraint; /* may be NULL */
	struct distillation *distillation;   /* may be NULL */
	struct rounding *rounding;           /* may be NULL */
	/* With the other processes that train the same job, each its parts of every batch; NULL: a batch is
	 * computed as a whole. What is drawn at random, the batches and their lengths do not depend on how many
	 * there are; nor does the rate, since the batch is the same. The weights of 1, 2 and 4 are the same to
	 * the bit; those of NULL, and of more, differ by rounding. */
	const struct gradient_exchange *exchange;
};

/* Trains the weights in place on the first samples of the data (a multiple of TRAIN_BATCH is used). *loss
 * becomes the mean of the last epoch. 0, or -1 with *why: no memory, a kernel fails, the job cannot be divided
 * among so many ranks, or one of them is gone. */
int train(struct weights *weights, const struct train_job *job, float *loss,
	  struct problem *why);

/* The loss of the answer x [outputs] to a sample, group by group: against what was taught, and against the
 * teacher's logits where the job has such; dx += its gradient. */
float train_answer_loss(const struct train_job *job, size_t sample, const float *x,
			float weight, float *dx);

/* The logits of a model for each query of data; the caller frees. NULL with *why filled. */
float *train_soft_labels(const struct weights *weights, const struct dataset *data,
			 struct problem *why);

/* The same with the maximum over time of the last stage. 0, or -1 with *why filled. */
struct teacher_outputs {
	float *logits; /* [queries][outputs] */
	float *pooled; /* [queries][width] */
	size_t outputs, width;
};
int train_teacher_outputs(const struct weights *weights, const struct dataset *data,
			  struct teacher_outputs *answers, struct problem *why);
void teacher_outputs_free(struct teacher_outputs *answers);

#endif
