/* tests/fakes/powercap-tree.h - the files of a powercap tree, as /sys/class shows them.
 *
 *     powercap/intel-rapl:0 -> ../.devices/virtual/powercap/intel-rapl/intel-rapl:0
 *     .devices/virtual/powercap/intel-rapl/intel-rapl:0/{name,energy_uj,...,subsystem}
 *     .sys/                  empty: the real /sys is bound here
 *     net -> .sys/class/net  and so on for each class that the real /sys has
 *
 * Nodes are in no order; a folder is a node of its own. */
#ifndef JOULECART_TESTS_POWERCAP_TREE_H
#define JOULECART_TESTS_POWERCAP_TREE_H
#include <stddef.h>
#include <sys/types.h>

struct machine;
struct zone;

enum node_kind { NODE_FOLDER, NODE_LINK, NODE_TEXT, NODE_ENERGY };

struct node {
	char *path; /* "/powercap/intel-rapl:0"; the root is "" */
	enum node_kind kind;
	mode_t mode;
	char *text;              /* of the file or link; NULL for folders and energy_uj */
	const struct zone *zone; /* the file belongs to, or NULL */
};

struct tree {
	struct node *nodes;
	size_t n;
};

/* Ends the program when memory is short. */
void tree_build(struct tree *tree, const struct machine *machine);
void tree_free(struct tree *tree);

const struct node *tree_find(const struct tree *tree, const char *path);

/* The name of a direct child of folder, or NULL when node is none. */
const char *tree_child(const char *folder, const struct node *node);

#endif
