/* profiler/profile/call-tree.h - stacks, each part that they share once: a tree of which the root is node 0
 * and a node's parent has a lower number. */
#ifndef JOULECART_CALL_TREE_H
#define JOULECART_CALL_TREE_H
#include <stddef.h>
#include <stdint.h>

struct call_tree;

enum { CALL_TREE_MOST = 1 << 21 }; /* nodes of a profile */

/* What a node stands for: two numbers of the caller's. */
struct call_key {
	uint64_t a, b;
};

/* Of at most so many nodes. NULL: no memory. */
struct call_tree *call_tree_new(size_t most);
void call_tree_free(struct call_tree *tree); /* takes NULL */

/* The child of that key, which may be new. 0: there is no room for it (the root is nobody's child). */
uint32_t call_tree_child(struct call_tree *tree, uint32_t parent, struct call_key key);

size_t call_tree_nodes(const struct call_tree *tree);
uint32_t call_tree_parent(const struct call_tree *tree, uint32_t node);
struct call_key call_tree_key(const struct call_tree *tree, uint32_t node);

#endif
