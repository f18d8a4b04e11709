/* collectors/hwevents.c - hardware and software events of the observed process tree.
 *
 * One inherited perf event per name, off until the root process execs. An event that the
 * machine lacks is an absence with its reason. The software events are one group, which is
 * read in one call: that interrupts the processor that the job runs on once, not once an event.
 * Hardware events stand apart, since a group that does not fit the counters counts nothing.
 *
 * Where there are more events than hardware counters the kernel takes turns. A count is then
 * scaled up, tick by tick, and the gauge "multiplexed" says how much of it was really seen. */
#include <config.h>

#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/event-names.h"
#include "collectors/perf-event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_EVENTS = PERF_GROUP_MAX, NAME_SIZE = 64, WHY_SIZE = 160 };

static const double gauge_unit = 1e-6; /* of "multiplexed", a share */

struct event {
	int fd;
	bool is_hardware;
	bool is_grouped; /* its count is one of the group's, in the order of the events */
	struct perf_total total;
};

struct hwevents {
	struct event events[MAX_EVENTS];
	struct channel channels[MAX_EVENTS + 1]; /* a gauge may follow the events */
	struct absence absences[MAX_EVENTS];
	char names[MAX_EVENTS][NAME_SIZE]; /* of channels and absences alike */
	char whys[MAX_EVENTS][WHY_SIZE];
	size_t n_names, n_events, n_absent;
	int leader; /* of the group, or -1 */
	size_t n_grouped;
	bool has_gauge;
};

static void close_hwevents(void *state)
{
	struct hwevents *hwevents = state;
	if (!hwevents)
		return;
	for (size_t i = hwevents->n_events; i-- > 0;)
		close(hwevents->events[i].fd);
	free(hwevents);
}

/* Why the kernel would not count it. Returns what to do, or NULL. */
static const char *explain(int err, char *why, size_t size)
{
	switch (err) {
	case EACCES:
	case EPERM:
		perf_event_denied(why, size);
		return perf_event_permit;
	case ENOENT:
	case EOPNOTSUPP:
	case ENODEV:
		snprintf(why, size,
			 "this processor, or this virtual machine, has no such event");
		return NULL;
	case EMFILE:
		snprintf(why, size, "too many open files");
		return "run 'ulimit -n 4096' before";
	default:
		snprintf(why, size, "cannot open: %s", strerrordesc_np(err));
		return NULL;
	}
}

static void add_absence(struct hwevents *hwevents, const char *name, const char *todo)
{
	hwevents->absences[hwevents->n_absent] = (struct absence){
		.name = name, .why = hwevents->whys[hwevents->n_absent], .todo = todo
	};
	hwevents->n_absent++;
}

static void add_channel(struct hwevents *hwevents, const char *name, int fd,
			const struct event_code *code)
{
	hwevents->events[hwevents->n_events] =
	    (struct event){ .fd = fd, .is_hardware = code->is_hardware };
	hwevents->channels[hwevents->n_events++] = (struct channel){
		.name = name,
		.kind = KIND_COUNTER,
		.unit = code->is_time ? UNIT_S : UNIT_COUNT,
		.provenance = PROV_MEASURED,
		.unit_per_raw = code->is_time ? 1e-9 : 1,
		.update_interval_ns = 1, /* read from the counter itself at each tick */
	};
	hwevents->has_gauge |= code->is_hardware;
}

static void add_to_group(struct hwevents *hwevents, int fd)
{
	hwevents->events[hwevents->n_events - 1].is_grouped = true;
	hwevents->n_grouped++;
	if (hwevents->leader < 0)
		hwevents->leader = fd;
}

static void mark_user_only(char *name)
{
	size_t length = strlen(name);
	if (length + sizeof(":u") <= NAME_SIZE)
		strcpy(name + length, ":u"); /* checked in the line above */
}

static void add_event(struct hwevents *hwevents, char *name, pid_t pid, bool has_pmu)
{
	struct event_code code;
	char *why = hwevents->whys[hwevents->n_absent];
	if (event_encode(name, has_pmu, &code, why, WHY_SIZE) != 0) {
		add_absence(hwevents, name, NULL);
		return;
	}
	code.attr.disabled = 1;
	code.attr.enable_on_exec = 1;
	bool is_user_only = false;
	int fd = -EINVAL;
	if (!code.is_hardware)
		fd = perf_event_open_in_group(code.attr, pid, code.needs_kernel,
					      &is_user_only, hwevents->leader);
	bool is_grouped = fd >= 0;
	if (fd == -EINVAL) /* hardware, or a kernel that inherits no groups */
		fd = perf_event_open_tree(code.attr, pid, code.needs_kernel, &is_user_only);
	if (fd < 0) {
		add_absence(hwevents, name, explain(-fd, why, WHY_SIZE));
		return;
	}
	/* As perf(1) marks it. A task's clock runs through the kernel whatever is excluded. */
	if (is_user_only && !code.is_time)
		mark_user_only(name);
	add_channel(hwevents, name, fd, &code);
	if (is_grouped)
		add_to_group(hwevents, fd);
}

/* Takes the next name off a comma-separated list. NULL when none is left or kept already. */
static char *next_name(struct hwevents *hwevents, const char **list)
{
	while (**list && hwevents->n_names < MAX_EVENTS) {
		char *name = hwevents->names[hwevents->n_names];
		size_t length = strcspn(*list, ",");
		bool is_new = length > 0;
		snprintf(name, NAME_SIZE, "%.*s", (int)length, *list);
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
		.unit_per_raw = gauge_unit,
	};
}

static int open_hwevents(const struct scope *scope, void **state, struct channel_list *list,
			 struct problem *why)
{
	struct hwevents *hwevents = calloc(1, sizeof(*hwevents));
	const char *names = scope->events ? scope->events : event_defaults;
	char *name;
	bool has_pmu = has_core_pmu();
	problem_what(why, "cannot count events");
	if (!hwevents)
		return problem_errno(why, ENOMEM);
	hwevents->leader = -1;
	while ((name = next_name(hwevents, &names)))
		add_event(hwevents, name, scope->root_pid, has_pmu);
	if (hwevents->n_events == 0) {
		if (hwevents->n_absent > 0) {
			const struct absence *first = &hwevents->absences[0];
			problem_why(why, "'%s': %s", first->name, first->why);
			problem_todo(why, "%s", first->todo ? first->todo : "");
		} else {
			problem_why(why, "no event is named");
		}
		close_hwevents(hwevents);
		return -1;
	}
	if (hwevents->has_gauge)
		add_gauge(hwevents);
	*state = hwevents;
	*list = (struct channel_list){ .channels = hwevents->channels,
				       .n = hwevents->n_events + hwevents->has_gauge,
				       .absences = hwevents->absences,
				       .n_absent = hwevents->n_absent };
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
			      hwevents->has_gauge ? "" : ", software only (no core PMU)");
	for (size_t i = 0; i < hwevents->n_events && (size_t)length < size; i++)
		length += snprintf(found + length, size - (size_t)length, " %s",
				   list.channels[i].name);
	close_hwevents(state);
	return 0;
}

/* The smallest share of its time that a hardware event had a counter; 1 before it began. */
static uint64_t smallest_share(const struct hwevents *hwevents)
{
	double smallest = 1;
	for (size_t i = 0; i < hwevents->n_events; i++) {
		const struct perf_count *last = &hwevents->events[i].total.last;
		if (!hwevents->events[i].is_hardware || last->enabled_ns == 0)
			continue;
		double share = (double)last->running_ns / (double)last->enabled_ns;
		smallest = share < smallest ? share : smallest;
	}
	return (uint64_t)(smallest / gauge_unit);
}

static struct reading read_single(struct event *event)
{
	struct perf_count now;
	int err = perf_event_read(event->fd, &now);
	if (!err)
		err = perf_total_add(&event->total, &now);
	return (struct reading){ event->total.value, err };
}

static size_t read_hwevents(void *state, struct reading *out)
{
	struct hwevents *hwevents = state;
	uint64_t values[MAX_EVENTS] = { 0 };
	size_t n_failed = 0;
	int group_err = hwevents->n_grouped
			    ? perf_event_read_group(hwevents->leader, values,
						    hwevents->n_grouped)
			    : 0;
	for (size_t i = 0, grouped = 0; i < hwevents->n_events; i++) {
		struct event *event = &hwevents->events[i];
		if (event->is_grouped)
			out[i] = (struct reading){ values[grouped++], group_err };
		else
			out[i] = read_single(event);
		n_failed += out[i].err != 0;
	}
	if (hwevents->has_gauge)
		out[hwevents->n_events] =
		    (struct reading){ .raw = smallest_share(hwevents) };
	return n_failed;
}

const struct collector hwevents_collector = {
	.name = "hwevents",
	.source =
	    "perf events of the process tree: task-clock, faults, instructions, caches",
	.probe = probe,
	.open = open_hwevents,
	.read = read_hwevents,
	.close = close_hwevents,
};
