/* profiler/launch/child-processes.h - the processes whose parent this process is, as the kernel lists them. */
#ifndef JOULECART_CHILD_PROCESSES_H
#define JOULECART_CHILD_PROCESSES_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct children {
	pid_t *pids;
	size_t n;
};

/* Of the calling process's main thread, which orphans are given to as well. Empty where the
 * kernel lists none (CONFIG_PROC_CHILDREN) or memory is short. Free with children_free. */
void children_list(struct children *children);

/* These, less 'without', and their children in turn: each once, parents first. What changes
 * meanwhile may be missed. Else as children_list. */
void children_list_all(struct children *descendants, const struct children *without);

/* false: no memory. */
bool children_add(struct children *children, pid_t pid);
bool children_have(const struct children *children, pid_t pid);
void children_remove(struct children *children, pid_t pid);
void children_free(struct children *children);

#endif
