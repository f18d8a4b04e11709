/* profiler/profile/call-tree.c - see call-tree.h. */
#include <config.h>

#include "profiler/profile/call-tree.h"

#include <stdbool.h>
#include <stdlib.h>

struct node {
	struct call_key key;
	uint32_t parent;
};

struct call_tree {
	struct node *nodes;
	size_t n, room, most;
	uint32_t
	    *slots; /* numbers of nodes by their hash, 0: free; twice as many as nodes */
	size_t n_slots;
};

/* Rows of bits from every part: the finaliser of MurmurHash3 (Appleby, public domain). */
static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

static size_t slot_of(const struct call_tree *tree, uint32_t parent, struct call_key key)
{
	uint64_t hash = mix(key.a + mix(key.b + mix(parent)));
	return (size_t)(hash & (tree->n_slots - 1));
}

struct call_tree *call_tree_new(size_t most)
{
	struct call_tree *tree = calloc(1, sizeof(*tree));
	if (!tree)
		return NULL;
	tree->most = most;
	tree->room = 1024;
	tree->n_slots = 2 * tree->room;
	tree->nodes = calloc(tree->room, sizeof(*tree->nodes));
	tree->slots = calloc(tree->n_slots, sizeof(*tree->slots));
	tree->n = 1;
	if (tree->nodes && tree->slots)
		return tree;
	call_tree_free(tree);
	return NULL;
}

void call_tree_free(struct call_tree *tree)
{
	if (!tree)
		return;
	free(tree->nodes);
	free(tree->slots);
	free(tree);
}

/* The slot that has the node, or the free one where it belongs. */
static size_t find_slot(const struct call_tree *tree, uint32_t parent, struct call_key key)
{
	size_t slot = slot_of(tree, parent, key);
	for (; tree->slots[slot]; slot = (slot + 1) & (tree->n_slots - 1)) {
		const struct node *node = &tree->nodes[tree->slots[slot]];
		if (node->parent == parent && node->key.a == key.a && node->key.b == key.b)
			break;
	}
	return slot;
}

static bool grow(struct call_tree *tree)
{
	size_t room = 2 * tree->room;
	struct node *nodes = reallocarray(tree->nodes, room, sizeof(*nodes));
	if (!nodes)
		return false;
	tree->nodes = nodes;
	uint32_t *slots = calloc(2 * room, sizeof(*slots));
	if (!slots)
		return false;
	free(tree->slots);
	tree->slots = slots;
	tree->n_slots = 2 * room;
	tree->room = room;
	for (size_t i = 1; i < tree->n; i++) {
		size_t slot = find_slot(tree, nodes[i].parent, nodes[i].key);
		tree->slots[slot] = (uint32_t)i;
	}
	return true;
}

uint32_t call_tree_child(struct call_tree *tree, uint32_t parent, struct call_key key)
{
	size_t slot = find_slot(tree, parent, key);
	if (tree->slots[slot])
		return tree->slots[slot];
	if (tree->n >= tree->most)
		return 0;
	if (tree->n == tree->room) {
		if (!grow(tree))
			return 0;
		slot = find_slot(tree, parent, key);
	}
	tree->nodes[tree->n] = (struct node){ key, parent };
	tree->slots[slot] = (uint32_t)tree->n;
	return (uint32_t)tree->n++;
}

size_t call_tree_nodes(const struct call_tree *tree)
{
	return tree->n;
}

uint32_t call_tree_parent(const struct call_tree *tree, uint32_t node)
{
	return tree->nodes[node].parent;
}

struct call_key call_tree_key(const struct call_tree *tree, uint32_t node)
{
	return tree->nodes[node].key;
}
