/* collectors/perf/pmu-terms.h - events that a PMU itself describes, by perf's way of naming them:
 * "uncore_imc/data_reads/", "cpu/event=0x3c,umask=0x1/", from the files below
 * /sys/bus/event_source/devices/PMU: events/NAME says terms, format/TERM the bits of each. */
#ifndef JOULECART_PMU_TERMS_H
#define JOULECART_PMU_TERMS_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sockets or dies with a PMU of their own. */
enum { PMU_PLACES_MAX = 64, PMU_UNIT_SIZE = 16 };

/* Where one counter of the event is to be opened. */
struct pmu_place {
	uint32_t type;
	unsigned cpu; /* meaningless unless is_machine */
};

struct pmu_terms {
	struct perf_event_attr
	    attr;                 /* of the first place; others differ in the type alone */
	double scale;             /* of one count, in unit; 1 where the PMU says none */
	char unit[PMU_UNIT_SIZE]; /* "MiB"; empty: occurrences */
	/* It has a cpumask: it counts what the whole machine does, on those CPUs. */
	bool is_machine;
	struct pmu_place places[PMU_PLACES_MAX];
	size_t n_places;
};

/* Is it a name of that form? */
bool is_pmu_event(const char *name);

/* Of the PMU called so in that folder (PMU_DEVICES), or of all those called so with _0, _1, ...
 * behind it, as a memory controller's channels are. 0, or -1 with why[0..size) filled. */
int pmu_terms_find(const char *folder, const char *name, struct pmu_terms *found, char *why,
		   size_t size);

/* Puts the value into the bits that a format file's text names: "config:0-7,32-35" takes the
 * lowest 8 bits of it, then the next 4. 0; EBADMSG when it is no such text; ERANGE when the
 * value needs more bits. */
int pmu_format_apply(const char *format, uint64_t value, struct perf_event_attr *attr);

#endif
