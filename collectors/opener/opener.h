/* collectors/opener/opener.h - the privileged part: opens counters that only root may open, and
 * nothing else, for a program that has given up its rights.
 *
 * It is a process of its own, forked before the program has read anything of its caller's. A
 * request holds numbers, never a path; what they can mean is opener-list.h. The
 * answer is an errno and, where that is 0, at most one descriptor that can only be read. */
#ifndef JOULECART_OPENER_H
#define JOULECART_OPENER_H
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define IPMI_DEVICE "/dev/ipmi0"

enum opener_kind {
	OPENER_FILE = 1, /* a counter in sysfs: numbers are its pattern and what it holds */
	OPENER_EVENT, /* of perf: event, pid, cpu; a leader's descriptor may come along */
	OPENER_BMC_POWER, /* what the BMC says of its power, in the answer's data */
	OPENER_PRIORITY,  /* real time, the lowest, for the caller's thread pid */
	/* the event that samples, see stack-event.h: is_cycles, hz, what; of a child of the
	 * caller before its exec, pid, on cpu, in user space: the kernel's addresses stay hidden */
	OPENER_STACKS
};

struct opener_request {
	uint32_t kind;
	uint32_t numbers[3];
	int32_t pid, cpu;
	struct perf_event_attr event; /* of which opener-list.h says what counts */
};

/* Bytes: the longest IPMI request, and its answer. */
enum { OPENER_DATA_MAX = 32 };

struct opener_answer {
	int32_t err; /* 0, or an errno */
	uint32_t length;
	unsigned char data[OPENER_DATA_MAX];
};

/* The path of a counter by its numbers; false: there is no such pattern. Pure. */
bool opener_path(const uint32_t numbers[3], char *path, size_t size);

/* What a BMC answers to DCMI's "Get Power Reading" (DCMI 1.5, 6.6.1), completion code first: 0 with its
 * length, at most OPENER_DATA_MAX, or minus an errno. Opens the device, and closes it again. */
int opener_bmc_power(unsigned char *data, uint32_t *length);

/* Takes one request off the socket and answers it, for the process that it serves, its parent. False: the
 * other end is closed. */
bool opener_step(pid_t caller, int socket);

/* The privileged part; ends when the other end of the socket is closed. Its first answer needs no
 * request: the environment in which sudo was called. sudo: the process that may be sudo; 0: there is
 * none. */
_Noreturn void opener_run(int socket, pid_t caller, pid_t sudo);

#endif
