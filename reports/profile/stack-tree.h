/* reports/profile/stack-tree.h - the sampled stacks of one trial as a tree: a node is a frame called from its
 * parent's (tables profile_frame and profile_node, view v_profile_node). */
#ifndef JOULECART_STACK_TREE_H
#define JOULECART_STACK_TREE_H
#include "reports/profile/function-table.h"

#include <stdint.h>

enum { STACK_NO_FRAME = -1 };

struct stack_frame {
	int64_t ordinal; /* as in the file */
	struct function function;
};

struct stack_node {
	int64_t ordinal, parent;   /* as in the file; parent 0: a root */
	long frame;                /* its place in frames, or STACK_NO_FRAME */
	struct function_part part; /* of the samples that ended in it */
};

struct stack_tree {
	struct stack_frame *frames;
	size_t n_frames;
	struct stack_node *nodes; /* by rising ordinals */
	size_t n_nodes;
};

/* Everything lives in the arena. 0, or -1: guard_error() says why. */
int stack_tree_read(sqlite3 *db, int64_t trial_id, struct arena *arena,
		    struct stack_tree *tree);

#endif
