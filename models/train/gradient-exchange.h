/* models/train/gradient-exchange.h - one training divided among processes ("ranks"), each of which computes its
 * parts of every batch: the gradients are added up, and every rank takes the same step.
 *
 * What the ranks say to each other goes through a struct gradient_exchange, of which MPI's is one (models/mpi).
 * Rounding depends on the order in which numbers are added. Here that is a binary tree over the parts of a
 * batch, ((1 + 2) + (3 + 4)) + ..., in which each rank's parts are a branch: the sums have the same bits for
 * any number of ranks that compute the same parts. */
#ifndef JOULECART_MODELS_GRADIENT_EXCHANGE_H
#define JOULECART_MODELS_GRADIENT_EXCHANGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct features;
struct problem;
struct weights;

struct gradient_exchange {
	size_t rank, ranks; /* who this process is: 0 to ranks - 1 */
	/* Gives rank `with` n numbers, and has as many from it, which does the same at the same time. NULL, or
	 * why it failed: a text that lasts. */
	const char *(*swap)(void *self, size_t with, const float *mine, float *theirs,
			    size_t n);
	/* *same: whether every rank gave the same number. Returns as swap. */
	const char *(*same)(void *self, uint64_t number, bool *same);
	void *self;
};

/* Whether more than one process trains; false for NULL. */
bool exchange_is_shared(const struct gradient_exchange *exchange);
/* Whether this is the process that writes and tells: rank 0, or the only one. */
bool exchange_is_first(const struct gradient_exchange *exchange);

/* Every rank must have the same `number`, which what names. 0, or -1 with *why where they differ. */
int exchange_agree(const struct gradient_exchange *exchange, uint64_t number,
		   const char *what, struct problem *why);

/* The gradients of one network, as they are added up and travel. */
struct shared_gradients;

/* For weights_like() gradients that outlive it, and batches of at most n features. The exchange has a power of
 * two of ranks. NULL with *why filled. */
struct shared_gradients *shared_gradients_create(const struct gradient_exchange *exchange,
						 struct weights *gradients, size_t n,
						 struct problem *why);
void shared_gradients_free(struct shared_gradients *shared); /* takes NULL */

/* Before the first part of a batch. features: n, of the whole batch; of the embedding only the rows count that
 * occur in these. */
void shared_gradients_begin(struct shared_gradients *shared,
			    const struct features *features, size_t n);
/* After the backward pass over a part: keeps its gradients and its loss, and clears the embedding's gradient.
 * At most four parts a batch in each rank, and a power of two. */
void shared_gradients_take(struct shared_gradients *shared, float loss);
/* After the last of this rank's parts: the gradients and *loss become the sums over all parts of all ranks.
 * Those of frozen tensors are left as they are. 0, or -1 with *why filled. */
int shared_gradients_sum(struct shared_gradients *shared, float *loss, struct problem *why);

#endif
