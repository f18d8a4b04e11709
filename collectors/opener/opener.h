/* collectors/opener/opener.h - the privileged part: opens counters that only root may open, and
 * nothing else, for a program that has given up its rights.
 *
 * It is a process of its own, forked before the program has read anything of its caller's. A
 * request holds numbers, never a path; what they can mean is the list at the top of opener.c. The
 * answer is an errno and, where that is 0, at most one descriptor that can only be read. */
#ifndef JOULECART_OPENER_H
#define JOULECART_OPENER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define IPMI_DEVICE "/dev/ipmi0"

enum opener_kind {
	OPENER_FILE = 1, /* a counter in sysfs: numbers are its pattern and what it holds */
	OPENER_EVENT, /* of perf: event, pid, cpu; a leader's descriptor may come along */
	OPENER_BMC_POWER,   /* what the BMC says of its power, in the answer's data */
	OPENER_ENVIRONMENT, /* the environment in which sudo was called, once */
	OPENER_PRIORITY,    /* real time, the lowest, for the caller's thread pid */
	OPENER_STACKS /* the event that samples, see stack-event.h: is_cycles, hz, has_build_id; pid, cpu */
};

/* An event that counts: there is no way to say that it should sample. OPENER_STACKS alone does, a child
 * of the caller before its exec, in user space: the kernel's addresses stay hidden. */
struct opener_event {
	uint64_t config, config1, config2, read_format;
	uint32_t type;
	uint32_t flags; /* OPENER_DISABLED and so on */
};
enum {
	OPENER_DISABLED = 1,
	OPENER_INHERIT = 2,
	OPENER_NO_KERNEL = 4,
	OPENER_NO_HYPERVISOR = 8,
	OPENER_ON_EXEC = 16
};

struct opener_request {
	uint32_t kind;
	uint32_t numbers[3];
	int32_t pid, cpu;
	struct opener_event event;
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

/* What a BMC answers to DCMI's "Get Power Reading" (DCMI 1.5, 6.6.1): its length, completion code
 * first, or minus an errno. Opens the device, and closes it again. */
int opener_bmc_power(unsigned char *data, size_t size);

/* What the privileged part knows from its beginning. */
struct opener {
	pid_t caller;       /* the process that it serves, its parent */
	int environment_fd; /* -1: there is none, or it was asked for */
};

/* Takes one request off the socket and answers it. False: the other end is closed. */
bool opener_step(struct opener *opener, int socket);

/* The privileged part; ends when the other end of the socket is closed. sudo: the process that
 * may be sudo, and then has the environment of who called it; 0: there is none. */
_Noreturn void opener_run(int socket, pid_t caller, pid_t sudo);

#endif
