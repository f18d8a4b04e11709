/* collectors/perf/stack-sampler.h - call stacks of a process and of all that it starts, by perf events:
 * one event and one ring on each CPU. Cycles where the processor counts them on cores of one kind, else
 * CPU time. */
#ifndef JOULECART_STACK_SAMPLER_H
#define JOULECART_STACK_SAMPLER_H
#include "collectors/opener/stack-event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct problem;
struct stack_sampler;

enum { BUILD_ID_MOST = 20 };

/* What the kernel told; pointers hold until the next call. */
struct stack_record {
	enum {
		STACK_SAMPLE, /* a stack */
		STACK_MAP,    /* code was mapped */
		STACK_COMM,   /* a process has another name; is_exec: and another program */
		STACK_FORK,   /* a process (pid other than parent) or a thread began */
		STACK_EXIT    /* a thread ended */
	} kind;
	int64_t time_ns; /* CLOCK_MONOTONIC */
	int32_t pid, parent, tid;
	bool is_exec;
	uint64_t weight;     /* of a sample: nanoseconds of CPU time, or cycles */
	const uint64_t *ips; /* of a sample: the innermost first, with PERF_CONTEXT_* */
	size_t n_ips;
	/* of a sample with its stack: the registers of stack-event.h (NULL: the program is none of 64 bits, or
	 * was not in user space), and the bytes from where the stack ends */
	const uint64_t *registers;
	const unsigned char *stack;
	size_t stack_size;
	uint64_t begin, length, offset; /* of a map: addresses, and where in the file */
	const char *name;               /* of a map: its file; of COMM: the name. It ends */
	uint8_t build_id[BUILD_ID_MOST];
	size_t build_id_length; /* 0: not known */
};

/* The rate on a processor for a process, in thousandths of one a second: its period is 0.95 to 1.05 times that
 * of hz, by a lot of both numbers (splitmix64: Steele, Lea and Flood, Fast Splittable Pseudorandom Number
 * Generators, 2014). A program that keeps step with one period does not with all, nor when it runs again. */
uint32_t stack_sampler_millihertz(uint32_t hz, pid_t pid, int cpu);

/* Opens what will sample about hz times a second from the process's next exec on: with stack_bytes of each
 * stack (a multiple of 8, less than 64 KiB), or, of 0, with the frames to which frame pointers lead. NULL with
 * *why. */
struct stack_sampler *stack_sampler_open(pid_t pid, uint32_t hz, uint32_t stack_bytes,
					 struct problem *why);
void stack_sampler_close(struct stack_sampler *sampler); /* takes NULL */

/* "cycles" or "cpu-clock"; whether the kernel's part is seen. */
const char *stack_sampler_event(const struct stack_sampler *sampler);
bool stack_sampler_has_kernel(const struct stack_sampler *sampler);

/* Empties the rings. Returns until when all that happened is known by now. */
int64_t stack_sampler_read(struct stack_sampler *sampler);

/* The next record, by time, of those up to that time; false: there is none. */
bool stack_sampler_next(struct stack_sampler *sampler, int64_t until_ns,
			struct stack_record *record);

/* Records that found no room, and what the event counted in all, sampled or not, in the unit of
 * weights: what exceeds the sum of the weights was not sampled. */
uint64_t stack_sampler_lost(const struct stack_sampler *sampler);
uint64_t stack_sampler_counted(const struct stack_sampler *sampler);

/* Takes a record of the kernel's apart: size bytes from its header on. false: it is none of the kinds, or
 * does not hold together. Pure. */
bool stack_record_parse(const void *bytes, size_t size, struct stack_record *record);

#endif
