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
 * What a PMU outside the cores counts, such as a memory controller, is the whole machine's,
 * whoever caused it: "uncore_imc/data_reads/@machine, MiB". It counts from open() on. */
#include <config.h>

#include "base/problem.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/perf/core-pmus.h"
#include "collectors/perf/event-list.h"
#include "collectors/perf/event-names.h"
#include "collectors/perf/perf-event.h"
#include "collectors/perf/pmu-sysfs.h"
#include "collectors/perf/pmu-terms.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MAX_EVENTS = PERF_GROUP_MAX, /* names asked for */
	NAME_SIZE = 128,
	MAX_COUNTS = MAX_EVENTS * (1 + CORE_PMUS_MAX), /* each with its parts */
	LABEL_SIZE = NAME_SIZE + PMU_NAME_SIZE + 4, /* "NAME@PMU:u", "NAME@machine, MiB" */
	MAX_CPUS = 1024,
	MAX_PLACES = 16 * MAX_CPUS, /* of all machine-wide events */
	WHY_SIZE = 160
};

/* What a program that ran so long does not cause once is more likely not counted at all. */
static const uint64_t stuck_ns = 10000000;

/* To read the events of a process that runs on another processor the kernel interrupts that one. */
enum { REST_NS = 10 * 1000 * 1000 };

static const double gauge_unit = 1e-6; /* of "multiplexed", a share */

struct event {
	int fd;                 /* -1: a sum */
	size_t n_parts;         /* of a sum: how many behind it are its parts */
	size_t place, n_places; /* its further counters among the places: */
	bool is_machine;        /* on each CPU; else on each other kind of core */
	bool is_hardware;
	bool is_grouped; /* its count is one of the group's, in the order of the events */
	struct perf_total total;
	uint64_t running_ns; /* of this counter alone, when it was last read */
};

struct place {
	int fd;
	struct perf_total total;
};

struct hwevents {
	struct event events[MAX_COUNTS];
	struct channel channels[MAX_COUNTS + 1]; /* a gauge may follow the events */
	struct absence_list absent;
	char names[MAX_EVENTS][NAME_SIZE];   /* as asked for */
	char labels[MAX_COUNTS][LABEL_SIZE]; /* of channels */
	struct core_pmus cores;
	bool of_machine;         /* all events are */
	unsigned cpus[MAX_CPUS]; /* that are online, once they are asked for */
	size_t n_cpus;
	struct place places[MAX_PLACES];
	size_t n_places;
	size_t n_names, n_events;
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
		if (hwevents->events[i].fd >= 0)
			close(hwevents->events[i].fd);
	for (size_t i = 0; i < hwevents->n_places; i++)
		close(hwevents->places[i].fd);
	absence_list_free(&hwevents->absent);
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
		return "run 'ulimit -n 4096' first";
	default:
		snprintf(why, size, "cannot open: %s", strerrordesc_np(err));
		return NULL;
	}
}

/* Of an event that the kernel would not count for that errno. */
static void add_refused(struct hwevents *hwevents, const char *name, int err)
{
	char why[WHY_SIZE];
	const char *todo = explain(err, why, sizeof(why));
	absence_list_add(&hwevents->absent, name, todo, "%s", why);
}

/* As perf(1) marks it. A task's clock runs through the kernel whatever is excluded. */
static const char *user_mark(const struct event_code *code, bool is_user_only)
{
	return is_user_only && !code->is_time ? ":u" : "";
}

static void add_channel(struct hwevents *hwevents, const char *name, const char *mark,
			int fd, const struct event_code *code)
{
	char *label = hwevents->labels[hwevents->n_events];
	snprintf(label, LABEL_SIZE, "%s%s", name, mark);
	hwevents->events[hwevents->n_events] =
	    (struct event){ .fd = fd, .is_hardware = code->is_hardware };
	hwevents->channels[hwevents->n_events++] = (struct channel){
		.name = label,
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

/* For one kind of core: by the kernel's name for the event, or else by the PMU's own. */
static int open_part(const struct core_pmu *pmu, const struct event_code *code, pid_t pid,
		     bool *is_user_only)
{
	struct perf_event_attr attr = core_pmu_attr(&code->attr, pmu);
	int fd = perf_event_open_tree(attr, pid, code->needs_kernel, is_user_only);
	if ((fd == -ENOENT || fd == -EINVAL) &&
	    core_pmu_own_attr(PMU_DEVICES, &code->attr, pmu, &attr) == 0)
		fd = perf_event_open_tree(attr, pid, code->needs_kernel, is_user_only);
	return fd;
}

static bool is_kind(const struct core_pmus *cores, uint32_t type)
{
	for (size_t i = 0; i < cores->n; i++)
		if (cores->pmus[i].type == type)
			return cores->n > 1;
	return false;
}

/* To the event that was added last, which counts on one kind of core: its time elsewhere. */
static void add_other_kinds(struct hwevents *hwevents, uint32_t type, pid_t pid)
{
	struct event *event = &hwevents->events[hwevents->n_events - 1];
	const struct event_code cycles = {
		.attr = { .type = PERF_TYPE_HARDWARE,
			  .config = PERF_COUNT_HW_CPU_CYCLES,
			  .disabled = 1,
			  .enable_on_exec = 1 },
	};
	event->place = hwevents->n_places;
	for (size_t i = 0; i < hwevents->cores.n; i++) {
		const struct core_pmu *other = &hwevents->cores.pmus[i];
		bool is_user_only;
		if (other->type == type || hwevents->n_places == MAX_PLACES)
			continue;
		int fd = open_part(other, &cycles, pid, &is_user_only);
		if (fd < 0)
			continue;
		hwevents->places[hwevents->n_places++] = (struct place){ .fd = fd };
		event->n_places++;
	}
}

static void add_single(struct hwevents *hwevents, const char *name, pid_t pid,
		       const struct event_code *code)
{
	bool is_user_only = false;
	int fd = -EINVAL;
	if (!code->is_hardware)
		fd = perf_event_open_in_group(code->attr, pid, code->needs_kernel,
					      &is_user_only, hwevents->leader);
	bool is_grouped = fd >= 0;
	if (fd == -EINVAL) /* hardware, or a kernel that inherits no groups */
		fd = perf_event_open_tree(code->attr, pid, code->needs_kernel,
					  &is_user_only);
	if (fd < 0) {
		add_refused(hwevents, name, -fd);
		return;
	}
	add_channel(hwevents, name, user_mark(code, is_user_only), fd, code);
	if (is_grouped)
		add_to_group(hwevents, fd);
	if (is_kind(&hwevents->cores, code->attr.type))
		add_other_kinds(hwevents, code->attr.type, pid);
}

/* Opens it for each kind of core. Returns how many could be opened: where not all could, the
 * rest is of no use, since its waiting for its cores could not be told from sharing a counter. */
static size_t open_parts(const struct hwevents *hwevents, const struct event_code *code,
			 pid_t pid, int *fds, bool *is_user_only)
{
	size_t n = 0;
	for (; n < hwevents->cores.n; n++) {
		fds[n] = open_part(&hwevents->cores.pmus[n], code, pid, is_user_only);
		if (fds[n] < 0)
			break;
	}
	return n;
}

/* fds[n_open] is minus the errno of the first that could not be opened. */
static void add_unsplit(struct hwevents *hwevents, const char *name, const int *fds,
			size_t n_open)
{
	const struct core_pmu kind = hwevents->cores.pmus[n_open];
	char why[WHY_SIZE];
	const char *todo = explain(-fds[n_open], why, sizeof(why));
	if (fds[n_open] == -EINVAL) /* before Linux 5.13 */
		snprintf(why, sizeof(why),
			 "this kernel cannot count it on one kind of core");
	absence_list_add(&hwevents->absent, name, todo, "%s: %s", kind.name, why);
	while (n_open-- > 0)
		close(fds[n_open]);
}

static void add_split(struct hwevents *hwevents, const char *name, pid_t pid,
		      const struct event_code *code)
{
	int fds[CORE_PMUS_MAX] = { 0 };
	bool is_user_only = false;
	const size_t n = open_parts(hwevents, code, pid, fds, &is_user_only);
	if (n < hwevents->cores.n) {
		add_unsplit(hwevents, name, fds, n);
		return;
	}
	const char *mark = user_mark(code, is_user_only);
	add_channel(hwevents, name, mark, -1, code);
	hwevents->events[hwevents->n_events - 1].n_parts = n;
	for (size_t i = 0; i < n; i++) {
		char label[LABEL_SIZE];
		snprintf(label, sizeof(label), "%s@%s", name, hwevents->cores.pmus[i].name);
		add_channel(hwevents, label, mark, fds[i], code);
	}
}

/* One more counter of a machine-wide event. 0, or minus an errno. */
static int open_place(struct hwevents *hwevents, const struct perf_event_attr *attr,
		      unsigned cpu)
{
	if (hwevents->n_places == MAX_PLACES)
		return -EMFILE;
	int fd = perf_event_open_machine(*attr, (int)cpu);
	if (fd >= 0)
		hwevents->places[hwevents->n_places++] = (struct place){ .fd = fd };
	return fd < 0 ? fd : 0;
}

/* Adds the event whose counters are the places from before on; err: the errno of the one that
 * could not be opened, for which there is an absence then. False: there is no channel. */
static bool add_places(struct hwevents *hwevents, const char *name, const char *mark,
		       const struct event_code *code, size_t before, int err)
{
	if (err) {
		char why[WHY_SIZE];
		const char *todo = explain(err, why, sizeof(why));
		if (todo == perf_event_permit)
			todo = perf_event_permit_machine;
		absence_list_add(&hwevents->absent, name, todo, "%s", why);
		while (hwevents->n_places > before)
			close(hwevents->places[--hwevents->n_places].fd);
		return false;
	}
	add_channel(hwevents, name, mark, -1, code);
	struct event *event = &hwevents->events[hwevents->n_events - 1];
	event->place = before;
	event->n_places = hwevents->n_places - before;
	event->is_machine = true;
	event->is_hardware = false; /* no share of the tree's time */
	return true;
}

/* On every CPU of the PMUs' masks. */
static void add_machine(struct hwevents *hwevents, const char *name,
			const struct pmu_terms *terms)
{
	const struct event_code code = { .is_hardware = true };
	const size_t before = hwevents->n_places;
	char mark[LABEL_SIZE - NAME_SIZE];
	int err = 0;
	for (size_t i = 0; i < terms->n_places && !err; i++) {
		struct perf_event_attr attr = terms->attr;
		attr.type = terms->places[i].type;
		err = -open_place(hwevents, &attr, terms->places[i].cpu);
	}
	snprintf(mark, sizeof(mark), "@machine%s%s", *terms->unit ? ", " : "", terms->unit);
	if (add_places(hwevents, name, mark, &code, before, err))
		hwevents->channels[hwevents->n_events - 1].unit_per_raw = terms->scale;
}

/* 0 or an errno. */
static int find_cpus(struct hwevents *hwevents)
{
	char text[4096];
	int err = sysfs_text("/sys/devices/system/cpu/online", text, sizeof(text));
	return err ? err
		   : pmu_cpus_parse(text, hwevents->cpus, MAX_CPUS, &hwevents->n_cpus);
}

/* On every CPU, whoever runs there. A CPU of another kind takes its own PMU's event. */
static void add_everywhere(struct hwevents *hwevents, const char *name,
			   const struct event_code *code)
{
	const size_t before = hwevents->n_places;
	int err = hwevents->n_cpus ? 0 : find_cpus(hwevents);
	for (size_t i = 0; i < hwevents->n_cpus && !err; i++)
		err = -open_place(hwevents, &code->attr, hwevents->cpus[i]);
	add_places(hwevents, name, "@machine", code, before, err);
}

static void add_described(struct hwevents *hwevents, const char *name, pid_t pid)
{
	struct pmu_terms terms;
	char why[WHY_SIZE];
	if (pmu_terms_find(PMU_DEVICES, name, &terms, why, sizeof(why)) != 0) {
		absence_list_add(&hwevents->absent, name, NULL, "%s", why);
	} else if (terms.is_machine) {
		add_machine(hwevents, name, &terms);
	} else if (terms.n_places > 1) {
		absence_list_add(&hwevents->absent, name, "name one of them",
				 "several PMUs have that name");
	} else {
		struct event_code code = { .attr = terms.attr, .is_hardware = true };
		code.attr.disabled = 1;
		code.attr.enable_on_exec = 1;
		add_single(hwevents, name, pid, &code);
	}
}

static void add_event(struct hwevents *hwevents, const char *name, pid_t pid, bool has_pmu)
{
	struct event_code code;
	char base[NAME_SIZE], why[WHY_SIZE];
	if (is_pmu_event(name)) {
		add_described(hwevents, name, pid);
		return;
	}
	bool of_machine = event_of_machine(name, base, sizeof(base)) ||
			  hwevents->of_machine;
	if (event_encode(base, has_pmu, &code, why, sizeof(why)) != 0) {
		absence_list_add(&hwevents->absent, name, NULL, "%s", why);
		return;
	}
	if (of_machine) {
		add_everywhere(hwevents, base, &code);
		return;
	}
	code.attr.disabled = 1;
	code.attr.enable_on_exec = 1;
	if (core_pmus_split(&hwevents->cores, &code.attr))
		add_split(hwevents, name, pid, &code);
	else
		add_single(hwevents, name, pid, &code);
}

/* Takes the next name off a comma-separated list. NULL when none is left or kept already. */
static char *next_name(struct hwevents *hwevents, const char **list)
{
	while (**list && hwevents->n_names < MAX_EVENTS) {
		char *name = hwevents->names[hwevents->n_names];
		size_t length = event_name_length(*list);
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
	if (scope->service) {
		free(hwevents);
		return problem_why(why,
				   "a program that runs already is not followed: events "
				   "begin with a program's start");
	}
	hwevents->leader = -1;
	hwevents->of_machine = scope->of_machine;
	core_pmus_find(PMU_DEVICES, &hwevents->cores);
	while ((name = next_name(hwevents, &names)))
		add_event(hwevents, name, scope->root_pid, has_pmu);
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

/* With others, the times of all together take the place of its own. */
static struct reading read_single(const struct hwevents *hwevents, struct event *event)
{
	struct perf_count counts[1 + CORE_PMUS_MAX];
	int err = perf_event_read(event->fd, counts);
	for (size_t i = 0; i < event->n_places && !err; i++)
		err = perf_event_read(hwevents->places[event->place + i].fd,
				      &counts[1 + i]);
	event->running_ns = err ? event->running_ns : counts->running_ns;
	if (!err && event->n_places)
		core_pmus_join(counts, 1 + event->n_places);
	if (!err)
		err = perf_total_add(&event->total, counts);
	return (struct reading){ event->total.value, err };
}

/* The sum of the parts behind it, and these. What one of them lacks, the sum lacks. */
static void read_split(struct event *sum, struct reading *out)
{
	struct event *parts = sum + 1;
	struct perf_count counts[CORE_PMUS_MAX];
	int err = 0;
	for (size_t i = 0; i < sum->n_parts && !err; i++)
		err = perf_event_read(parts[i].fd, &counts[i]);
	for (size_t i = 0; i < sum->n_parts && !err; i++)
		parts[i].running_ns = counts[i].running_ns;
	out[0] = (struct reading){ .err = err };
	if (!err)
		core_pmus_join(counts, sum->n_parts);
	for (size_t i = 0; i < sum->n_parts; i++) {
		int own = err ? err : perf_total_add(&parts[i].total, &counts[i]);
		out[i + 1] = (struct reading){ parts[i].total.value, own };
		out[0].raw += parts[i].total.value;
		out[0].err = own;
	}
}

/* One that never got a counter makes the sum unknown. */
static struct reading read_machine(struct hwevents *hwevents, const struct event *event)
{
	struct reading sum = { 0 };
	for (size_t i = event->place; i < event->place + event->n_places; i++) {
		struct perf_count now;
		int err = perf_event_read(hwevents->places[i].fd, &now);
		if (!err)
			err = perf_total_add(&hwevents->places[i].total, &now);
		sum.raw += hwevents->places[i].total.value;
		sum.err = err ? err : sum.err;
	}
	return sum;
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
		if (event->is_grouped) {
			out[i] = (struct reading){ values[grouped++], group_err };
		} else if (event->n_parts) {
			read_split(event, out + i);
			i += event->n_parts;
		} else if (event->is_machine) {
			out[i] = read_machine(hwevents, event);
		} else {
			out[i] = read_single(hwevents, event);
		}
	}
	for (size_t i = 0; i < hwevents->n_events; i++)
		n_failed += out[i].err != 0;
	if (hwevents->has_gauge)
		out[hwevents->n_events] =
		    (struct reading){ .raw = smallest_share(hwevents) };
	return n_failed;
}

static bool is_stuck(const struct event *event)
{
	return event->is_hardware && event->fd >= 0 && event->total.value == 0 &&
	       event->running_ns > stuck_ns;
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
	return false;
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
