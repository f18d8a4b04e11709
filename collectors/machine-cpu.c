/* collectors/machine-cpu.c - see machine-cpu.h. */
#include <config.h>

#include "collectors/machine-cpu.h"

#include "base/clock.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int machine_cpu_parse(const char *line, struct machine_cpu *cpu)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, N };
	uint64_t ticks[N];
	if (strncmp(line, "cpu ", 4) != 0)
		return EBADMSG;
	line += 4;
	for (int i = 0; i < N; i++) {
		int err = parse_u64(&line, &ticks[i]);
		if (err)
			return err;
	}
	/* guest and guest_nice follow; the kernel has them in user and nice already. */
	cpu->busy_ticks = ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] +
			  ticks[SOFTIRQ];
	cpu->steal_ticks = ticks[STEAL];
	return 0;
}

/* Of the time, at most a 50th goes into reading the file. */
enum { REST_TICKS = 2, REST_PER_COST = 50 };

static int read_now(struct machine_cpu_file *file)
{
	char line[256]; /* ten numbers of at most 20 digits */
	int err = sysfs_read(file->fd, line, sizeof(line));
	return err ? err : machine_cpu_parse(line, &file->last);
}

int machine_cpu_open(struct machine_cpu_file *file)
{
	*file = (struct machine_cpu_file){ .fd = sysfs_open(MACHINE_CPU_PATH) };
	if (file->fd < 0)
		return -file->fd;
	int64_t begin_ns = monotonic_ns();
	int err = read_now(file);
	int64_t cost_ns = monotonic_ns() - begin_ns;
	file->rest_ns = REST_TICKS * machine_cpu_tick_ns();
	if (file->rest_ns < REST_PER_COST * cost_ns)
		file->rest_ns = REST_PER_COST * cost_ns;
	if (err)
		machine_cpu_close(file);
	return err;
}

int machine_cpu_read(struct machine_cpu_file *file, struct machine_cpu *cpu)
{
	int64_t now_ns = monotonic_ns();
	if (now_ns >= file->due_ns) {
		int err = read_now(file);
		if (err)
			return err;
		file->due_ns = now_ns + file->rest_ns;
	}
	*cpu = file->last;
	return 0;
}

void machine_cpu_refresh(struct machine_cpu_file *file)
{
	file->due_ns = 0;
}

void machine_cpu_close(struct machine_cpu_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

double machine_cpu_tick_s(void)
{
	return 1.0 / (double)sysconf(_SC_CLK_TCK);
}

int64_t machine_cpu_tick_ns(void)
{
	return NS_PER_S / sysconf(_SC_CLK_TCK);
}
