/* tests/fakes/drawn-page.h - what the threads of a program have drawn so far, in memory that the machine's counter
 * reads (power=drawn of machine.h, and the registers of tests/machines/modules/rapl_registers.c).
 *
 * A counter changes at each whole millisecond of CLOCK_MONOTONIC. Each thread writes a slot of its own: at that
 * millisecond it had drawn at_millisecond_nj. One that has not looked at the clock since the counter's did not run
 * since, so that what it had drawn is nj. It writes them in this order, and nobody waits for it: who reads may be
 * what keeps it off its processor.
 *
 * Whole numbers, for the kernel has no others. */
#ifndef JOULECART_TESTS_DRAWN_PAGE_H
#define JOULECART_TESTS_DRAWN_PAGE_H
#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

enum { DRAWN_THREADS = 8, DRAWN_PAGE_SIZE = 4096 };

struct drawn_slot {
	uint64_t at_millisecond_nj, millisecond, nj;
};

struct drawn_page {
	struct drawn_slot slots[DRAWN_THREADS];
};

static inline uint64_t drawn_get(const uint64_t *from)
{
	return __atomic_load_n(from, __ATOMIC_ACQUIRE);
}

/* What all had drawn at the last whole millisecond. millisecond_now is called once a slot is read, which then is
 * not of a later one. */
static inline uint64_t drawn_nj(const struct drawn_page *page,
				uint64_t (*millisecond_now)(void))
{
	uint64_t sum = 0;
	for (int i = 0; i < DRAWN_THREADS; i++) {
		const struct drawn_slot *slot = &page->slots[i];
		uint64_t millisecond = drawn_get(&slot->millisecond);
		uint64_t at_millisecond_nj = drawn_get(&slot->at_millisecond_nj);
		uint64_t nj = drawn_get(&slot->nj);
		sum += millisecond_now() > millisecond ? nj : at_millisecond_nj;
	}
	return sum;
}

#endif
