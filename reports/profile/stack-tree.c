/* reports/profile/stack-tree.c - see stack-tree.h. */
#include <config.h>

#include "reports/profile/stack-tree.h"

#include "reports/figure/rows.h"

#include <stdlib.h>

/* A frame's texts are read once, however many nodes are of it. */
static const char frames_sql[] =
    "SELECT ordinal, kind, name, module, file, coalesce(line, 0), lack FROM profile_frame"
    " WHERE trial_id = ?1 ORDER BY ordinal";

static const char nodes_sql[] =
    "SELECT v.ordinal, coalesce(v.parent, 0), n.frame, v.n, v.self_j FROM v_profile_node v"
    " JOIN profile_node n ON n.trial_id = v.trial_id AND n.ordinal = v.ordinal"
    " WHERE v.trial_id = ?1 ORDER BY v.ordinal";

static void take_frame(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct stack_frame frame = {
		.ordinal = sqlite3_column_int64(row, 0),
		.function = { .kind = word_of(row, 1, reading),
			      .name = text_of(row, 2, reading),
			      .module = text_of(row, 3, reading),
			      .file = text_of(row, 4, reading),
			      .line = sqlite3_column_int64(row, 5),
			      .lack = text_of(row, 6, reading) },
	};
	arena_append(reading->arena, &frame, sizeof(frame));
}

static void take_node(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct stack_node node = {
		.ordinal = sqlite3_column_int64(row, 0),
		.parent = sqlite3_column_int64(row, 1),
		.frame = (long)sqlite3_column_int64(row, 2),
		.part = { sqlite3_column_double(row, 3), sqlite3_column_double(row, 4) },
	};
	arena_append(reading->arena, &node, sizeof(node));
}

static int by_ordinal(const void *a, const void *b)
{
	const struct stack_frame *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* The file may be anybody's, and name a frame that it does not have. */
static long place_of(const struct stack_tree *tree, int64_t ordinal)
{
	const struct stack_frame wanted = { .ordinal = ordinal };
	const struct stack_frame *found = tree->n_frames == 0
					      ? NULL
					      : bsearch(&wanted, tree->frames,
							tree->n_frames, sizeof(wanted),
							by_ordinal);
	return found ? (long)(found - tree->frames) : STACK_NO_FRAME;
}

int stack_tree_read(sqlite3 *db, int64_t trial_id, struct arena *arena,
		    struct stack_tree *tree)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = trial_id };
	*tree = (struct stack_tree){ 0 };
	if (each_row(&reading, frames_sql, take_frame) != 0)
		return -1;
	tree->frames = rows_taken(&reading, sizeof(*tree->frames), &tree->n_frames);
	if (each_row(&reading, nodes_sql, take_node) != 0)
		return -1;
	tree->nodes = rows_taken(&reading, sizeof(*tree->nodes), &tree->n_nodes);
	for (size_t i = 0; i < tree->n_nodes; i++)
		tree->nodes[i].frame = place_of(tree, tree->nodes[i].frame);
	return 0;
}
