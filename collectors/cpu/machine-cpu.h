/* collectors/cpu/machine-cpu.h - how long the machine's processors have worked since boot.
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

/* From an open descriptor of that file. 0 or an errno. No allocation. */
int machine_cpu_read(int fd, struct machine_cpu *cpu);

/* From the text of its first line. 0, EBADMSG or ERANGE. */
int machine_cpu_parse(const char *line, struct machine_cpu *cpu);

/* Two ticks. The kernel writes the file anew for each read, all of it: 15 us where there are two
 * processors, a millisecond where there are hundreds. */
enum { MACHINE_CPU_REST_NS = 20 * 1000 * 1000 };

/* Length of a tick: 0.01 s on every Linux that matters, but sysconf decides. */
double machine_cpu_tick_s(void);
uint64_t machine_cpu_tick_ns(void);

#endif
