/* models/train/gradient-exchange.c - see gradient-exchange.h. */
#include <config.h>

#include "models/train/gradient-exchange.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/weights/weights.h"

#include <stdlib.h>
#include <string.h>

/* A tensor of at least so many numbers is summed where it lies; copying the smaller ones into one message costs
 * less than a message for each. */
enum { LARGE = 1 << 16 };

struct shared_gradients {
	const struct gradient_exchange *exchange;
	struct weights *gradients;
	const struct weight *table; /* the embedding's */
	float *message;
	size_t *taken; /* per row of the embedding: the last batch that has it */
	size_t batch;
};

bool exchange_is_shared(const struct gradient_exchange *exchange)
{
	return exchange && exchange->ranks > 1;
}

bool exchange_is_first(const struct gradient_exchange *exchange)
{
	return !exchange || exchange->rank == 0;
}

static int failed_exchange(const char *reason, struct problem *why)
{
	problem_what(why, "cannot train together with the other ranks");
	return problem_refuse(why, "see what the other ranks and mpirun say", "%s", reason);
}

int exchange_agree(const struct gradient_exchange *exchange, uint64_t number,
		   const char *what, struct problem *why)
{
	bool same = true;
	const char *reason = exchange_is_shared(exchange)
				 ? exchange->same(exchange->self, number, &same)
				 : NULL;
	if (reason)
		return failed_exchange(reason, why);
	if (same)
		return 0;
	problem_what(why, "cannot train together with the other ranks");
	return problem_refuse(why,
			      "give every rank the same command, the same files and the "
			      "same kind of processor",
			      "they have %s of their own", what);
}

static bool is_packed(const struct shared_gradients *shared, const struct weight *weight)
{
	return weight != shared->table && weight_count(weight) < LARGE;
}

struct shared_gradients *shared_gradients_create(const struct gradient_exchange *exchange,
						 struct weights *gradients, size_t n,
						 struct problem *why)
{
	struct shared_gradients *shared = calloc(1, sizeof(*shared));
	if (!shared) {
		problem_what(why, "cannot train: out of memory");
		return NULL;
	}
	shared->exchange = exchange;
	shared->gradients = gradients;
	shared->table = weights_find(gradients, "embedding.weight");
	size_t rows = n * FEATURE_LENGTH * FEATURE_IDS, room = 1; /* 1: the loss */
	if (shared->table) /* else it reads pictures */
		room += shared->table->dims[1] *
			(rows < shared->table->dims[0] ? rows : shared->table->dims[0]);
	for (size_t i = 0; i < gradients->n; i++)
		if (is_packed(shared, &gradients->items[i]))
			room += weight_count(&gradients->items[i]);
	shared->message = calloc(room, sizeof(float));
	shared->taken = calloc(UINT16_MAX + 1, sizeof(size_t));
	if (shared->message && shared->taken)
		return shared;
	shared_gradients_free(shared);
	problem_what(why, "cannot train: out of memory");
	return NULL;
}

void shared_gradients_free(struct shared_gradients *shared)
{
	if (!shared)
		return;
	free(shared->message);
	free(shared->taken);
	free(shared);
}

/* Copies n numbers between a gradient and its place in the message, which moves on. */
static void carry(float *gradient, float **place, size_t n, bool back)
{
	memcpy(back ? gradient : *place, back ? *place : gradient, n * sizeof(float));
	*place += n;
}

/* The embedding's rows that occur in the batch, each once: in the same order in every rank. */
static void carry_rows(struct shared_gradients *shared, const struct features *features,
		       size_t n, float **place, bool back)
{
	if (!shared->table)
		return;
	size_t width = shared->table->dims[1];
	float *table = shared->table->data;
	shared->batch++;
	for (size_t b = 0; b < n; b++)
		for (size_t at = 0; at < features[b].n_positions; at++)
			for (size_t i = 0; i < features[b].n_ids[at]; i++) {
				size_t row = features[b].ids[at][i];
				if (shared->taken[row] == shared->batch)
					continue;
				shared->taken[row] = shared->batch;
				carry(table + row * width, place, width, back);
			}
}

/* Between the gradients and the message; returns how many numbers that has. */
static size_t carry_all(struct shared_gradients *shared, const struct features *features,
			size_t n, float *loss, bool back)
{
	float *place = shared->message;
	carry(loss, &place, 1, back);
	for (size_t i = 0; i < shared->gradients->n; i++) {
		const struct weight *weight = &shared->gradients->items[i];
		if (is_packed(shared, weight))
			carry(weight->data, &place, weight_count(weight), back);
	}
	carry_rows(shared, features, n, &place, back);
	return (size_t)(place - shared->message);
}

int shared_gradients_sum(struct shared_gradients *shared, const struct features *features,
			 size_t n, float *loss, struct problem *why)
{
	const struct gradient_exchange *exchange = shared->exchange;
	size_t in_message = carry_all(shared, features, n, loss, false);
	const char *reason = exchange->sum(exchange->self, shared->message, in_message);
	for (size_t i = 0; !reason && i < shared->gradients->n; i++) {
		const struct weight *weight = &shared->gradients->items[i];
		if (weight != shared->table && !is_packed(shared, weight))
			reason = exchange->sum(exchange->self, weight->data,
					       weight_count(weight));
	}
	if (reason)
		return failed_exchange(reason, why);
	carry_all(shared, features, n, loss, true);
	return 0;
}
