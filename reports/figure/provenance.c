/* reports/figure/provenance.c - see provenance.h. */
#include <config.h>

#include "reports/figure/provenance.h"

#include <stdbool.h>
#include <string.h>

static const char *const words[] = {
	[PROVENANCE_MEASURED] = "measured",
	[PROVENANCE_MODELLED] = "modelled",
	[PROVENANCE_ESTIMATED] = "estimated",
	[PROVENANCE_ASSUMED] = "assumed",
};

/* A smaller part of a sum does not make the whole as weak as itself. */
static const double LARGE_PART = 0.05;

const char *provenance_word(enum figure_provenance provenance)
{
	return words[provenance];
}

enum figure_provenance provenance_of_word(const char *word)
{
	enum figure_provenance found = PROVENANCE_MEASURED;
	while (found < PROVENANCE_ASSUMED && (!word || strcmp(word, words[found]) != 0))
		found++;
	return found;
}

static bool weakest_above(const struct part *parts, size_t n, double least,
			  enum figure_provenance *weakest)
{
	bool any = false;
	*weakest = PROVENANCE_MEASURED;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].amount <= least)
			continue;
		any = true;
		if (parts[i].provenance > *weakest)
			*weakest = parts[i].provenance;
	}
	return any;
}

enum figure_provenance provenance_of_total(const struct part *parts, size_t n)
{
	double total = 0;
	enum figure_provenance weakest;
	for (size_t i = 0; i < n; i++)
		total += parts[i].amount;
	if (weakest_above(parts, n, LARGE_PART * total, &weakest) ||
	    weakest_above(parts, n, -1, &weakest))
		return weakest;
	return PROVENANCE_ASSUMED;
}

bool provenance_is_estimate(enum figure_provenance provenance)
{
	return provenance == PROVENANCE_ESTIMATED || provenance == PROVENANCE_ASSUMED;
}
