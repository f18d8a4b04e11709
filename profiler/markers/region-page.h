/* profiler/markers/region-page.h - where a marking program adds up the time of its regions, byte for byte.
 *
 * One page a process, in a sealed memfd that the program makes and hands over with a MARKER_REGIONS
 * message. Each thread writes its own slot alone, and the profiler only reads: a mark is a few stores.
 * Whoever reads it trusts nothing in it: it is another program's memory.
 *
 * A slot changes while its seq is odd; a reader takes what it read only if seq was even and the
 * same before and after. sums[r].ticks is the time that the thread was in region r and in no region
 * within it; what has passed since `since` is not yet in it. */
#ifndef JOULECART_REGION_PAGE_H
#define JOULECART_REGION_PAGE_H
#include "profiler/markers/region-clock.h"

#include <stdatomic.h>
#include <stdint.h>

enum {
	REGION_MAGIC = 0x4a435231, /* "JCR1" */
	REGION_NUMBERS = 256,      /* 0 is outside of every region */
	REGION_SLOTS = 256,        /* threads that mark at once */
	REGION_NAME_SIZE = 64,
};

struct region_facts {
	char name[REGION_NAME_SIZE];
	double flop, weight_bytes; /* of one passage; 0: not said */
};

struct region_sum {
	_Atomic uint64_t ticks, n; /* of the page's clock; passages that have ended */
};

struct region_slot {
	_Atomic uint32_t seq;
	_Atomic int32_t
	    owner; /* 1: a thread has it; 0: the next may, and adds to its sums */
	_Atomic uint32_t current;
	uint32_t unused;
	_Atomic uint64_t since;
	uint64_t unused_too[5]; /* sums begin on a cache line */
	struct region_sum sums[REGION_NUMBERS];
};

struct region_page {
	uint32_t magic, clock; /* enum region_clock */
	int32_t pid;
	_Atomic uint32_t n;         /* regions that have a name: 1 ... n */
	uint64_t pid_namespace;     /* the inode of /proc/self/ns/pid: what pid means */
	_Atomic uint32_t n_slots;   /* that were ever used */
	_Atomic uint32_t n_crowded; /* threads that found no free slot */
	uint64_t unused[4];
	struct region_facts facts[REGION_NUMBERS];
	struct region_slot slots[REGION_SLOTS];
};
_Static_assert(sizeof(struct region_slot) % 64 == 0, "no two threads share a cache line");
_Static_assert(sizeof(struct region_page) == 64 + 256 * (80 + 64 + 4096),
	       "another build of the library writes these bytes");

#endif
