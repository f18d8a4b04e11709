/* collectors/cpu/cputime.c - CPU seconds: of the observed process tree, and of the whole machine.
 *
 * "tree" has up to three sources, each of which can miss time of the tree and none of which
 * counts any other's: so the one that has most is nearest to the truth, and is taken.
 *   task-clock   an event that all descendants inherit, exact to the nanosecond; it ends where a
 *                program may not be looked into (set-user-ID), and may be refused altogether
 *   group        the run's own control group (run-group.h), exact to the microsecond, complete
 *                but for what leaves the group; a running process may be a scheduler's tick late
 * A service that runs already (scope->service) has one source, service-time.h.
 *   /proc        proc-tree.h, where perf is refused: in ticks of 10 ms while processes live
 * "busy" and "steal" are the machine's, so that a share of its energy can be told. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/cpu/machine-cpu.h"
#include "collectors/cpu/proc-tree.h"
#include "collectors/cpu/run-group.h"
#include "collectors/cpu/service-time.h"
#include "collectors/perf/perf-event.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TREE, BUSY, STEAL, N_CHANNELS };

/* More than the group's count by this, and by a fiftieth: something left it. Ticks of /proc are
 * rounded down, so that anything above it is news; a running process may be late in the group. */
static const uint64_t left_least_ns = 30000000;

struct cputime {
	struct channel channels[N_CHANNELS];
	int machine_fd;               /* or minus an errno: only the tree is followed */
	int event_fd;                 /* -1: refused */
	int group_fd;                 /* its cpu.stat; -1: there is no group */
	struct proc_tree *proc;       /* NULL: the event counts */
	struct service_time *service; /* NULL: a command of our own */
	uint64_t group_before_ns, group_ns, proc_ns, last_ns;
	struct absence absences[3]; /* of the control group, and of the machine's two */
	size_t n_absent;
	char why_no_group[160], left[160];
};

static const char *basis_of(const struct cputime *cputime)
{
	bool has_group = cputime->group_fd >= 0;
	if (cputime->service)
		return service_time_basis(cputime->service);
	if (cputime->event_fd >= 0)
		return has_group ? "task-clock event and control group"
				 : "task-clock event";
	return has_group ? "control group and /proc" : "/proc";
}

static void set_channels(struct cputime *cputime)
{
	const struct channel machine = { .kind = KIND_COUNTER,
					 .unit = UNIT_S,
					 .provenance = PROV_MEASURED,
					 .unit_per_raw = machine_cpu_tick_s(),
					 .update_interval_ns = machine_cpu_tick_ns() };
	for (int i = 0; i < N_CHANNELS; i++)
		cputime->channels[i] = machine;
	/* Twice what the processors can work: of those that idle the kernel books it late. */
	cputime->channels[BUSY].max_power_w = cputime->channels[STEAL].max_power_w =
	    2 * (double)sysconf(_SC_NPROCESSORS_CONF);
	cputime->channels[TREE].name = "tree";
	cputime->channels[BUSY].name = "busy";
	cputime->channels[STEAL].name = "steal";
	cputime->channels[TREE].unit_per_raw = 1e-9;
	cputime->channels[TREE].uncertainty_basis = basis_of(cputime);
	if (cputime->event_fd >= 0)
		cputime->channels[TREE].update_interval_ns = 1;
}

static void close_cputime(void *state)
{
	struct cputime *cputime = state;
	if (!cputime)
		return;
	if (cputime->machine_fd >= 0)
		close(cputime->machine_fd);
	if (cputime->event_fd >= 0)
		close(cputime->event_fd);
	if (cputime->group_fd >= 0)
		close(cputime->group_fd);
	proc_tree_close(cputime->proc);
	service_time_close(cputime->service);
	free(cputime);
}

static int open_event(pid_t root_pid)
{
	const struct perf_event_attr task_clock = { .type = PERF_TYPE_SOFTWARE,
						    .config = PERF_COUNT_SW_TASK_CLOCK };
	/* The clock runs in both modes whatever is excluded: it needs no right to the kernel. */
	bool is_user_only;
	return perf_event_open_tree(task_clock, root_pid, false, &is_user_only);
}

static void open_group(struct cputime *cputime, const struct run_group *group)
{
	if (!group || group->fd < 0)
		return;
	cputime->group_fd = run_group_open_cpu(group);
	if (cputime->group_fd >= 0 &&
	    run_group_read_cpu(cputime->group_fd, &cputime->group_before_ns) != 0) {
		close(cputime->group_fd);
		cputime->group_fd = -1;
	}
}

/* Worth a word only where the other source is coarse. */
static void tell_no_group(struct cputime *cputime, const struct run_group *group)
{
	if (!group || cputime->group_fd >= 0 || cputime->event_fd >= 0)
		return;
	snprintf(cputime->why_no_group, sizeof(cputime->why_no_group),
		 "%s: CPU time is from /proc, in steps of %.0f ms",
		 group->fd < 0 ? group->why : "its CPU time cannot be read",
		 1e3 * machine_cpu_tick_s());
	cputime->absences[cputime->n_absent++] =
	    (struct absence){ .name = "control group",
			      .why = cputime->why_no_group,
			      .todo = perf_event_permit };
}

/* Without the machine's time nothing is shared out, but the tree's is known all the same. */
static void open_machine(struct cputime *cputime)
{
	cputime->machine_fd = sysfs_open(MACHINE_CPU_PATH);
	if (cputime->machine_fd >= 0)
		return;
	const char *why = strerrordesc_np(-cputime->machine_fd);
	cputime->absences[cputime->n_absent++] = (struct absence){ .name = "busy",
								   .why = why };
	cputime->absences[cputime->n_absent++] = (struct absence){ .name = "steal",
								   .why = why };
}

static int open_tree(struct cputime *cputime, const struct scope *scope)
{
	if (scope->service)
		return service_time_open(&cputime->service, scope->service);
	cputime->event_fd = open_event(scope->root_pid);
	open_group(cputime, scope->group);
	tell_no_group(cputime, scope->group);
	if (cputime->event_fd >= 0)
		return 0;
	int err = proc_tree_open(&cputime->proc, scope->root_pid);
	return cputime->group_fd >= 0 ? 0 : err;
}

static int open_cputime(const struct scope *scope, void **state, struct channel_list *list,
			struct problem *why)
{
	struct cputime *cputime = calloc(1, sizeof(*cputime));
	problem_what(why, "cannot follow CPU time");
	if (!cputime)
		return problem_errno(why, ENOMEM);
	cputime->event_fd = cputime->group_fd = -1;
	open_machine(cputime);
	int err = open_tree(cputime, scope);
	if (err) {
		close_cputime(cputime);
		return problem_errno(why, err);
	}
	set_channels(cputime);
	*state = cputime;
	*list = (struct channel_list){ .channels = cputime->channels,
				       .n = cputime->machine_fd < 0 ? BUSY : N_CHANNELS,
				       .absences = cputime->absences,
				       .n_absent = cputime->n_absent };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	const struct scope own = { .root_pid = getpid() };
	struct channel_list list;
	char ignored[96];
	void *state;
	bool has_group = run_group_probe(ignored, sizeof(ignored)) == 0;
	if (open_cputime(&own, &state, &list, why) != 0)
		return -1;
	const struct cputime *cputime = state;
	if (cputime->event_fd >= 0)
		snprintf(found, size, "process tree by task-clock, to the nanosecond%s",
			 has_group ? ", and by a control group" : "");
	else if (has_group)
		snprintf(found, size,
			 "process tree by a control group, to the microsecond");
	else
		snprintf(found, size, "process tree from /proc, in steps of %.0f ms",
			 1e3 * machine_cpu_tick_s());
	close_cputime(state);
	return 0;
}

static int read_event(const struct cputime *cputime, uint64_t *ns)
{
	struct perf_count count = { 0 };
	int err = perf_event_read(cputime->event_fd, &count);
	*ns = count.value;
	return err;
}

static int read_group(struct cputime *cputime, uint64_t *ns)
{
	int err = run_group_read_cpu(cputime->group_fd, ns);
	if (!err)
		cputime->group_ns = *ns -= cputime->group_before_ns;
	return err;
}

static bool has_left(const struct cputime *cputime)
{
	return cputime->proc_ns >
	       cputime->group_ns + cputime->group_ns / 50 + left_least_ns;
}

static int read_proc(struct cputime *cputime, uint64_t *ns)
{
	int err = proc_tree_read(cputime->proc, ns);
	if (!err)
		cputime->proc_ns = *ns;
	return err;
}

/* Whether a source gave something. */
static bool take(struct cputime *cputime, int err, const uint64_t *ns, int *first_err)
{
	if (err && !*first_err)
		*first_err = err;
	if (!err && *ns > cputime->last_ns)
		cputime->last_ns = *ns;
	return !err;
}

/* An error only where no source can be read. */
static int read_tree(struct cputime *cputime, uint64_t *ns)
{
	int first_err = 0;
	bool has_any = false;
	if (cputime->service)
		has_any = take(cputime, service_time_read(cputime->service, ns), ns,
			       &first_err);
	if (cputime->event_fd >= 0)
		has_any = take(cputime, read_event(cputime, ns), ns, &first_err);
	if (cputime->group_fd >= 0)
		has_any |= take(cputime, read_group(cputime, ns), ns, &first_err);
	if (cputime->proc)
		has_any |= take(cputime, read_proc(cputime, ns), ns, &first_err);
	*ns = cputime->last_ns;
	return has_any ? 0 : first_err;
}

/* Where the event counts, nothing is lost by leaving the group. */
static bool look_back(void *state, size_t i, struct hindsight *found)
{
	struct cputime *cputime = state;
	int restarts = cputime->service ? service_time_restarts(cputime->service) : 0;
	if (i == 0 && restarts > 0) {
		snprintf(
		    cputime->left, sizeof(cputime->left),
		    "the service was started again %d time%s; what it used between the "
		    "last reading and its end is not known",
		    restarts, restarts == 1 ? "" : "s");
		*found = (struct hindsight){ .what = { .name = "service",
						       .why = cputime->left } };
		return true;
	}
	if (i > 0 || !cputime->proc || cputime->group_fd < 0 || !has_left(cputime))
		return false;
	snprintf(cputime->left, sizeof(cputime->left),
		 "a process of the command moved to another control group: %.2f of %.2f "
		 "CPU seconds are "
		 "from /proc, in steps of %.0f ms",
		 (double)(cputime->proc_ns - cputime->group_ns) / NS_PER_S,
		 (double)cputime->proc_ns / NS_PER_S, 1e3 * machine_cpu_tick_s());
	*found = (struct hindsight){
		.what = { .name = "control group", .why = cputime->left },
	};
	return true;
}

static size_t read_cputime(void *state, struct reading *out)
{
	struct cputime *cputime = state;
	struct machine_cpu machine = { 0 };
	out[TREE].raw = 0;
	out[TREE].err = read_tree(cputime, &out[TREE].raw);
	if (cputime->machine_fd < 0)
		return out[TREE].err != 0;
	int err = machine_cpu_read(cputime->machine_fd, &machine);
	out[BUSY] = (struct reading){ .raw = machine.busy_ticks, .err = err };
	out[STEAL] = (struct reading){ .raw = machine.steal_ticks, .err = err };
	return (out[TREE].err != 0) + 2U * (err != 0);
}

const struct collector cputime_collector = {
	.name = "cputime",
	.source =
	    "CPU seconds of the process tree (perf, control group or /proc) and of the "
	    "machine (/proc/stat)",
	.probe = probe,
	.open = open_cputime,
	.read = read_cputime,
	.look_back = look_back,
	.rest_ns = MACHINE_CPU_REST_NS,
	.close = close_cputime,
};
