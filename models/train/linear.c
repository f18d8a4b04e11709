/* models/train/linear.c - see linear.h. */
#include <config.h>

#include "models/train/linear.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/shallow.h"
#include "models/kernels/embedding.h"
#include "models/train/gradient-exchange.h"
#include "models/train/train.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE, PROFILE, BIAS }; /* the tensors' order */

struct weights *linear_init(size_t rows, struct problem *why)
{
	const size_t outputs = N_OUTPUTS;
	struct weights *weights = weights_new();
	if (weights &&
	    weights_add(weights, "embedding.weight", WEIGHT_F32, 2,
			(size_t[]){ rows, outputs }) &&
	    weights_add(weights, "linear.weight", WEIGHT_F32, 2,
			(size_t[]){ outputs, FEATURE_PROFILE }) &&
	    weights_add(weights, "linear.bias", WEIGHT_F32, 1, &outputs))
		return weights;
	weights_free(weights);
	problem_what(why, "cannot train: out of memory");
	return NULL;
}

struct lesson {
	const struct train_job *job;
	struct weights *weights, *gradients;
	struct optimizer *optimizer;
	struct shallow *model;
	gsl_rng *rng;
	size_t *order;
	size_t n; /* samples used */
};

static void lesson_close(struct lesson *lesson)
{
	optimizer_free(lesson->optimizer);
	shallow_free(lesson->model);
	weights_free(lesson->gradients);
	gsl_rng_free(lesson->rng);
	free(lesson->order);
}

static int lesson_open(struct lesson *lesson, struct problem *why)
{
	lesson->gradients = weights_like(lesson->weights);
	lesson->rng = gsl_rng_alloc(gsl_rng_mt19937);
	lesson->order = calloc(lesson->n + 1, sizeof(*lesson->order));
	if (!lesson->gradients || !lesson->rng || !lesson->order)
		return problem_what(why, "cannot train: out of memory");
	gsl_rng_set(lesson->rng, lesson->job->seed);
	for (size_t i = 0; i < lesson->n; i++)
		lesson->order[i] = i;
	lesson->model = shallow_create(lesson->weights, why);
	if (!lesson->model)
		return -1;
	lesson->optimizer = optimizer_create(lesson->weights, lesson->gradients,
					     &lesson->job->how->optimizer, why);
	return lesson->optimizer ? 0 : -1;
}

/* The gradient of one answer on all weights that gave it. */
static void spread(struct lesson *lesson, const struct features *features, const float *dx)
{
	float rows[FEATURE_LENGTH * N_OUTPUTS];
	float *profile = lesson->gradients->items[PROFILE].data;
	float *bias = lesson->gradients->items[BIAS].data;
	for (size_t at = 0; at < features->n_positions; at++)
		memcpy(rows + at * N_OUTPUTS, dx, N_OUTPUTS * sizeof(float));
	embedding_backward(features, N_OUTPUTS, rows, lesson->gradients->items[TABLE].data);
	for (size_t i = 0; i < N_OUTPUTS; i++) {
		bias[i] += dx[i];
		for (size_t field = 0; field < FEATURE_PROFILE; field++)
			profile[i * FEATURE_PROFILE + field] += dx[i] *
								features->profile[field];
	}
}

static float learn_batch(struct lesson *lesson, const size_t *samples, float schedule)
{
	const struct dataset *data = lesson->job->data;
	struct features batch[TRAIN_BATCH];
	size_t rows = lesson->weights->items[TABLE].dims[0];
	float loss = 0.0f;
	for (size_t tensor = PROFILE; tensor <= BIAS; tensor++)
		memset(lesson->gradients->items[tensor].data, 0,
		       weight_bytes(&lesson->gradients->items[tensor]));
	for (size_t b = 0; b < TRAIN_BATCH; b++) {
		float logits[N_OUTPUTS], dx[N_OUTPUTS] = { 0 };
		features_of(&data->queries[samples[b]], rows, &batch[b]);
		shallow_run(lesson->model, &batch[b], logits);
		loss += train_answer_loss(lesson->job, samples[b], logits,
					  1.0f / TRAIN_BATCH, dx);
		spread(lesson, &batch[b], dx);
	}
	optimizer_step(lesson->optimizer, schedule, batch, TRAIN_BATCH);
	return loss;
}

static void learn(struct lesson *lesson, float *loss)
{
	const struct progress *progress = lesson->job->progress;
	size_t batches = lesson->n / TRAIN_BATCH, of = batches * lesson->job->how->epochs;
	for (size_t step = 0; step < of; step++) {
		size_t at = step % batches;
		if (at == 0) {
			gsl_ran_shuffle(lesson->rng, lesson->order, lesson->n,
					sizeof(lesson->order[0]));
			*loss = 0.0f;
		}
		*loss += learn_batch(lesson, lesson->order + at * TRAIN_BATCH,
				     schedule_at(step, of));
		if (progress)
			progress->step(progress->self, step + 1, of,
				       *loss / (float)(at + 1));
	}
	*loss /= (float)batches;
}

int linear_train(struct weights *weights, const struct train_job *job, float *loss,
		 struct problem *why)
{
	size_t asked = job->how->samples, all = job->data->n;
	size_t n = asked < all ? asked : all;
	struct lesson lesson = { .job = job,
				 .weights = weights,
				 .n = n / TRAIN_BATCH * TRAIN_BATCH };
	if (exchange_is_shared(job->exchange)) {
		problem_what(why, "cannot train with %zu ranks", job->exchange->ranks);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "train this variant without --mpi",
				      "the linear model is too small to be divided");
	}
	if (lesson.n == 0) {
		problem_what(why, "cannot train on %zu queries", n);
		return problem_refuse(why, "add training queries to the file",
				      "a batch has %d", TRAIN_BATCH);
	}
	int failed = lesson_open(&lesson, why);
	if (!failed)
		learn(&lesson, loss);
	lesson_close(&lesson);
	return failed;
}
