/* tests/unit/collectors/tree.h - a process tree to observe: it waits until collectors are
 * open, then execs a shell; this process is the subreaper of its daemons. */
#ifndef JOULECART_TEST_TREE_H
#define JOULECART_TEST_TREE_H
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct tree {
	pid_t root;
	int gate;
};

/* Forks; the child leads a process group and execs 'sh -c script' at tree_start(). */
static inline struct tree tree_fork(const char *script)
{
	int gate[2];
	struct tree tree;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	assert_int_equal(pipe(gate), 0);
	tree.root = fork();
	if (tree.root == 0) {
		char byte;
		close(gate[1]);
		setpgid(0, 0);
		if (read(gate[0], &byte, 1) == 1)
			execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	setpgid(tree.root, tree.root); /* whichever of the two comes first */
	close(gate[0]);
	tree.gate = gate[1];
	return tree;
}

static inline void tree_start(struct tree *tree)
{
	assert_int_equal(write(tree->gate, "x", 1), 1);
	close(tree->gate);
}

/* Waits for all of it, daemons included. */
static inline void tree_reap(void)
{
	while (wait(NULL) > 0)
		;
}

/* Takes about 0.1 to 0.3 s of CPU in one process. */
#define TREE_WORK "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"

#endif
