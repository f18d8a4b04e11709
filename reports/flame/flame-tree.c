/* reports/flame/flame-tree.c - see flame-tree.h. */
#include <config.h>

#include "reports/flame/flame-tree.h"

#include "reports/profile/stack-tree.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* A function by what people see of it: a process of the same name is another one. */
struct numbered {
	const char *label;
	bool is_process;
	size_t number;
};

/* A node by its caller and its function. */
struct placed {
	size_t caller, number, node;
};

/* Where trials are being laid over each other. */
struct laying {
	struct flame_tree *tree;
	struct arena *arena;
	void *placed;
	size_t room;
	bool is_short; /* of memory */
};

static int by_label(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	return x->is_process != y->is_process ? x->is_process - y->is_process
					      : strcmp(x->label, y->label);
}

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	return x->caller != y->caller ? (x->caller > y->caller) - (x->caller < y->caller)
				      : (x->number > y->number) - (x->number < y->number);
}

static void keep(void *item)
{
	(void)item; /* the arena has it */
}

static bool is_kind(const struct function *function, const char *kind)
{
	return function->kind && strcmp(function->kind, kind) == 0;
}

static struct numbered name_of(const struct function *function, struct arena *arena)
{
	return (struct numbered){ .label = function_label(function, arena),
				  .is_process = is_kind(function, "process") };
}

/* The item in the tree (tsearch), or a copy of wanted that is in it now. NULL: no memory. */
static void *found_or_added(void **tree, const void *wanted, size_t size,
			    int (*order)(const void *, const void *), struct arena *arena)
{
	void *found = tfind(wanted, tree, order);
	if (found)
		return *(void **)found;
	void *copy = arena_room(arena, size);
	memcpy(copy, wanted, size);
	return tsearch(copy, tree, order) ? copy : NULL;
}

static size_t number_of(struct laying *laying, const struct function *function)
{
	struct flame_tree *tree = laying->tree;
	struct numbered wanted = name_of(function, laying->arena);
	wanted.number = tree->n_functions + 1;
	const struct numbered *found = found_or_added(&tree->known, &wanted, sizeof(wanted),
						      by_label, laying->arena);
	laying->is_short = laying->is_short || !found;
	if (found && found->number > tree->n_functions)
		tree->n_functions = found->number;
	return found ? found->number : 0;
}

static size_t add_node(struct laying *laying, const struct flame_node *node)
{
	struct flame_tree *tree = laying->tree;
	if (tree->n_nodes == laying->room) {
		laying->room = laying->room ? 2 * laying->room : 256;
		struct flame_node *more = arena_room(laying->arena,
						     laying->room * sizeof(*more));
		if (tree->n_nodes > 0)
			memcpy(more, tree->nodes, tree->n_nodes * sizeof(*more));
		tree->nodes = more;
	}
	tree->nodes[tree->n_nodes] = *node;
	return tree->n_nodes++;
}

/* The callee of that function, which may be a new one. */
static size_t callee_of(struct laying *laying, size_t caller, const struct flame_node *node)
{
	struct placed wanted = { caller, node->number, laying->tree->n_nodes };
	struct placed *found = found_or_added(&laying->placed, &wanted, sizeof(wanted),
					      by_place, laying->arena);
	laying->is_short = laying->is_short || !found;
	if (!found)
		return 0;
	if (found->node == laying->tree->n_nodes) {
		struct flame_node own = *node;
		own.caller = caller;
		own.depth = laying->tree->nodes[caller].depth + 1;
		add_node(laying, &own);
	}
	return found->node;
}

static enum flame_kind kind_of(const struct function *function)
{
	return is_kind(function, "process")                  ? FLAME_PROCESS
	       : !function->name || is_kind(function, "cut") ? FLAME_UNKNOWN
	       : is_kind(function, "kernel")                 ? FLAME_KERNEL
	       : is_kind(function, "inlined")                ? FLAME_INLINED
							     : FLAME_FUNCTION;
}

static struct flame_node node_of(struct laying *laying, const struct function *function)
{
	return (struct flame_node){ .kind = kind_of(function),
				    .label = function_label(function, laying->arena),
				    .function = function,
				    .number = number_of(laying, function) };
}

static int by_ordinal(const void *a, const void *b)
{
	const struct stack_node *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* 0, the run: a parent that does not come before its child is none. */
static size_t caller_of(const struct stack_tree *stacks, const struct stack_node *node,
			const size_t *places)
{
	const struct stack_node wanted = { .ordinal = node->parent };
	if (node->parent <= 0 || node->parent >= node->ordinal)
		return 0;
	const struct stack_node *found = bsearch(&wanted, stacks->nodes, stacks->n_nodes,
						 sizeof(wanted), by_ordinal);
	return found ? places[found - stacks->nodes] : 0;
}

static void lay_nodes(struct laying *laying, const struct stack_tree *stacks,
		      const struct flame_node *frames, size_t *places)
{
	struct flame_tree *tree = laying->tree;
	const struct flame_node *unknown = &frames[stacks->n_frames], *deeper = unknown + 1;
	for (size_t i = 0; i < stacks->n_nodes && !laying->is_short; i++) {
		const struct stack_node *node = &stacks->nodes[i];
		const struct flame_node *frame = node->frame == STACK_NO_FRAME
						     ? unknown
						     : &frames[node->frame];
		size_t caller = caller_of(stacks, node, places);
		size_t depth = tree->nodes[caller].depth;
		tree->n_deeper += depth >= FLAME_DEPTH_MOST;
		places[i] = depth > FLAME_DEPTH_MOST    ? caller
			    : depth == FLAME_DEPTH_MOST ? callee_of(laying, caller, deeper)
							: callee_of(laying, caller, frame);
		tree->nodes[places[i]].part.n += node->part.n;
		tree->nodes[places[i]].part.joules += node->part.joules;
	}
}

static int lay_trial(struct laying *laying, sqlite3 *db, int64_t trial_id)
{
	static const struct function unknown,
	    deeper = { .kind = "cut", .name = "(deeper)" };
	struct stack_tree stacks;
	struct arena *arena = laying->arena;
	if (stack_tree_read(db, trial_id, arena, &stacks) != 0)
		return -1;
	size_t n = stacks.n_frames;
	struct flame_node *frames = arena_room(arena, (n + 2) * sizeof(*frames));
	for (size_t i = 0; i < n; i++)
		frames[i] = node_of(laying, &stacks.frames[i].function);
	frames[n] = node_of(laying, &unknown);
	frames[n + 1] = node_of(laying, &deeper);
	lay_nodes(laying, &stacks, frames,
		  arena_room(arena, (stacks.n_nodes + 1) * sizeof(size_t)));
	return laying->is_short ? -1 : 0;
}

static void sum_up(struct flame_tree *tree)
{
	for (size_t i = tree->n_nodes; i-- > 1;) {
		struct flame_node *caller = &tree->nodes[tree->nodes[i].caller];
		caller->part.n += tree->nodes[i].part.n;
		caller->part.joules += tree->nodes[i].part.joules;
	}
}

/* A caller has at least what each callee has, and stands before it. */
static int by_joules(const void *a, const void *b)
{
	const struct flame_node *x = *(struct flame_node *const *)a,
				*y = *(struct flame_node *const *)b;
	if (x->part.joules != y->part.joules)
		return x->part.joules > y->part.joules ? -1 : 1;
	return (x > y) - (x < y);
}

/* Ranks, and lists of callees: each node goes before those with more, from the last rank on. */
static void order_nodes(struct flame_tree *tree, struct arena *arena)
{
	struct flame_node **ranked = arena_room(arena, tree->n_nodes * sizeof(*ranked));
	for (size_t i = 0; i < tree->n_nodes; i++)
		ranked[i] = &tree->nodes[i];
	qsort(ranked, tree->n_nodes, sizeof(struct flame_node *), by_joules);
	for (size_t i = tree->n_nodes; i-- > 0;) {
		struct flame_node *node = ranked[i];
		size_t place = (size_t)(node - tree->nodes);
		node->rank = i;
		if (place == 0)
			continue;
		struct flame_node *caller = &tree->nodes[node->caller];
		node->next = caller->callee;
		caller->callee = place;
	}
}

static void add_outside(struct laying *laying)
{
	const struct flame_node outside = {
		.kind = FLAME_UNKNOWN,
		.label = "(outside every stack)",
		.depth = 1,
		.part = { 0, laying->tree->group->outside_j },
	};
	if (outside.part.joules > 0)
		add_node(laying, &outside);
}

int flame_tree_read(sqlite3 *db, const struct function_group *group, struct arena *arena,
		    struct flame_tree *tree)
{
	struct laying laying = { .tree = tree, .arena = arena };
	const struct flame_node run = { .kind = FLAME_RUN, .label = "whole run" };
	int code = 0;
	*tree = (struct flame_tree){ .group = group };
	add_node(&laying, &run);
	for (size_t i = 0; code == 0 && i < group->n_trials; i++)
		code = lay_trial(&laying, db, group->trial_ids[i]);
	tdestroy(laying.placed, keep);
	if (code != 0)
		return -1;
	add_outside(&laying);
	sum_up(tree);
	order_nodes(tree, arena);
	return 0;
}

void flame_tree_free(struct flame_tree *tree)
{
	tdestroy(tree->known, keep);
	tree->known = NULL;
}

size_t flame_number(const struct flame_tree *tree, const struct function *function,
		    struct arena *arena)
{
	const struct numbered wanted = name_of(function, arena);
	void *const *found = tfind(&wanted, &tree->known, by_label);
	return found ? (*(const struct numbered *const *)found)->number : 0;
}
