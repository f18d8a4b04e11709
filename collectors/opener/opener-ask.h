/* collectors/opener/opener-ask.h - asks the privileged part, where there is one.
 *
 * What a collector may not open itself, it asks for here. Without a privileged part, or where that
 * refuses, the answer is the errno that was there before. Any thread may ask; one at a time does. */
#ifndef JOULECART_OPENER_ASK_H
#define JOULECART_OPENER_ASK_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Tells by which socket the privileged part is asked. Once, before there are threads. */
void opener_connect(int socket);

/* The counter at that path: opened by this process, or else by the privileged part if the path is
 * on its list. A descriptor, or minus an errno. */
int opener_open(const char *path);

/* perf_event_open(2), in the same order. Returns as above. */
int opener_open_event(const struct perf_event_attr *attr, pid_t pid, int cpu, int leader);

/* The event of stack-event.h on that CPU, in the same order, with so many bytes of each stack or none; the
 * privileged part leaves out the kernel, and *has_kernel tells. Returns as above. */
int opener_open_stacks(bool is_cycles, uint32_t millihertz, uint32_t stack_bytes, pid_t pid,
		       int cpu, bool *has_kernel);

/* What the BMC answers, see opener.h: its length, or minus an errno. */
int opener_ask_bmc_power(unsigned char *data, size_t size);

/* The environment in which sudo was called: a descriptor, or minus an errno. Once, after opener_connect() and
 * before anything is asked. */
int opener_environment(void);

/* The lowest real-time priority for the calling thread. 0 or an errno. */
int opener_raise_priority(void);

#endif
