/* models/train/gradient-exchange.c - see gradient-exchange.h. */
#include <config.h>

#include "models/train/gradient-exchange.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/weights/weights.h"

#include <stdlib.h>
#include <string.h>

/* Sums that wait for the other branch of the tree: of two parts, and of the two after them. Later the second is
 * what another rank sends. */
enum { MESSAGES = 2 };

struct shared_gradients {
	const struct gradient_exchange *exchange;
	struct weights *gradients;
	const struct weight *table; /* the embedding's; NULL: none that learns */
	float *messages[MESSAGES];
	size_t n_message; /* numbers, of this batch */
	size_t n_taken;   /* parts of this batch */
	size_t n_waiting; /* messages in use */
	size_t *rows;     /* of the embedding, that occur in the batch, each once */
	size_t n_rows;
	size_t *seen; /* per row of the embedding: the last batch that has it */
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

static bool travels(const struct shared_gradients *shared, const struct weight *weight)
{
	return weight != shared->table && !weight->is_frozen;
}

/* Numbers of a message but for the embedding's rows: the loss is one. */
static size_t fixed_numbers(const struct shared_gradients *shared)
{
	size_t n = 1;
	for (size_t i = 0; i < shared->gradients->n; i++)
		if (travels(shared, &shared->gradients->items[i]))
			n += weight_count(&shared->gradients->items[i]);
	return n;
}

static bool allocate(struct shared_gradients *shared, size_t n_features)
{
	const struct weight *table = shared->table;
	size_t most = n_features * FEATURE_LENGTH * FEATURE_IDS;
	size_t rows = !table ? 0 : most < table->dims[0] ? most : table->dims[0];
	size_t room = fixed_numbers(shared) + rows * (table ? table->dims[1] : 0);
	shared->rows = calloc(rows + 1, sizeof(size_t)); /* not of 0 bytes */
	shared->seen = calloc(UINT16_MAX + 1, sizeof(size_t));
	bool is_there = shared->rows && shared->seen;
	for (size_t i = 0; i < MESSAGES; i++) {
		shared->messages[i] = calloc(room, sizeof(float));
		is_there = is_there && shared->messages[i];
	}
	return is_there;
}

struct shared_gradients *shared_gradients_create(const struct gradient_exchange *exchange,
						 struct weights *gradients, size_t n,
						 struct problem *why)
{
	struct shared_gradients *shared = calloc(1, sizeof(*shared));
	if (shared) {
		const struct weight *table = weights_find(gradients, "embedding.weight");
		shared->exchange = exchange;
		shared->gradients = gradients;
		/* a model that reads pictures has none */
		shared->table = table && !table->is_frozen ? table : NULL;
		if (allocate(shared, n))
			return shared;
	}
	shared_gradients_free(shared);
	problem_what(why, "cannot train: out of memory");
	return NULL;
}

void shared_gradients_free(struct shared_gradients *shared)
{
	if (!shared)
		return;
	for (size_t i = 0; i < MESSAGES; i++)
		free(shared->messages[i]);
	free(shared->rows);
	free(shared->seen);
	free(shared);
}

void shared_gradients_begin(struct shared_gradients *shared,
			    const struct features *features, size_t n)
{
	shared->batch++;
	shared->n_taken = shared->n_waiting = shared->n_rows = 0;
	for (size_t b = 0; shared->table && b < n; b++)
		for (size_t at = 0; at < features[b].n_positions; at++)
			for (size_t i = 0; i < features[b].n_ids[at]; i++) {
				size_t row = features[b].ids[at][i];
				if (shared->seen[row] != shared->batch)
					shared->rows[shared->n_rows++] = row;
				shared->seen[row] = shared->batch;
			}
}

static void add(float *restrict into, const float *restrict from, size_t n)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		into[i] += from[i];
}

/* What happens to the gradients and their place in a message. */
enum carriage { STORE, ADD, BRING_BACK };

static void carry(float *gradient, float **place, size_t n, enum carriage how)
{
	if (how == STORE)
		memcpy(*place, gradient, n * sizeof(float));
	else if (how == ADD)
		add(*place, gradient, n);
	else
		memcpy(gradient, *place, n * sizeof(float));
	*place += n;
}

/* The rows of a part's gradient are cleared for the next part, which adds to them. */
static void carry_rows(struct shared_gradients *shared, float **place, enum carriage how)
{
	for (size_t i = 0; i < shared->n_rows; i++) {
		size_t width = shared->table->dims[1];
		float *row = (float *)shared->table->data + shared->rows[i] * width;
		carry(row, place, width, how);
		if (how != BRING_BACK)
			memset(row, 0, width * sizeof(float));
	}
}

static void carry_all(struct shared_gradients *shared, float *message, float *loss,
		      enum carriage how)
{
	float *place = message;
	carry(loss, &place, 1, how);
	for (size_t i = 0; i < shared->gradients->n; i++) {
		const struct weight *weight = &shared->gradients->items[i];
		if (travels(shared, weight))
			carry(weight->data, &place, weight_count(weight), how);
	}
	carry_rows(shared, &place, how);
	shared->n_message = (size_t)(place - message);
}

void shared_gradients_take(struct shared_gradients *shared, float loss)
{
	bool is_second = shared->n_taken % 2 == 1;
	if (!is_second)
		shared->n_waiting++;
	carry_all(shared, shared->messages[shared->n_waiting - 1], &loss,
		  is_second ? ADD : STORE);
	shared->n_taken++;
	if (shared->n_taken % 4 != 0)
		return;
	shared->n_waiting--;
	add(shared->messages[0], shared->messages[1], shared->n_message);
}

int shared_gradients_sum(struct shared_gradients *shared, float *loss, struct problem *why)
{
	const struct gradient_exchange *exchange = shared->exchange;
	float *mine = shared->messages[0], *theirs = shared->messages[1];
	/* Recursive doubling: a + b and b + a have the same bits. */
	for (size_t apart = 1; apart < exchange->ranks; apart *= 2) {
		const char *reason = exchange->swap(exchange->self, exchange->rank ^ apart,
						    mine, theirs, shared->n_message);
		if (reason)
			return failed_exchange(reason, why);
		add(mine, theirs, shared->n_message);
	}
	carry_all(shared, mine, loss, BRING_BACK);
	return 0;
}
