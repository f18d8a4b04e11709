/* profiler/campaign/plan.h - the order in which a campaign runs its trials. Pure.
 *
 * Trials come in blocks: each block holds every item once, in an order shuffled by the seed,
 * so that drift of the machine falls on all items alike. Items that others need first (a
 * teacher before its student) keep their order: a plan is shuffled only within a rank. */
#ifndef JOULECART_PLAN_H
#define JOULECART_PLAN_H
#include <stddef.h>
#include <stdint.h>

/* order[0 .. n_blocks * n_items) becomes item numbers, block after block. ranks[i] orders item
 * i within its block: smaller first, equal shuffled; NULL: all equal. The generator is GSL's
 * mt19937 seeded with seed, the shuffle gsl_ran_shuffle. Returns 0, or -1: no memory. */
int plan_order(size_t *order, size_t n_blocks, size_t n_items, const int *ranks,
	       uint64_t seed);

#endif
