/* collectors/perf/hwevents.h - the state of the collector hwevents, between its four files: hwevents.c is
 * the collector, hwevents-open.c opens an event's counters, hwevents-read.c reads them, and
 * hwevents-service.c has what is particular to a service that runs already. */
#ifndef JOULECART_HWEVENTS_H
#define JOULECART_HWEVENTS_H
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/perf/core-pmus.h"
#include "collectors/perf/event-names.h"
#include "collectors/perf/perf-event.h"
#include "collectors/perf/pmu-sysfs.h"
#include "collectors/perf/service-threads.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	EVENTS_MAX = PERF_GROUP_MAX, /* names asked for */
	EVENT_NAME_SIZE = 128,
	EVENT_COUNTS_MAX = EVENTS_MAX * (1 + CORE_PMUS_MAX), /* each with its parts */
	EVENT_LABEL_SIZE = EVENT_NAME_SIZE + PMU_NAME_SIZE +
			   4, /* "NAME@PMU:u", "NAME@machine, MiB" */
	EVENT_CPUS_MAX = 1024,
	EVENT_PLACES_MAX = 16 * EVENT_CPUS_MAX, /* of all machine-wide events */
};

/* Raw steps of the gauge "multiplexed", which is a share: a millionth each. */
#define HWEVENTS_GAUGE_UNIT 1e-6

/* One event that is counted, or the sum of such. */
struct event {
	int fd;                 /* -1: a sum */
	size_t n_parts;         /* of a sum: how many behind it are its parts */
	size_t place, n_places; /* its further counters among the places: */
	bool is_sum;      /* of its places: of each CPU, or of each of a service's threads.
				 * Else these are of each other kind of core */
	bool is_of_group; /* each is of the service's group on one of cpus */
	bool is_of_threads;          /* each is of one of the service's threads */
	bool is_lost;                /* what they counted is no longer the service */
	struct perf_event_attr attr; /* of those */
	bool is_hardware;
	bool is_grouped; /* its count is one of the group's, in the order of the events */
	struct perf_total total;
	uint64_t running_ns; /* of this counter alone, when it was last read */
};

/* A further counter of an event. */
struct place {
	int fd;
	struct perf_total total;
};

struct hwevents {
	struct event events[EVENT_COUNTS_MAX];
	struct channel channels[EVENT_COUNTS_MAX + 1]; /* a gauge may follow the events */
	struct absence_list absent;
	char names[EVENTS_MAX][EVENT_NAME_SIZE];         /* as asked for */
	char labels[EVENT_COUNTS_MAX][EVENT_LABEL_SIZE]; /* of channels */
	struct core_pmus cores;
	bool of_machine;               /* all events are */
	unsigned cpus[EVENT_CPUS_MAX]; /* that are online, once they are asked for */
	size_t n_cpus;
	struct place places[EVENT_PLACES_MAX];
	size_t n_places;
	size_t n_names, n_events;
	int leader; /* of the group, or -1 */
	size_t n_grouped;
	bool has_gauge;
	const struct service *service;  /* or NULL; the caller's */
	struct service_threads threads; /* of it, when the counters were opened */
	int group_fd;                   /* its group, or -1 */
	ino_t group_inode;
	size_t n_missed, n_restarts;
	char told[160]; /* of that, see hwevents_look_back_at_service() */
};

/* Opens the counters of the event of that name and adds its channels, or its absence with the reason. pid:
 * whose tree is counted. */
void hwevents_add(struct hwevents *hwevents, const char *name, pid_t pid, bool has_pmu);

/* From here on events are counted of that service, which outlives the state. 0 or an errno. */
int hwevents_follow(struct hwevents *hwevents, const struct service *service);

/* Adds the event of the service, or its absence. */
void hwevents_add_of_service(struct hwevents *hwevents, const char *name,
			     const struct event_code *code);

/* Once all are added: how many threads began meanwhile. */
void hwevents_count_missed(struct hwevents *hwevents);

/* Has another group taken the place of the service's? Then it is counted from now on. */
void hwevents_look_for_restart(struct hwevents *hwevents);

/* The i-th thing about the service that no reading tells, as look_back() of a collector. */
bool hwevents_look_back_at_service(struct hwevents *hwevents, size_t i,
				   struct hindsight *found);

/* Adds the event whose counters are the places from before on, summed; err: the errno of the one that
 * could not be opened, for which there is an absence then. False: there is no channel. */
bool hwevents_add_places(struct hwevents *hwevents, const char *name, const char *mark,
			 const struct event_code *code, size_t before, int err);

/* The CPUs that are online, into cpus. 0 or an errno. */
int hwevents_find_cpus(struct hwevents *hwevents);

/* As perf(1) marks it: ":u" or "". A task's clock runs through the kernel whatever is excluded. */
const char *hwevents_user_mark(const struct event_code *code, bool is_user_only);

/* Reads all channels into out. Returns how many failed. */
size_t hwevents_read(struct hwevents *hwevents, struct reading *out);

#endif
