/* reports/export/export-tree.h - the sampled stacks of a trial, as formats write them: each node has its caller
 * before it, and no stack is so long that all of them together fill a disk.
 *
 * A file may be anybody's: a tree of a million nodes may be as deep as that. Where all stacks written
 * out would have more than 4 million frames or 512 MB of names, those that are deeper than 1024, 512, 256...
 * frames end in one frame, "(deeper)". */
#ifndef JOULECART_EXPORT_TREE_H
#define JOULECART_EXPORT_TREE_H
#include "reports/profile/function-table.h"

#include <stdbool.h>
#include <stdint.h>

enum { EXPORT_DEPTH_MOST = 1024, EXPORT_LABEL_MOST = 1024 };

struct export_frame {
	const char *label; /* as people see it, "matmul (libfoo.so)" */
	const char
	    *brief; /* the same, cut at EXPORT_LABEL_MOST: for formats that repeat it */
	const char *file; /* guarded; NULL: not known */
	int64_t line;     /* 0: not known */
	bool is_kernel;
};

struct export_node {
	size_t caller; /* its number from 1 on, below the node's own; 0: a root */
	size_t frame;  /* its place in frames */
	size_t depth;  /* 1: a root */
	struct function_part part;
};

/* A sample, and when it was taken. */
struct export_sample {
	int64_t time_ns;     /* CLOCK_MONOTONIC */
	size_t node, thread; /* numbers from 1 on; thread 0: not known */
	double joules;
};

struct export_thread {
	int64_t pid, tid;
};

struct export_tree {
	const struct function_group *group; /* of the trial alone */
	const struct export_frame *frames;
	size_t n_frames;
	struct export_node *nodes;
	size_t n_nodes;
	const size_t
	    *order; /* all numbers of nodes: each is followed by all that it called */
	/* In the order of time, where they were asked for and the file has them. */
	const struct export_sample *samples;
	size_t n_samples;
	const struct export_thread *threads;
	size_t n_threads;
};

/* Everything lives in the arena. has_times: with its samples. NULL with *why. */
const struct export_tree *export_tree_read(sqlite3 *db, const struct function_trial *trial,
					   bool has_times, struct arena *arena,
					   struct problem *why);

/* The places of the frames of the stack that ends in node (a number from 1 on), root first, into path,
 * which has room for EXPORT_DEPTH_MOST + 1. Returns how many. */
size_t export_path(const struct export_tree *tree, size_t node, size_t *path);

#endif
