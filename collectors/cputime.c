/* collectors/cputime.c - CPU seconds: of the observed process tree, and of the whole machine.
 *
 * "tree" comes from one task-clock event that all descendants inherit, exact to the
 * nanosecond and complete after the last one has exited. Where perf is refused it comes from
 * /proc (proc-tree.h), in ticks of 10 ms while processes live. "busy" and "steal" are the
 * machine's, so that a share of its energy can be told. */
#include <config.h>

#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/machine-cpu.h"
#include "collectors/perf-event.h"
#include "collectors/proc-tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TREE, BUSY, STEAL, N_CHANNELS };

struct cputime {
	struct channel channels[N_CHANNELS];
	struct machine_cpu_file machine;
	int event_fd;           /* -1: proc is used */
	struct proc_tree *proc; /* NULL: event_fd is used */
};

static void set_channels(struct cputime *cputime)
{
	const struct channel machine = { .kind = KIND_COUNTER,
					 .unit = UNIT_S,
					 .provenance = PROV_MEASURED,
					 .unit_per_raw = machine_cpu_tick_s(),
					 .update_interval_ns = machine_cpu_interval_ns(
					     &cputime->machine) };
	for (int i = 0; i < N_CHANNELS; i++)
		cputime->channels[i] = machine;
	cputime->channels[TREE].name = "tree";
	cputime->channels[BUSY].name = "busy";
	cputime->channels[STEAL].name = "steal";
	cputime->channels[TREE].unit_per_raw = 1e-9;
	cputime->channels[TREE].update_interval_ns =
	    cputime->event_fd >= 0 ? 1 : (uint64_t)machine_cpu_tick_ns();
}

static void close_cputime(void *state)
{
	struct cputime *cputime = state;
	if (!cputime)
		return;
	machine_cpu_close(&cputime->machine);
	if (cputime->event_fd >= 0)
		close(cputime->event_fd);
	proc_tree_close(cputime->proc);
	free(cputime);
}

static int open_tree(struct cputime *cputime, pid_t root_pid)
{
	const struct perf_event_attr task_clock = { .type = PERF_TYPE_SOFTWARE,
						    .config = PERF_COUNT_SW_TASK_CLOCK };
	/* The clock runs in both modes whatever is excluded: it needs no right to the kernel. */
	bool is_user_only;
	cputime->event_fd = perf_event_open_tree(task_clock, root_pid, false,
						 &is_user_only);
	if (cputime->event_fd >= 0)
		return 0;
	cputime->event_fd = -1;
	return proc_tree_open(&cputime->proc);
}

static int open_cputime(const struct scope *scope, void **state, struct channel_list *list,
			struct problem *why)
{
	struct cputime *cputime = calloc(1, sizeof(*cputime));
	problem_what(why, "cannot follow CPU time");
	if (!cputime)
		return problem_errno(why, ENOMEM);
	cputime->event_fd = -1;
	int err = machine_cpu_open(&cputime->machine);
	if (!err)
		err = open_tree(cputime, scope->root_pid);
	if (err) {
		close_cputime(cputime);
		return problem_errno(why, err);
	}
	set_channels(cputime);
	*state = cputime;
	*list = (struct channel_list){ .channels = cputime->channels, .n = N_CHANNELS };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	const struct scope own = { .root_pid = getpid() };
	struct channel_list list;
	void *state;
	if (open_cputime(&own, &state, &list, why) != 0)
		return -1;
	const struct cputime *cputime = state;
	if (cputime->proc)
		snprintf(found, size, "process tree from /proc, in steps of %.0f ms",
			 1e3 * machine_cpu_tick_s());
	else
		snprintf(found, size, "process tree by task-clock, to the nanosecond");
	close_cputime(state);
	return 0;
}

static int read_tree(struct cputime *cputime, uint64_t *ns)
{
	struct perf_count count = { 0 };
	if (cputime->proc)
		return proc_tree_read(cputime->proc, ns);
	int err = perf_event_read(cputime->event_fd, &count);
	*ns = count.value;
	return err;
}

static size_t read_cputime(void *state, struct reading *out)
{
	struct cputime *cputime = state;
	struct machine_cpu machine = { 0 };
	out[TREE].raw = 0;
	out[TREE].err = read_tree(cputime, &out[TREE].raw);
	int err = machine_cpu_read(&cputime->machine, &machine);
	out[BUSY] = (struct reading){ .raw = machine.busy_ticks, .err = err };
	out[STEAL] = (struct reading){ .raw = machine.steal_ticks, .err = err };
	return (out[TREE].err != 0) + 2U * (err != 0);
}

const struct collector cputime_collector = {
	.name = "cputime",
	.source = "CPU seconds of the process tree (perf or /proc) and of the machine "
		  "(/proc/stat)",
	.probe = probe,
	.open = open_cputime,
	.read = read_cputime,
	.close = close_cputime,
};
