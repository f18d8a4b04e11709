/* collectors/perf/perf-event.h - one counter of the kernel's perf_event_open(2), for a process tree. */
#ifndef JOULECART_PERF_EVENT_H
#define JOULECART_PERF_EVENT_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PERF_EVENT_PARANOID "/proc/sys/kernel/perf_event_paranoid"

enum { PERF_GROUP_MAX = 32 }; /* events of one group */

struct perf_count {
	uint64_t value;
	uint64_t enabled_ns; /* time that the tasks ran while the event was on */
	uint64_t
	    running_ns; /* part of it in which a hardware counter was free for the event */
};

/* Counts attr's event on pid and all that it will start, dead ones included. Without the
 * right to see the kernel's part it counts user space alone where needs_kernel is false, and
 * says so in *is_user_only. A descriptor, or minus an errno. */
int perf_event_open_tree(struct perf_event_attr attr, pid_t pid, bool needs_kernel,
			 bool *is_user_only);

/* Counts attr's event on one CPU, whoever runs there, in the group of that leader (-1: in one
 * of its own). A descriptor, or minus an errno. */
int perf_event_open_cpu(const struct perf_event_attr *attr, int cpu, int leader);

/* The same on its own, with the times that perf_event_read() gives. */
int perf_event_open_machine(struct perf_event_attr attr, int cpu);

/* Counts attr's event of a control group (version 2, a descriptor of its folder) on one CPU, with the rights
 * of this process alone. A descriptor, or minus an errno. */
int perf_event_open_group(struct perf_event_attr attr, int group_fd, int cpu);

/* As perf_event_open_tree, into the group of that leader (-1: it becomes one): the events of a
 * group are read in one call. Only for events that never wait for a hardware counter. */
int perf_event_open_in_group(struct perf_event_attr attr, pid_t pid, bool needs_kernel,
			     bool *is_user_only, int leader);

/* The n counts of the leader's group, in the order of opening. 0 or an errno. */
int perf_event_read_group(int leader, uint64_t *values, size_t n);

/* 0 or an errno. Holds also after every task of the tree has exited. */
int perf_event_read(int fd, struct perf_count *count);

/* A count that was scaled up for the time in which the event had to wait for a counter. */
struct perf_total {
	struct perf_count last; /* as read the time before */
	uint64_t value;
};

/* Adds what was counted since the time before, by enabled / running time since then. Exact
 * where nothing was shared; never falls. 0, or ENODATA until the event has run at all. */
int perf_total_add(struct perf_total *total, const struct perf_count *now);

/* Why EACCES or EPERM: perf_event_paranoid in words, and the command that helps. */
const char *perf_event_denied(char *why, size_t size);
extern const char perf_event_permit[], perf_event_permit_machine[]; /* own tasks; all */

#endif
