/* profiler/profile/kept-stacks.h - samples with the bytes of their stacks, which wait in memory until the run has
 * ended: only then is there time to follow them. They are no file's and are never stored, since they hold what the
 * program worked on.
 *
 * Until then each has a node of its own in the tree of addresses. */
#ifndef JOULECART_KEPT_STACKS_H
#define JOULECART_KEPT_STACKS_H
#include "profiler/profile/address-map.h"
#include "profiler/profile/call-tree.h"

#include <stdbool.h>
#include <stdint.h>

struct kept_stacks;

/* NULL: no memory. */
struct kept_stacks *kept_stacks_new(void);
void kept_stacks_free(struct kept_stacks *kept); /* takes NULL */

/* The sample's node; 0: the tree has no room for it. What cannot be kept (more than 512 MiB, a program of 32 bits) has
 * the node of its innermost function, and *is_cut says so. */
uint32_t kept_stacks_add(struct kept_stacks *kept, struct call_tree *tree,
			 const struct address_maps *maps, const struct stack_record *record,
			 bool *is_cut);

/* What became of them. */
struct unwound {
	/* Of each node of a kept sample, the node in which its stack ends (0: the tree has no room), of any other
	 * itself; the caller frees it. NULL: no memory */
	uint32_t *ends;
	size_t n_ends;
	int64_t n_cut; /* of which the outer part is not known */
	double cpu_s;  /* that it took */
};

/* Follows them all, by joulecart-symbols. */
struct unwound kept_stacks_unwind(struct kept_stacks *kept, struct call_tree *tree,
				  const struct address_maps *maps);

#endif
