/* reports/profile/call-sums.c - see call-sums.h. */
#include <config.h>

#include "reports/profile/call-sums.h"

#include <stdlib.h>

static int by_ordinal(const void *a, const void *b)
{
	const struct call_node *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* 0: a root. */
static size_t caller_of(const struct call_node *nodes, size_t n,
			const struct call_node *node)
{
	const struct call_node wanted = { .ordinal = node->parent };
	if (node->parent <= 0 || node->parent >= node->ordinal)
		return 0;
	const struct call_node *found = bsearch(&wanted, nodes, n, sizeof(wanted),
						by_ordinal);
	return found ? (size_t)(found - nodes) + 1 : 0;
}

static void add(struct function_part *to, const struct function_part *part)
{
	to->n += part->n;
	to->joules += part->joules;
}

/* From the last on, so that each is whole before its caller takes it. */
static void add_to_callers(struct call_node *nodes, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		struct call_node *node = &nodes[i];
		add(&node->below, &node->part);
		node->caller = caller_of(nodes, n, node);
		if (node->caller == 0)
			continue;
		struct call_node *caller = &nodes[node->caller - 1];
		add(&caller->below, &node->below);
		node->next = caller->callee;
		caller->callee = i + 1;
	}
}

static void enter(struct call_node *node, size_t *open)
{
	if (node->function >= 0)
		node->is_within = open[node->function]++ > 0;
}

static void leave(const struct call_node *node, size_t *open)
{
	if (node->function >= 0)
		open[node->function]--;
}

/* All below one root, down and up again without a stack of its own: a file's tree may be as deep as it is large. */
static void walk(struct call_node *nodes, size_t root, size_t *open)
{
	size_t at = root;
	enter(&nodes[at - 1], open);
	for (;;) {
		size_t to = nodes[at - 1].callee;
		while (to == 0) {
			leave(&nodes[at - 1], open);
			if (at == root)
				return;
			to = nodes[at - 1].next;
			if (to == 0)
				at = nodes[at - 1].caller;
		}
		at = to;
		enter(&nodes[at - 1], open);
	}
}

void call_sums_add(struct call_node *nodes, size_t n, struct function *functions,
		   size_t *open)
{
	add_to_callers(nodes, n);
	for (size_t i = 0; i < n; i++)
		if (nodes[i].caller == 0)
			walk(nodes, i + 1, open);
	for (size_t i = 0; i < n; i++) {
		const struct call_node *node = &nodes[i];
		if (node->function < 0)
			continue;
		add(&functions[node->function].self, &node->part);
		if (!node->is_within)
			add(&functions[node->function].total, &node->below);
	}
}
