/* reports/flame/flame-tree.h - the stacks of a variant's trials laid over each other: one node for all that the
 * same functions called in the same order. */
#ifndef JOULECART_FLAME_TREE_H
#define JOULECART_FLAME_TREE_H
#include "reports/profile/function-table.h"

enum { FLAME_DEPTH_MOST = 250 };

enum flame_kind {
	FLAME_RUN, /* node 0 */
	FLAME_PROCESS,
	FLAME_FUNCTION,
	FLAME_INLINED,
	FLAME_KERNEL,
	FLAME_UNKNOWN /* without a name, deeper than is known, or outside */
};

struct flame_node {
	enum flame_kind kind;
	const char *label;               /* as people see it */
	const struct function *function; /* NULL: of no function */
	size_t
	    number; /* of the function, from 1 on: the same wherever it is called; 0: none */
	struct function_part part; /* with all that it called */
	size_t caller, callee,
	    next;     /* places of nodes, callees by joules, most first; 0: none */
	size_t depth; /* of node 0: 0 */
	size_t rank;  /* 0: the most joules. A caller's is lower than its callees' */
};

struct flame_tree {
	const struct function_group *group;
	struct flame_node *nodes;
	size_t n_nodes, n_functions;
	/* nodes more than FLAME_DEPTH_MOST deep: they stand in their callers' "(deeper)" */
	size_t n_deeper;
	void *known; /* the functions' numbers */
};

/* Everything but known lives in the arena. 0, or -1: guard_error() says why, or memory ran out. Free in any
 * case. */
int flame_tree_read(sqlite3 *db, const struct function_group *group, struct arena *arena,
		    struct flame_tree *tree);
void flame_tree_free(struct flame_tree *tree);

/* The number of the function, as nodes have it; 0: no node is of it. */
size_t flame_number(const struct flame_tree *tree, const struct function *function,
		    struct arena *arena);

#endif
