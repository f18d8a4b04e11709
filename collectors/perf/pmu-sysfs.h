/* collectors/perf/pmu-sysfs.h - what the kernel says of a PMU under
 * /sys/bus/event_source/devices/NAME: its type, its events with scale and unit, and the CPUs
 * that can read it. Functions return 0 or an errno. */
#ifndef JOULECART_PMU_SYSFS_H
#define JOULECART_PMU_SYSFS_H
#include <stddef.h>
#include <stdint.h>

/* One event as perf_event_open(2) and arithmetic want it. */
struct pmu_event {
	uint64_t config;
	double scale;  /* in units of unit */
	char unit[16]; /* "Joules" */
};

/* "event=0x02" -> 2. Other terms are EBADMSG: where their bits go is not known here. */
int pmu_config_parse(const char *text, uint64_t *config);

/* "0-2" -> 0 and 2, "8" -> 8 and 8; moves *text behind it. */
int pmu_range_parse(const char **text, uint64_t *first, uint64_t *last);

/* "0-2,8" -> 0 1 2 8. ERANGE when there are more than room, EBADMSG when it is no such list. */
int pmu_cpus_parse(const char *text, unsigned *cpus, size_t room, size_t *n);

/* "2.3283064365386962890625e-10", in any locale; EBADMSG unless it is above 0 and finite. */
int pmu_scale_parse(const char *text, double *scale);

/* Reads FOLDER/events/NAME, NAME.scale and NAME.unit. */
int pmu_event_read(const char *folder, const char *name, struct pmu_event *event);

#endif
