/* collectors/machine-cpu.h - how long the machine's processors have worked since boot.
 *
 * From the first line of /proc/stat, in ticks of 1 / USER_HZ (proc(5)): two collectors need it. */
#ifndef JOULECART_MACHINE_CPU_H
#define JOULECART_MACHINE_CPU_H
#include <stdint.h>

struct machine_cpu {
	uint64_t busy_ticks;  /* of all processors: user, nice, system, irq, softirq */
	uint64_t steal_ticks; /* that the hypervisor gave to others instead */
};

#define MACHINE_CPU_PATH "/proc/stat"

/* The open file and what was read of it last. The kernel writes the file anew for each read, all
 * of it: 15 us where there are two processors, a millisecond where there are hundreds. Its
 * counts change once a tick, so that a sampler which asks more often is given the last ones. */
struct machine_cpu_file {
	int fd;
	int64_t rest_ns; /* the last counts are given again for so long */
	int64_t due_ns;  /* when the file is read next */
	struct machine_cpu last;
};

/* Opens the file and reads it once. 0 or an errno; nothing is held then. */
int machine_cpu_open(struct machine_cpu_file *file);

/* 0 or an errno. No allocation. The counts are at most rest_ns old. */
int machine_cpu_read(struct machine_cpu_file *file, struct machine_cpu *cpu);

/* The next read is of the file. */
void machine_cpu_refresh(struct machine_cpu_file *file);

/* Takes a file that was not opened. */
void machine_cpu_close(struct machine_cpu_file *file);

/* From the text of its first line. */
int machine_cpu_parse(const char *line, struct machine_cpu *cpu);

/* Length of a tick: 0.01 s on every Linux that matters, but sysconf decides. */
double machine_cpu_tick_s(void);
int64_t machine_cpu_tick_ns(void);

#endif
