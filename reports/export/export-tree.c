/* reports/export/export-tree.c - see export-tree.h. */
#include <config.h>

#include "reports/export/export-tree.h"

#include "base/text.h"
#include "reports/figure/column-text.h"
#include "reports/profile/stack-moments.h"
#include "reports/profile/stack-tree.h"
#include "schema/database/guard.h"

#include <stdlib.h>
#include <string.h>

/* Of all stacks of a trial together. */
static const double most_frames = 4e6, most_bytes = 512e6;

/* Cut at the begin of a character, so that it stays UTF-8. */
static const char *brief_of(const char *label, struct arena *arena)
{
	size_t n = EXPORT_LABEL_MOST;
	if (strlen(label) <= n)
		return label;
	while (n > 0 && ((unsigned char)label[n] & 0xc0) == 0x80)
		n--;
	return arena_format(arena, "%.*s... (%zu bytes)", (int)n, label, strlen(label));
}

static struct export_frame frame_of(const struct function *function, struct arena *arena)
{
	const char *label = function_label(function, arena);
	bool is_kernel = function->kind && strcmp(function->kind, "kernel") == 0;
	return (struct export_frame){ label, brief_of(label, arena), function->file,
				      function->line, is_kernel };
}

/* Those of the tree, one for what has none, and one for what lies deeper. */
static void set_frames(struct export_tree *to, const struct stack_tree *from,
		       struct arena *arena)
{
	static const struct function unknown,
	    deeper = { .kind = "cut", .name = "(deeper)" };
	size_t n = from->n_frames;
	struct export_frame *frames = arena_room(arena, (n + 2) * sizeof(*frames));
	for (size_t i = 0; i < n; i++)
		frames[i] = frame_of(&from->frames[i].function, arena);
	frames[n] = frame_of(&unknown, arena);
	frames[n + 1] = frame_of(&deeper, arena);
	to->frames = frames;
	to->n_frames = n + 2;
}

static int by_ordinal(const void *a, const void *b)
{
	const struct stack_node *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* A parent that does not come before its child is none. */
static size_t caller_of(const struct stack_tree *tree, const struct stack_node *node)
{
	const struct stack_node wanted = { .ordinal = node->parent };
	if (node->parent <= 0 || node->parent >= node->ordinal)
		return 0;
	const struct stack_node *found = bsearch(&wanted, tree->nodes, tree->n_nodes,
						 sizeof(wanted), by_ordinal);
	return found ? (size_t)(found - tree->nodes) + 1 : 0;
}

static void set_nodes(struct export_tree *to, const struct stack_tree *from,
		      struct arena *arena)
{
	to->n_nodes = from->n_nodes;
	to->nodes = arena_room(arena, (to->n_nodes + 1) * sizeof(*to->nodes));
	for (size_t i = 0; i < to->n_nodes; i++) {
		const struct stack_node *node = &from->nodes[i];
		size_t caller = caller_of(from, node);
		to->nodes[i] = (struct export_node){
			.caller = caller,
			.frame = node->frame == STACK_NO_FRAME ? from->n_frames
							       : (size_t)node->frame,
			.depth = caller ? to->nodes[caller - 1].depth + 1 : 1,
			.part = node->part,
		};
	}
}

/* Whether all stacks of at most that many frames may be written out. bytes has room for each node. */
static bool is_enough(const struct export_tree *tree, size_t depth, double *bytes)
{
	double all_frames = 0, all_bytes = 0;
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct export_node *node = &tree->nodes[i];
		size_t caller = node->caller;
		bytes[i] = caller ? bytes[caller - 1] : 0;
		if (node->depth <= depth)
			bytes[i] += (double)strlen(tree->frames[node->frame].brief) + 1;
		all_bytes += bytes[i];
		all_frames += (double)(node->depth < depth ? node->depth : depth);
	}
	return all_frames <= most_frames && all_bytes <= most_bytes;
}

static size_t depth_allowed(const struct export_tree *tree)
{
	size_t depth = EXPORT_DEPTH_MOST;
	double *bytes = calloc(tree->n_nodes + 1, sizeof(*bytes));
	while (depth > 1 && (!bytes || !is_enough(tree, depth, bytes)))
		depth /= 2;
	free(bytes);
	return depth;
}

static void add(struct function_part *to, const struct function_part *part)
{
	to->n += part->n;
	to->joules += part->joules;
}

/* What is deeper goes to one node behind the last that is not. moved has room for where each node went,
 * and deeper for the node of each that has one; both are zeros. */
static void cut_deep(struct export_tree *tree, size_t depth, size_t *moved, size_t *deeper)
{
	size_t n = 0;
	for (size_t i = 0; i < tree->n_nodes; i++) {
		struct export_node node = tree->nodes[i];
		size_t caller = node.caller ? moved[node.caller - 1] : 0;
		if (node.depth > depth + 1) {
			moved[i] = caller;
		} else if (node.depth == depth + 1 && deeper[caller - 1]) {
			moved[i] = deeper[caller - 1];
		} else {
			node.caller = caller;
			if (node.depth == depth + 1) {
				node.frame = tree->n_frames - 1;
				deeper[caller - 1] = n + 1;
			}
			tree->nodes[n++] = node;
			moved[i] = n;
			continue;
		}
		add(&tree->nodes[moved[i] - 1].part, &node.part);
	}
	tree->n_nodes = n;
}

/* Returns the number from 1 on that each node has now, by its place; NULL: they stayed where they were. */
static const size_t *bound_depth(struct export_tree *tree, struct arena *arena)
{
	size_t depth = depth_allowed(tree);
	bool is_deep = false;
	for (size_t i = 0; !is_deep && i < tree->n_nodes; i++)
		is_deep = tree->nodes[i].depth > depth;
	if (!is_deep)
		return NULL;
	size_t size = tree->n_nodes * sizeof(size_t);
	size_t *moved = arena_room(arena, size);
	cut_deep(tree, depth, moved, arena_room(arena, size));
	return moved;
}

static int read_samples(sqlite3 *db, int64_t trial_id, const struct stack_tree *stacks,
			const size_t *moved, struct export_tree *tree, struct arena *arena,
			struct problem *why)
{
	struct stack_moments moments;
	if (stack_moments_read(db, trial_id, stacks, arena, &moments, why) != 0)
		return -1;
	struct export_sample *samples = arena_room(arena,
						   (moments.n + 1) * sizeof(*samples));
	struct export_thread *threads = arena_room(arena, (moments.n_threads + 1) *
							      sizeof(*threads));
	for (size_t i = 0; i < moments.n; i++) {
		const struct stack_sample *sample = &moments.samples[i];
		samples[i] = (struct export_sample){ sample->time_ns,
						     moved ? moved[sample->node]
							   : sample->node + 1,
						     sample->thread, sample->joules };
	}
	for (size_t i = 0; i < moments.n_threads; i++)
		threads[i] = (struct export_thread){ moments.threads[i].pid,
						     moments.threads[i].tid };
	tree->samples = samples;
	tree->n_samples = moments.n;
	tree->threads = threads;
	tree->n_threads = moments.n_threads;
	return 0;
}

/* The one behind it where nothing more is called from it, or from its callers; 0: there is none. */
static size_t following(const struct export_tree *tree, const size_t *next, size_t at)
{
	while (at && !next[at])
		at = tree->nodes[at - 1].caller;
	return at ? next[at] : 0;
}

/* So that what belongs together stands together where a program shows stacks in the file's order. */
static void set_order(struct export_tree *tree, struct arena *arena)
{
	size_t n = tree->n_nodes, done = 0;
	size_t *first = arena_room(arena, (n + 1) * sizeof(*first));
	size_t *next = arena_room(arena, (n + 1) * sizeof(*next));
	size_t *order = arena_room(arena, (n + 1) * sizeof(*order));
	for (size_t at = n; at > 0; at--) {
		size_t caller = tree->nodes[at - 1].caller;
		next[at] = first[caller];
		first[caller] = at;
	}
	for (size_t at = first[0]; at;
	     at = first[at] ? first[at] : following(tree, next, at))
		order[done++] = at;
	tree->order = order;
}

const struct export_tree *export_tree_read(sqlite3 *db, const struct function_trial *trial,
					   bool has_times, struct arena *arena,
					   struct problem *why)
{
	struct stack_tree stacks;
	struct export_tree *tree = arena_room(arena, sizeof(*tree));
	if (stack_tree_read(db, trial->trial_id, arena, &stacks) != 0) {
		guard_why(db, why);
		return NULL;
	}
	tree->group = &trial->group;
	set_frames(tree, &stacks, arena);
	set_nodes(tree, &stacks, arena);
	const size_t *moved = bound_depth(tree, arena);
	set_order(tree, arena);
	if (has_times &&
	    read_samples(db, trial->trial_id, &stacks, moved, tree, arena, why) != 0)
		return NULL;
	return tree;
}

size_t export_path(const struct export_tree *tree, size_t node, size_t *path)
{
	size_t n = tree->nodes[node - 1].depth;
	for (size_t i = n; node > 0 && i-- > 0; node = tree->nodes[node - 1].caller)
		path[i] = tree->nodes[node - 1].frame;
	return n;
}
