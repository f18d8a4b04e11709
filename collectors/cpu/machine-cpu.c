/* collectors/cpu/machine-cpu.c - see machine-cpu.h. */
#include <config.h>

#include "collectors/cpu/machine-cpu.h"

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

int machine_cpu_read(int fd, struct machine_cpu *cpu)
{
	char line[256]; /* ten numbers of at most 20 digits */
	int err = sysfs_read(fd, line, sizeof(line));
	return err ? err : machine_cpu_parse(line, cpu);
}

double machine_cpu_tick_s(void)
{
	return 1.0 / (double)sysconf(_SC_CLK_TCK);
}

uint64_t machine_cpu_tick_ns(void)
{
	return (uint64_t)(1000000000 / sysconf(_SC_CLK_TCK));
}
