/* collectors/perf/hwevents-open.c - which counters an event needs, and their opening: one for the process
 * tree, one for each kind of core, or one on every processor. See hwevents.h. */
#include <config.h>

#include "collectors/perf/hwevents.h"

#include "collectors/perf/event-list.h"
#include "collectors/perf/event-names.h"
#include "collectors/perf/pmu-terms.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of one reason. */
enum { WHY_SIZE = 160 };

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

const char *hwevents_user_mark(const struct event_code *code, bool is_user_only)
{
	return is_user_only && !code->is_time ? ":u" : "";
}

static void add_channel(struct hwevents *hwevents, const char *name, const char *mark,
			int fd, const struct event_code *code)
{
	char *label = hwevents->labels[hwevents->n_events];
	snprintf(label, EVENT_LABEL_SIZE, "%s%s", name, mark);
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
		if (other->type == type || hwevents->n_places == EVENT_PLACES_MAX)
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
	add_channel(hwevents, name, hwevents_user_mark(code, is_user_only), fd, code);
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
	const char *mark = hwevents_user_mark(code, is_user_only);
	add_channel(hwevents, name, mark, -1, code);
	hwevents->events[hwevents->n_events - 1].n_parts = n;
	for (size_t i = 0; i < n; i++) {
		char label[EVENT_LABEL_SIZE];
		snprintf(label, sizeof(label), "%s@%s", name, hwevents->cores.pmus[i].name);
		add_channel(hwevents, label, mark, fds[i], code);
	}
}

/* One more counter of a machine-wide event. 0, or minus an errno. */
static int open_place(struct hwevents *hwevents, const struct perf_event_attr *attr,
		      unsigned cpu)
{
	if (hwevents->n_places == EVENT_PLACES_MAX)
		return -EMFILE;
	int fd = perf_event_open_machine(*attr, (int)cpu);
	if (fd >= 0)
		hwevents->places[hwevents->n_places++] = (struct place){ .fd = fd };
	return fd < 0 ? fd : 0;
}

bool hwevents_add_places(struct hwevents *hwevents, const char *name, const char *mark,
			 const struct event_code *code, size_t before, int err)
{
	if (err) {
		char why[WHY_SIZE];
		const char *todo = explain(err, why, sizeof(why));
		if (todo == perf_event_permit)
			todo = hwevents->service
				   ? "run joulecart attach as the service's user"
				   : perf_event_permit_machine;
		absence_list_add(&hwevents->absent, name, todo, "%s", why);
		while (hwevents->n_places > before)
			close(hwevents->places[--hwevents->n_places].fd);
		return false;
	}
	add_channel(hwevents, name, mark, -1, code);
	struct event *event = &hwevents->events[hwevents->n_events - 1];
	event->place = before;
	event->n_places = hwevents->n_places - before;
	event->is_sum = true;
	event->is_hardware = false; /* no share of the tree's time */
	return true;
}

/* On every CPU of the PMUs' masks. */
static void add_machine(struct hwevents *hwevents, const char *name,
			const struct pmu_terms *terms)
{
	const struct event_code code = { .is_hardware = true };
	const size_t before = hwevents->n_places;
	char mark[EVENT_LABEL_SIZE - EVENT_NAME_SIZE];
	int err = 0;
	for (size_t i = 0; i < terms->n_places && !err; i++) {
		struct perf_event_attr attr = terms->attr;
		attr.type = terms->places[i].type;
		err = -open_place(hwevents, &attr, terms->places[i].cpu);
	}
	snprintf(mark, sizeof(mark), "@machine%s%s", *terms->unit ? ", " : "", terms->unit);
	if (hwevents_add_places(hwevents, name, mark, &code, before, err))
		hwevents->channels[hwevents->n_events - 1].unit_per_raw = terms->scale;
}

int hwevents_find_cpus(struct hwevents *hwevents)
{
	char text[4096];
	int err = sysfs_text("/sys/devices/system/cpu/online", text, sizeof(text));
	return err ? err
		   : pmu_cpus_parse(text, hwevents->cpus, EVENT_CPUS_MAX,
				    &hwevents->n_cpus);
}

/* On every CPU, whoever runs there. A CPU of another kind takes its own PMU's event. */
static void add_everywhere(struct hwevents *hwevents, const char *name,
			   const struct event_code *code)
{
	const size_t before = hwevents->n_places;
	int err = hwevents->n_cpus ? 0 : hwevents_find_cpus(hwevents);
	for (size_t i = 0; i < hwevents->n_cpus && !err; i++)
		err = -open_place(hwevents, &code->attr, hwevents->cpus[i]);
	hwevents_add_places(hwevents, name, "@machine", code, before, err);
}

/* Of the processes: a service's count at once, a command's from its start on. */
static void add_of_tree(struct hwevents *hwevents, const char *name, pid_t pid,
			struct event_code *code)
{
	bool is_split = core_pmus_split(&hwevents->cores, &code->attr);
	if (hwevents->service && is_split) {
		absence_list_add(&hwevents->absent, name,
				 "name the event of one kind, such as cpu_core/NAME/",
				 "this machine has cores of several kinds, and each of a "
				 "service's threads would need a counter on each");
		return;
	}
	if (hwevents->service) {
		hwevents_add_of_service(hwevents, name, code);
		return;
	}
	code->attr.disabled = 1;
	code->attr.enable_on_exec = 1;
	if (is_split)
		add_split(hwevents, name, pid, code);
	else
		add_single(hwevents, name, pid, code);
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
		add_of_tree(hwevents, name, pid, &code);
	}
}

void hwevents_add(struct hwevents *hwevents, const char *name, pid_t pid, bool has_pmu)
{
	struct event_code code;
	char base[EVENT_NAME_SIZE], why[WHY_SIZE];
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
	add_of_tree(hwevents, name, pid, &code);
}
