/* collectors/perf/perf-event.c - see perf-event.h. */
#include <config.h>

#include "collectors/perf/perf-event.h"

#include "base/clock.h"
#include "collectors/opener/opener-ask.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* At 1 an ordinary user may count user space and kernel of own processes; Debian ships 3. */
const char perf_event_permit[] = "run 'sudo sysctl kernel.perf_event_paranoid=1'";
const char perf_event_permit_machine[] = "run 'sudo sysctl kernel.perf_event_paranoid=0'";

int perf_event_open_machine(struct perf_event_attr attr, int cpu)
{
	attr.size = sizeof(attr);
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	return opener_open_event(&attr, -1, cpu, -1);
}

int perf_event_open_cpu(const struct perf_event_attr *attr, int cpu, int leader)
{
	return opener_open_event(attr, -1, cpu, leader);
}

int perf_event_open_group(struct perf_event_attr attr, int group_fd, int cpu)
{
	attr.size = sizeof(attr);
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	long fd = syscall(SYS_perf_event_open, &attr, group_fd, cpu, -1,
			  PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

static int open_tree(struct perf_event_attr *attr, pid_t pid, bool needs_kernel,
		     bool *is_user_only, int leader)
{
	attr->size = sizeof(*attr);
	attr->inherit = 1;
	attr->exclude_hv = 1;
	attr->read_format |= PERF_FORMAT_TOTAL_TIME_ENABLED |
			     PERF_FORMAT_TOTAL_TIME_RUNNING;
	int fd = opener_open_event(attr, pid, -1, leader);
	if (fd == -EINVAL) { /* a PMU that can leave nothing out, such as msr */
		attr->exclude_hv = 0;
		fd = opener_open_event(attr, pid, -1, leader);
	}
	*is_user_only = false;
	if ((fd == -EACCES || fd == -EPERM) && !needs_kernel) {
		attr->exclude_kernel = 1;
		fd = opener_open_event(attr, pid, -1, leader);
		*is_user_only = fd >= 0;
	}
	return fd;
}

int perf_event_open_tree(struct perf_event_attr attr, pid_t pid, bool needs_kernel,
			 bool *is_user_only)
{
	return open_tree(&attr, pid, needs_kernel, is_user_only, -1);
}

int perf_event_open_in_group(struct perf_event_attr attr, pid_t pid, bool needs_kernel,
			     bool *is_user_only, int leader)
{
	attr.read_format = PERF_FORMAT_GROUP;
	return open_tree(&attr, pid, needs_kernel, is_user_only, leader);
}

/* Its words: how many counts, two times, the counts. */
/* While a task of the tree forks, its child has the group's leader and not yet all others, and
 * the kernel refuses (ECHILD, since the fix of CVE-2023-5717): asked again, and the fork let on. */
static ssize_t read_whole_group(int leader, uint64_t *words, size_t size)
{
	/* 0.2 ms in all: longer than a fork takes, far shorter than a tick. */
	enum { TRIES = 20 };
	ssize_t length = read(leader, words, size);
	for (int i = 0; length < 0 && errno == ECHILD && i < TRIES; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 100000 }, NULL);
		length = read(leader, words, size);
	}
	return length;
}

int perf_event_read_group(int leader, uint64_t *values, size_t n)
{
	uint64_t words[3 + PERF_GROUP_MAX];
	size_t size = (3 + n) * sizeof(*words);
	ssize_t length = read_whole_group(leader, words, size);
	if (length < 0)
		return errno;
	if ((size_t)length < size || words[0] != n)
		return ENODATA;
	memcpy(values, words + 3, n * sizeof(*values));
	return 0;
}

int perf_event_read(int fd, struct perf_count *count)
{
	uint64_t words[3];
	ssize_t length = read(fd, words, sizeof(words));
	if (length < 0)
		return errno;
	if ((size_t)length < sizeof(words))
		return ENODATA;
	*count = (struct perf_count){ words[0], words[1], words[2] };
	return 0;
}

int perf_total_add(struct perf_total *total, const struct perf_count *now)
{
	uint64_t rise = now->value - total->last.value;
	uint64_t enabled_ns = now->enabled_ns - total->last.enabled_ns;
	uint64_t running_ns = now->running_ns - total->last.running_ns;
	if (running_ns > 0 && running_ns < enabled_ns)
		rise = (uint64_t)((unsigned __int128)rise * enabled_ns / running_ns);
	/* What waited all the time keeps its last: the next rise is scaled over this time too. */
	if (running_ns > 0 || enabled_ns == 0) {
		total->value += rise;
		total->last = *now;
	}
	return now->enabled_ns > 0 && now->running_ns == 0 ? ENODATA : 0;
}

const char *perf_event_denied(char *why, size_t size)
{
	uint64_t paranoid;
	if (sysfs_u64(PERF_EVENT_PARANOID, &paranoid) == 0)
		snprintf(why, size, "permission denied: perf_event_paranoid is %" PRIu64,
			 paranoid);
	else
		snprintf(why, size, "permission denied");
	return why;
}
