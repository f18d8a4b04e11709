/* profiler/sample/cpu-choice.h - which processors the sampler may wake on: those on which nothing else runs.
 *
 * A real-time thread wakes where it slept, on top of whatever runs there: at 1 kHz that costs the command
 * some 3 % of a processor while another is idle. So the processors that worked are left out, and, where
 * processors share a core, so are those beside them. Seen by /proc/stat (proc(5)), which takes in every thread of the
 * command, and others, at a price that does not depend on how many there are. */
#ifndef JOULECART_CPU_CHOICE_H
#define JOULECART_CPU_CHOICE_H
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The shares of a processor's time, in percent, from which on it is left, and below which it comes back. */
enum { CPU_CHOICE_BUSY_PERCENT = 25, CPU_CHOICE_IDLE_PERCENT = 10 };

/* Where the kernel tells of its processors. */
struct cpu_files {
	const char *stat;    /* "/proc/stat" */
	const char *devices; /* "/sys/devices/system/cpu" */
};
extern const struct cpu_files cpu_files_of_machine;

/* What the thread itself has used, which makes no processor busy. */
struct cpu_own {
	int cpu;        /* on which it ran last */
	int64_t cpu_ns; /* its CPU time so far */
};

struct cpu_choice;

/* On which processor a thread of that process ran last, as its numbers in this process's namespace say;
 * tid < 1: its first thread. -1: there is none, or it is not known. */
int cpu_of_thread(pid_t pid, pid_t tid);

/* Among those allowed: of one there is nothing to choose, and still to tell whether it works. The files are
 * first read by the first look. NULL: there is no memory. */
struct cpu_choice *cpu_choice_new(const struct cpu_files *files, const cpu_set_t *allowed);

/* To be called now and then: from the second call on, true where the choice has become another. Looks
 * that follow each other too fast are left out: within ten of the kernel's ticks, or so fast that they
 * would take more than a fiftieth of a processor. now_ns: CLOCK_MONOTONIC. */
bool cpu_choice_look(struct cpu_choice *choice, int64_t now_ns, const struct cpu_own *own);

/* From the next look on it is left out as if it were busy, unless it alone is idle, and, where
 * processors share a core, so are those beside it: who runs there runs for a moment at a time and must not
 * be interrupted in it. -1: none. */
void cpu_choice_keep_off(struct cpu_choice *choice, int cpu);

/* The processors to run on; where each is busy all that are allowed, but for the one to be kept off. It is
 * the choice's own, and changes with its next look. */
const cpu_set_t *cpu_choice_set(const struct cpu_choice *choice);

/* Has it found processors on which nothing runs, and is the one to be kept off not among them? */
bool cpu_choice_is_apart(const struct cpu_choice *choice);

/* How many looks there were, and in how many of them every processor was busy. */
struct cpu_looks {
	int64_t n, n_busy;
};
struct cpu_looks cpu_choice_looks(const struct cpu_choice *choice);

/* May be NULL. */
void cpu_choice_free(struct cpu_choice *choice);

#endif
