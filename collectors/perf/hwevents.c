/* collectors/perf/hwevents.c - hardware and software events of the observed process tree.
 *
 * One inherited perf event per name, off until the root process execs. An event that the
 * machine lacks is an absence with its reason. The software events are one group, which is
 * read in one call: that interrupts the processor that the job runs on once, not once an event.
 * Hardware events stand apart, since a group that does not fit the counters counts nothing.
 *
 * Where there are more events than hardware counters the kernel takes turns. A count is then
 * scaled up, tick by tick, and the gauge "multiplexed" says how much of it was really seen.
 *
 * Where the machine has cores of several kinds, a generic hardware event is one counter for each
 * kind, "instructions@cpu_core" and "instructions@cpu_atom", and "instructions" is their sum.
 *
 * One that is named by the PMU of a kind counts on those cores alone: what else the tasks ran is
 * learnt from a count of cycles on each other kind, and is not taken for a shared counter.
 *
 * An event that the processor lacks can still be opened, where it is named by its code: it then
 * stays 0 for ever. One that was 0 all the while it was counted is said to be stuck.
 *
 * Of the machine, "instructions@machine" or all of a live view's, an event is counted on every CPU
 * that is online, whoever runs there, and summed.
 *
 * Of a service that runs already, events are counted from open() on: hwevents-service.c.
 *
 * What a PMU outside the cores counts, such as a memory controller, is the whole machine's,
 * whoever caused it: "uncore_imc/data_reads/@machine, MiB". It counts from open() on. */
#include <config.h>

#include "collectors/perf/hwevents.h"

#include "base/problem.h"
#include "collectors/perf/event-list.h"
#include "collectors/perf/event-names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void close_hwevents(void *state)
{
	struct hwevents *hwevents = state;
	if (!hwevents)
		return;
	for (size_t i = hwevents->n_events; i-- > 0;)
		if (hwevents->events[i].fd >= 0)
			close(hwevents->events[i].fd);
	for (size_t i = 0; i < hwevents->n_places; i++)
		close(hwevents->places[i].fd);
	if (hwevents->group_fd >= 0)
		close(hwevents->group_fd);
	service_threads_free(&hwevents->threads);
	absence_list_free(&hwevents->absent);
	free(hwevents);
}

/* What a program that ran so long does not cause once is more likely not counted at all. */
static const uint64_t stuck_ns = 10000000;

/* To read the events of a process that runs on another processor the kernel interrupts that one. */
enum { REST_NS = 10 * 1000 * 1000 };

/* Takes the next name off a comma-separated list. NULL when none is left or kept already. */
static char *next_name(struct hwevents *hwevents, const char **list)
{
	while (**list && hwevents->n_names < EVENTS_MAX) {
		char *name = hwevents->names[hwevents->n_names];
		size_t length = event_name_length(*list);
		bool is_new = length > 0;
		snprintf(name, EVENT_NAME_SIZE, "%.*s", (int)length, *list);
		*list += length + ((*list)[length] == ',');
		for (size_t i = 0; i < hwevents->n_names; i++)
			is_new &= strcmp(hwevents->names[i], name) != 0;
		if (is_new) {
			hwevents->n_names++;
			return name;
		}
	}
	return NULL;
}

static void add_gauge(struct hwevents *hwevents)
{
	hwevents->channels[hwevents->n_events] = (struct channel){
		.name = "multiplexed",
		.kind = KIND_GAUGE,
		.unit = UNIT_COUNT,
		.provenance = PROV_MEASURED,
		.unit_per_raw = HWEVENTS_GAUGE_UNIT,
	};
}

static const char *names_of(const struct scope *scope)
{
	if (scope->events)
		return scope->events;
	return scope->of_machine ? event_defaults_of_machine : event_defaults;
}

static int open_hwevents(const struct scope *scope, void **state, struct channel_list *list,
			 struct problem *why)
{
	struct hwevents *hwevents = calloc(1, sizeof(*hwevents));
	const char *names = names_of(scope);
	char *name;
	bool has_pmu = has_core_pmu();
	problem_what(why, "cannot count events");
	if (!hwevents)
		return problem_errno(why, ENOMEM);
	hwevents->leader = hwevents->group_fd = -1;
	hwevents->of_machine = scope->of_machine;
	core_pmus_find(PMU_DEVICES, &hwevents->cores);
	int err = scope->service ? hwevents_follow(hwevents, scope->service) : 0;
	if (err) {
		close_hwevents(hwevents);
		return problem_errno(why, err);
	}
	while ((name = next_name(hwevents, &names)))
		hwevents_add(hwevents, name, scope->root_pid, has_pmu);
	if (scope->service)
		hwevents_count_missed(hwevents);
	if (hwevents->n_events == 0) {
		absence_list_problem(&hwevents->absent, "no event is named", why);
		close_hwevents(hwevents);
		return -1;
	}
	if (hwevents->has_gauge)
		add_gauge(hwevents);
	*list = (struct channel_list){ .channels = hwevents->channels,
				       .n = hwevents->n_events + hwevents->has_gauge };
	if (absence_list_give(&hwevents->absent, list, why) != 0) {
		close_hwevents(hwevents);
		return -1;
	}
	*state = hwevents;
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	const struct scope own = { .root_pid = getpid() };
	struct channel_list list;
	void *state;
	if (open_hwevents(&own, &state, &list, why) != 0)
		return -1;
	const struct hwevents *hwevents = state;
	int length = snprintf(found, size,
			      "%zu events of the process tree%s:", hwevents->n_events,
			      hwevents->has_gauge ? ""
			      : has_core_pmu()    ? ", no hardware ones"
						  : ", software only (no core PMU)");
	for (size_t i = 0; i < hwevents->n_events && (size_t)length < size; i++)
		length += snprintf(found + length, size - (size_t)length, " %s",
				   list.channels[i].name);
	close_hwevents(state);
	return 0;
}

static bool is_stuck(const struct event *event)
{
	return event->is_hardware && (event->fd >= 0 || event->is_sum) &&
	       event->total.value == 0 && event->running_ns > stuck_ns;
}

static size_t read_hwevents(void *state, struct reading *out)
{
	return hwevents_read(state, out);
}

static bool look_back(void *state, size_t i, struct hindsight *found)
{
	struct hwevents *hwevents = state;
	for (size_t j = 0; j < hwevents->n_events; j++) {
		if (!is_stuck(&hwevents->events[j]) || i-- > 0)
			continue;
		*found = (struct hindsight){
			.what = { .name = hwevents->channels[j].name,
				  .why = "it stayed 0 while it was counted: this processor "
					 "lacks it, or it never happened" },
			.is_stuck = true,
		};
		return true;
	}
	return hwevents_look_back_at_service(hwevents, i, found);
}

const struct collector hwevents_collector = {
	.name = "hwevents",
	.source =
	    "perf events of the process tree: task-clock, faults, instructions, caches",
	.rest_ns = REST_NS,
	.probe = probe,
	.open = open_hwevents,
	.read = read_hwevents,
	.look_back = look_back,
	.close = close_hwevents,
};
