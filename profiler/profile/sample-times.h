/* profiler/profile/sample-times.h - when each sample was taken and in which thread, in the order of time, of
 * the first STACK_SAMPLES_MOST (48 MiB); and all that into the database. */
#ifndef JOULECART_SAMPLE_TIMES_H
#define JOULECART_SAMPLE_TIMES_H
#include "profiler/profile/energy-book.h"

#include <stddef.h>
#include <stdint.h>

struct problem;
struct sample_times;
struct stack_record;
struct store;

/* NULL: no memory. */
struct sample_times *sample_times_new(void);
void sample_times_free(struct sample_times *times); /* takes NULL */

/* The record's sample, of that node, which the energy book took. What finds no room, and all that comes after
 * it, has no time. */
void sample_times_add(struct sample_times *times, const struct stack_record *record,
		      uint32_t node);

/* Nodes become others: to[node], where that is not 0. */
void sample_times_move(struct sample_times *times, const uint32_t *to);

/* How many are kept, and the node of each, from 0 on. */
size_t sample_times_n(const struct sample_times *times);
uint32_t sample_times_node(const struct sample_times *times, size_t sample);

/* What the samples are stored with. */
struct timed_stacks {
	const struct sample_times *times;
	const struct energy_book *book;
	/* Of each node, the one that is stored; 0: none, and its samples are left out. */
	const uint32_t *nodes;
	const int64_t *channel_ids; /* of the book's channels */
	size_t n_channels;
	double coverage; /* as in energy_book_part */
};

/* Stores threads, samples and what each has of the energy. 0, or -1 with *why. */
int sample_times_store(const struct timed_stacks *stacks, struct store *store,
		       int64_t trial_id, struct problem *why);

#endif
