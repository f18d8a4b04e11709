/* collectors/opener/stack-event.h - the one event that samples: where a program's processes are, by their
 * call stacks. Stands here since the privileged part opens it too, and nothing else that samples. */
#ifndef JOULECART_STACK_EVENT_H
#define JOULECART_STACK_EVENT_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* That may be asked for; and of one processor, which is up to a 19th more (stack-sampler.h). */
enum { STACK_HZ_MOST = 10000, STACK_MILLIHERTZ_MOST = 1053 * STACK_HZ_MOST };

/* What a sample holds. Bytes of the stack, from its end on, a multiple of 8, take the place of the frames that the
 * kernel finds by frame pointers; or'ed with STACK_BUILD_ID: mappings are told with the build ID of their file
 * (Linux 5.12). */
enum { STACK_BUILD_ID = 1, STACK_BYTES = 0xfff8 };

/* The registers that come with the stack: those that DWARF numbers, in the kernel's order; 0: joulecart does not
 * know this processor's. Linux, arch/ARCH/include/uapi/asm/perf_regs.h. */
#if defined(__x86_64__)
#define STACK_REGISTERS UINT64_C(0xff01ff) /* ax bx cx dx si di bp sp ip, r8 to r15 */
enum { STACK_REGISTER_SP = 7, STACK_REGISTER_IP = 8 };
#elif defined(__aarch64__)
#define STACK_REGISTERS UINT64_C(0x1ffffffff) /* x0 to x30, sp, pc */
enum { STACK_REGISTER_SP = 31, STACK_REGISTER_IP = 32 };
#else
#define STACK_REGISTERS UINT64_C(0)
enum { STACK_REGISTER_SP = 0, STACK_REGISTER_IP = 0 };
#endif

/* Samples so often in 1000 s of CPU time (is_cycles: of as many cycles as that takes) from the
 * next exec on, in all that the process starts, times by CLOCK_MONOTONIC. has_kernel: with the kernel's
 * own part of each stack, of as many frames as kernel.perf_event_max_stack says. */
static inline struct perf_event_attr stack_event(bool is_cycles, uint32_t millihertz,
						 bool has_kernel, uint32_t what)
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
		.build_id = (what & STACK_BUILD_ID) != 0,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	if ((what & STACK_BYTES) != 0) {
		attr.sample_type |= PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
		attr.sample_regs_user = STACK_REGISTERS;
		attr.sample_stack_user = what & STACK_BYTES;
		attr.exclude_callchain_user = 1;
	}
	if (is_cycles) {
		attr.freq = 1;
		attr.sample_freq = (millihertz + 999) / 1000;
	} else {
		attr.sample_period = UINT64_C(1000000000000) / millihertz;
	}
	return attr;
}

#endif
