/* collectors/cpu/proc-tree.h - CPU time of everything below this process, without perf.
 *
 * It is the sum over living descendants of their own time and that of the children they
 * reaped (the process's CPU clock, to the nanosecond; /proc/PID/stat, in ticks), and of what this process itself reaped (RUSAGE_CHILDREN). This
 * process must be a subreaper (PR_SET_CHILD_SUBREAPER), or daemons leave its tree. What is
 * lost: the time of children whose parent ignores SIGCHLD. */
#ifndef JOULECART_PROC_TREE_H
#define JOULECART_PROC_TREE_H
#include <stdint.h>
#include <sys/types.h>

struct proc_tree;

/* 0 or an errno: ENOTSUP where the kernel lists no children (CONFIG_PROC_CHILDREN). What was
 * reaped before does not count, nor do children that this process has besides root (a shell that
 * started some and then exec'd it), but for what one uses between the last look at it and its
 * end. */
int proc_tree_open(struct proc_tree **tree, pid_t root);

/* The same of a process that is no child of this one, and all its descendants: what those used
 * that their own parent reaped is in its parent's, what a process left behind that went to init
 * is lost. ESRCH: there is no such process; once it has ended, the time stays. */
int proc_tree_open_at(struct proc_tree **tree, pid_t root);

/* Nanoseconds since open, never less than the time before. 0 or an errno. No allocation. */
int proc_tree_read(struct proc_tree *tree, uint64_t *ns);

void proc_tree_close(struct proc_tree *tree); /* takes NULL */

/* Of a /proc/PID/stat line, in ticks: utime + stime, and cutime + cstime of the children that were reaped.
 * 0 or an errno. */
int proc_stat_ticks(const char *line, uint64_t *own, uint64_t *reaped);

#endif
