/* models/train/gradient-exchange.h - one training divided among processes ("ranks"), each of which computes its
 * part of every batch: the gradients are added up, and every rank takes the same step.
 *
 * What the ranks say to each other goes through a struct gradient_exchange, of which MPI's is one (models/mpi).
 * Nothing here depends on how many ranks there are but the order in which numbers are added. */
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
	/* Each of the numbers becomes its sum over all ranks, of the same bits in every rank. Every rank calls
	 * it in the same order with the same n. NULL, or why it failed: a text that lasts. */
	const char *(*sum)(void *self, float *numbers, size_t n);
	/* *same: whether every rank gave the same number. Returns as sum. */
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

/* The gradients of one network, as they travel. */
struct shared_gradients;

/* For weights_like() gradients that outlive it, and batches of at most n features. NULL with *why filled. */
struct shared_gradients *shared_gradients_create(const struct gradient_exchange *exchange,
						 struct weights *gradients, size_t n,
						 struct problem *why);
void shared_gradients_free(struct shared_gradients *shared); /* takes NULL */

/* After each rank's backward pass over its part of a batch: the gradients and the loss become their sums over
 * all ranks. features: of the whole batch; of the embedding only the rows travel that occur in these. 0, or -1
 * with *why filled. */
int shared_gradients_sum(struct shared_gradients *shared, const struct features *features,
			 size_t n, float *loss, struct problem *why);

#endif
