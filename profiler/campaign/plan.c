/* profiler/campaign/plan.c - see plan.h. */
#include <config.h>

#include "profiler/campaign/plan.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

/* Stable: items of one rank keep their shuffled order. */
static void sort_by_rank(size_t *block, size_t n_items, const int *ranks)
{
	for (size_t i = 1; i < n_items; i++)
		for (size_t j = i; j > 0 && ranks[block[j - 1]] > ranks[block[j]]; j--) {
			size_t item = block[j];
			block[j] = block[j - 1];
			block[j - 1] = item;
		}
}

int plan_order(size_t *order, size_t n_blocks, size_t n_items, const int *ranks,
	       uint64_t seed)
{
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	if (!generator)
		return -1;
	gsl_rng_set(generator, seed);
	for (size_t b = 0; b < n_blocks; b++) {
		size_t *block = order + b * n_items;
		for (size_t i = 0; i < n_items; i++)
			block[i] = i;
		gsl_ran_shuffle(generator, block, n_items, sizeof(*block));
		if (ranks)
			sort_by_rank(block, n_items, ranks);
	}
	gsl_rng_free(generator);
	return 0;
}
