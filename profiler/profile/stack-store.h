/* profiler/profile/stack-store.h - from a tree of addresses to a tree of functions, and into the database. */
#ifndef JOULECART_STACK_STORE_H
#define JOULECART_STACK_STORE_H
#include "profiler/profile/address-map.h"
#include "profiler/profile/call-tree.h"
#include "profiler/profile/energy-book.h"
#include "profiler/profile/place-names.h"
#include "profiler/profile/sample-times.h"

#include <stddef.h>
#include <stdint.h>

struct problem;
struct store;

struct stacks {
	const struct address_maps *maps;
	const struct call_tree *tree; /* of addresses, by stack-keys.h */
	const struct energy_book *book;
	const struct place_names *names;
	const int64_t *channel_ids; /* of the book's channels */
	size_t n_channels;
	double coverage; /* as in energy_book_part */
	const struct sample_times *times;
	size_t nodes_most; /* of functions */
};

/* What shows when the functions are known. */
struct stacks_found {
	double
	    rhythm_error; /* as of rhythm_error(), of the functions in which the samples ended */
	int64_t n_lost; /* samples whose functions were too many for a tree */
};

/* Stores frames, nodes and their energy, and the samples with their times. 0, or -1 with *why. */
int stacks_store(const struct stacks *stacks, struct store *store, int64_t trial_id,
		 struct stacks_found *found, struct problem *why);

#endif
