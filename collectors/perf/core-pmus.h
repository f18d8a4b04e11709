/* collectors/perf/core-pmus.h - the PMUs of the processor's cores, one for each kind of core: "cpu"
 * on most machines, "cpu_core" and "cpu_atom" on x86 with P and E cores, one "armv8_*" each on
 * an Arm board with big and little ones.
 *
 * An event counts only on the cores of its PMU, and a generic one (PERF_TYPE_HARDWARE) of which
 * the PMU is not named counts on one kind alone: with two kinds it has to be opened on each. */
#ifndef JOULECART_CORE_PMUS_H
#define JOULECART_CORE_PMUS_H
#include "collectors/perf/perf-event.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PMU_DEVICES "/sys/bus/event_source/devices"

/* Kinds of cores: two today, three announced. */
enum { CORE_PMUS_MAX = 4, PMU_NAME_SIZE = 32 };

struct core_pmu {
	char name[PMU_NAME_SIZE];
	uint32_t type; /* for perf_event_open(2) */
};

struct core_pmus {
	struct core_pmu pmus[CORE_PMUS_MAX]; /* by name */
	size_t n;
};

/* Those of the folder (PMU_DEVICES) that have a file "cpus" which names a core, as perf(1) tells
 * them. None on a machine with one kind of core of x86, whose "cpu" has no such file. */
void core_pmus_find(const char *folder, struct core_pmus *found);

/* Does the machine have a core PMU that perf knows? */
bool has_core_pmu(void);

/* Must this event be opened on each of them? A generic one, where there are several. */
bool core_pmus_split(const struct core_pmus *found, const struct perf_event_attr *attr);

/* The same generic event on the cores of that PMU: its type goes into the config's upper half
 * (perf_event_open(2), since Linux 5.13). */
struct perf_event_attr core_pmu_attr(const struct perf_event_attr *attr,
				     const struct core_pmu *pmu);

/* The same by the name that the PMU itself has for it in that folder (PMU_DEVICES): PMUs of Arm
 * know no types in the config before Linux 6.6. Names and events as in Linux,
 * drivers/perf/arm_pmuv3.c. 0; ENOENT where it lists no such event. */
int core_pmu_own_attr(const char *folder, const struct perf_event_attr *attr,
		      const struct core_pmu *pmu, struct perf_event_attr *own);

/* What n counters, one of each kind of core, saw together of the time that their tasks ran. A
 * task runs on one kind at a time: a counter that waits for its kind misses nothing, and its
 * count must not be scaled up for that. On return the parts' times are those of all together,
 * so that perf_total_add() scales for shared counters alone. */
void core_pmus_join(struct perf_count *parts, size_t n);

#endif
