/* collectors/cpu/procstat.c - what the kernel counts of all that runs, for a live view: context
 * switches, interrupts, forks and page faults. Everybody may read them, which is not so of
 * perf's events of the machine. /proc/stat and /proc/vmstat, proc(5). */
#include <config.h>

#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/cpu/procstat-text.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A line of interrupts has a number for each of them: tens of kilobytes on large machines. */
enum { N_FILES = 2, N_COUNTS = 5, TEXT_SIZE = 256 * 1024 };

static const char *const paths[N_FILES] = { "/proc/stat", "/proc/vmstat" };

static const struct count {
	size_t file;
	const char *line, *name;
} counts[N_COUNTS] = {
	{ 0, "ctxt", "context-switches@machine" },
	{ 0, "intr", "interrupts@machine" },
	{ 0, "processes", "forks@machine" },
	{ 1, "pgfault", "page-faults@machine" },
	{ 1, "pgmajfault", "major-faults@machine" },
};

struct procstat {
	int fds[N_FILES]; /* or minus an errno */
	struct channel channels[N_COUNTS];
	char text[TEXT_SIZE];
};

static void close_procstat(void *state)
{
	struct procstat *procstat = state;
	if (!procstat)
		return;
	for (size_t i = 0; i < N_FILES; i++)
		if (procstat->fds[i] >= 0)
			close(procstat->fds[i]);
	free(procstat);
}

/* The kernel gives such files in pieces. */
static int read_whole(struct procstat *procstat, int fd)
{
	size_t used = 0;
	ssize_t length;
	if (fd < 0)
		return -fd;
	while ((length = pread(fd, procstat->text + used, TEXT_SIZE - 1 - used,
			       (off_t)used)) > 0)
		used += (size_t)length;
	procstat->text[used] = '\0';
	return length < 0 ? errno : 0;
}

static size_t read_procstat(void *state, struct reading *out)
{
	struct procstat *procstat = state;
	size_t n_failed = 0;
	int err = 0;
	for (size_t i = 0; i < N_COUNTS; i++) {
		if (i == 0 || counts[i].file != counts[i - 1].file)
			err = read_whole(procstat, procstat->fds[counts[i].file]);
		out[i] = (struct reading){ .err = err };
		if (!err)
			out[i].err = procstat_find(procstat->text, counts[i].line,
						   &out[i].raw);
		n_failed += out[i].err != 0;
	}
	return n_failed;
}

static bool is_asked(const struct scope *scope)
{
	return scope->of_machine;
}

static int open_procstat(const struct scope *scope, void **state, struct channel_list *list,
			 struct problem *why)
{
	struct reading now[N_COUNTS];
	(void)scope;
	problem_what(why, "cannot count what the machine does");
	struct procstat *procstat = calloc(1, sizeof(*procstat));
	if (!procstat)
		return problem_errno(why, ENOMEM);
	for (size_t i = 0; i < N_FILES; i++)
		procstat->fds[i] = sysfs_open(paths[i]);
	for (size_t i = 0; i < N_COUNTS; i++)
		procstat->channels[i] = (struct channel){ .name = counts[i].name,
							  .kind = KIND_COUNTER,
							  .unit = UNIT_COUNT,
							  .provenance = PROV_MEASURED,
							  .unit_per_raw = 1,
							  .update_interval_ns = 1 };
	if (read_procstat(procstat, now) == N_COUNTS) {
		problem_errno(why, now[0].err);
		close_procstat(procstat);
		return -1;
	}
	*state = procstat;
	*list = (struct channel_list){ .channels = procstat->channels, .n = N_COUNTS };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_procstat(NULL, &state, &list, why) != 0)
		return -1;
	snprintf(found, size,
		 "switches, interrupts, forks and faults of the whole machine, for live");
	close_procstat(state);
	return 0;
}

const struct collector procstat_collector = {
	.name = "procstat",
	.source = "what /proc/stat and /proc/vmstat count of the whole machine",
	.is_asked = is_asked,
	.probe = probe,
	.open = open_procstat,
	.read = read_procstat,
	.close = close_procstat,
};
