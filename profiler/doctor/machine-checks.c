/* profiler/doctor/machine-checks.c - see machine-checks.h. */
#include <config.h>

#include "profiler/doctor/machine-checks.h"

#include "base/clock.h"
#include "collectors/cpu/machine-cpu.h"
#include "collectors/cpu/proc-tree.h"
#include "collectors/sysfs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const int64_t WATCH_NS = NS_PER_S / 5;
/* Of one CPU: below it, what is busy costs less than trials differ by. */
static const double MUCH_LOAD = 0.25;

bool check_governor(struct machine_check *check)
{
	char governor[32];
	*check = (struct machine_check){ .name = "governor" };
	if (sysfs_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor,
		       sizeof(governor)) != 0)
		return false;
	check->is_warning = strcmp(governor, "performance") != 0;
	if (check->is_warning)
		check->todo = "sudo cpupower frequency-set -g performance";
	snprintf(check->found, sizeof(check->found), "%s%s", governor,
		 check->is_warning ? ": the clock frequency follows the load, so variants "
				     "run at different frequencies"
				   : ": the clock frequency does not follow the load");
	return true;
}

/* CPU ticks of every process, by pid. */
struct census {
	struct {
		pid_t pid;
		uint64_t ticks;
		char name[32];
	} * items;
	size_t n;
};

static bool count_one(struct census *census, pid_t pid)
{
	char path[32], line[1024];
	uint64_t own, reaped;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (sysfs_text(path, line, sizeof(line)) != 0 ||
	    proc_stat_ticks(line, &own, &reaped) != 0)
		return true;
	void *grown = realloc(census->items, (census->n + 1) * sizeof(*census->items));
	if (!grown)
		return false;
	census->items = grown;
	const char *open = strchr(line, '('), *close = strrchr(line, ')');
	int length = open && close > open ? (int)(close - open - 1) : 0;
	census->items[census->n].pid = pid;
	census->items[census->n].ticks = own + reaped;
	snprintf(census->items[census->n++].name, sizeof(census->items->name), "%.*s",
		 length, open ? open + 1 : "");
	return true;
}

static void count_all(struct census *census)
{
	struct dirent *entry;
	DIR *folder = opendir("/proc");
	*census = (struct census){ 0 };
	while (folder && (entry = readdir(folder)))
		if (atoi(entry->d_name) > 0 && !count_one(census, atoi(entry->d_name)))
			break;
	if (folder)
		closedir(folder);
}

/* Who used most between two counts; "" where nobody used any. */
static const char *busiest(const struct census *before, const struct census *after)
{
	const char *name = "";
	uint64_t most = 0;
	for (size_t i = 0, j = 0; i < after->n;
	     i++) { /* /proc lists in the order of pids */
		while (j < before->n && before->items[j].pid < after->items[i].pid)
			j++;
		if (j == before->n || before->items[j].pid != after->items[i].pid ||
		    after->items[i].pid == getpid())
			continue;
		uint64_t used = after->items[i].ticks - before->items[j].ticks;
		if (after->items[i].ticks > before->items[j].ticks && used > most) {
			most = used;
			name = after->items[i].name;
		}
	}
	return name;
}

static bool read_machine(struct machine_cpu *cpu)
{
	int fd = sysfs_open(MACHINE_CPU_PATH);
	bool is_read = fd >= 0 && machine_cpu_read(fd, cpu) == 0;
	if (fd >= 0)
		close(fd);
	return is_read;
}

bool check_load(struct machine_check *check)
{
	struct machine_cpu before = { 0 }, after = { 0 };
	struct census first, second;
	const struct timespec pause = { .tv_nsec = WATCH_NS };
	*check = (struct machine_check){ .name = "load" };
	count_all(&first);
	int64_t begin_ns = monotonic_ns();
	bool is_read = read_machine(&before);
	nanosleep(&pause, NULL);
	is_read = read_machine(&after) && is_read;
	double seconds = (double)(monotonic_ns() - begin_ns) / NS_PER_S;
	count_all(&second);
	double busy = (double)(after.busy_ticks - before.busy_ticks) *
		      machine_cpu_tick_s() / seconds;
	const char *name = busiest(&first, &second);
	check->is_warning = is_read && busy > MUCH_LOAD;
	snprintf(check->found, sizeof(check->found),
		 "%.1f of %ld CPUs busy with other work%s%s%s", busy,
		 sysconf(_SC_NPROCESSORS_ONLN), *name ? " (" : "", name, *name ? ")" : "");
	free(first.items);
	free(second.items);
	return is_read;
}
