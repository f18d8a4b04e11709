/* collectors/opener/stack-event.h - the one event that samples: where a program's processes are, by their
 * call stacks. Stands here since the privileged part opens it too, and nothing else that samples. */
#ifndef JOULECART_STACK_EVENT_H
#define JOULECART_STACK_EVENT_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { STACK_HZ_MOST = 10000 };

/* Samples hz times for each second of CPU time (is_cycles: of as many cycles as that takes) from the
 * next exec on, in all that the process starts, times by CLOCK_MONOTONIC. has_kernel: with the kernel's
 * own part of each stack, of as many frames as kernel.perf_event_max_stack says. has_build_id: mappings are told with the build ID of their file (Linux 5.12). */
static inline struct perf_event_attr stack_event(bool is_cycles, uint32_t hz,
						 bool has_kernel, bool has_build_id)
{
	struct perf_event_attr attr = {
		.type = is_cycles ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = is_cycles ? (uint64_t)PERF_COUNT_HW_CPU_CYCLES
				    : (uint64_t)PERF_COUNT_SW_CPU_CLOCK,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_PERIOD |
			       PERF_SAMPLE_CALLCHAIN,
		.disabled = 1,
		.enable_on_exec = 1,
		.inherit = 1,
		.exclude_hv = 1,
		.exclude_kernel = !has_kernel,
		.exclude_callchain_kernel = !has_kernel,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.build_id = has_build_id,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	if (is_cycles) {
		attr.freq = 1;
		attr.sample_freq = hz;
	} else {
		attr.sample_period = UINT64_C(1000000000) / hz;
	}
	return attr;
}

#endif
