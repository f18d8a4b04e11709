/* profiler/profile/stack-node.h - a sampled stack as a node of the tree of addresses (stack-keys.h). */
#ifndef JOULECART_STACK_NODE_H
#define JOULECART_STACK_NODE_H
#include "profiler/profile/address-map.h"
#include "profiler/profile/call-tree.h"

#include <stdbool.h>
#include <stdint.h>

/* The node in which the record's stack ends. 0: the tree has no room for all of it. *is_cut: it is depth_most frames
 * deep, to which the kernel follows a stack. */
uint32_t stack_node(struct call_tree *tree, const struct address_maps *maps,
		    const struct stack_record *record, uint64_t depth_most, bool *is_cut);

/* The node of n places below that of their process, the innermost first; is_cut: what called them is not known. 0: there
 * is no room. */
uint32_t stack_node_of(struct call_tree *tree, uint32_t process,
		       const struct place_of_code *places, size_t n, bool is_cut);

#endif
