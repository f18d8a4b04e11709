/* collectors/cpu/run-group.h - a control group (cgroup v2) of one run's own.
 *
 * In it the kernel counts the CPU time of whatever runs there: to the microsecond, also of what
 * no event may follow (a set-user-ID program) and of children that nobody waits for. It stands
 * below the group that joulecart itself is in, so every limit holds as before, and it belongs to
 * whoever may make it: root, or a user whose group was delegated. The command is born into it
 * (clone3): moving a process takes the kernel 10 ms and more, and being born there nothing. */
#ifndef JOULECART_RUN_GROUP_H
#define JOULECART_RUN_GROUP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_group {
	int fd;        /* its folder; -1: there is none */
	int parent_fd; /* the folder it stands in; -1: none */
	char name[32];
	char why[96]; /* there is none: the reason, as part of a sentence */
};

/* Is it a folder of a control group of version 2? Elsewhere a file of a group's may be anything. */
bool run_group_is_one(const char *path);

/* Where version 2 of control groups is mounted, or NULL. */
const char *run_group_mount_point(void);

/* No group, because of why. */
struct run_group run_group_none(const char *why);

/* The path in version 2 of a text like /proc/self/cgroup, in place; NULL: none, or outside the
 * part of the tree that is visible here. Pure. */
const char *run_group_own_path(char *text);

/* Makes one, named after this process. Where it cannot, fd is -1 and why is set. Empty groups
 * that killed runs left beside it are removed. */
void run_group_make(struct run_group *group);

/* 0: one could be made here; else -1 and why[0..size). Changes nothing. */
int run_group_probe(char *why, size_t size);

/* Removes it. What still runs in it goes back to the group that joulecart is in, and runs on. 0,
 * or an errno: the group stays (EBUSY: the command made groups in it and left them). Takes one
 * that was never made, and one that was removed. */
int run_group_remove(struct run_group *group);

/* A descriptor of its CPU time, or minus an errno; and that time in nanoseconds: 0 or an errno. */
int run_group_open_cpu(const struct run_group *group);
int run_group_read_cpu(int fd, uint64_t *ns);

#endif
