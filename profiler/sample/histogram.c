/* profiler/sample/histogram.c - see histogram.h. */
#include <config.h>

#include "profiler/sample/histogram.h"

enum { SUB_BITS = 4 }; /* 2^4 classes an octave */
_Static_assert(1 << SUB_BITS == HISTOGRAM_PER_OCTAVE, "the classes of an octave");

/* Below 16 each value has a class; above, the top bit names the octave, the next four the class. */
static unsigned class_of(uint64_t ns)
{
	if (ns < HISTOGRAM_PER_OCTAVE)
		return (unsigned)ns;
	unsigned shift = 63 - SUB_BITS - (unsigned)__builtin_clzll(ns);
	return (shift << SUB_BITS) + (unsigned)(ns >> shift);
}

static int64_t top_of(unsigned class)
{
	if (class < HISTOGRAM_PER_OCTAVE)
		return class;
	unsigned shift = (class >> SUB_BITS) - 1;
	uint64_t bottom = (uint64_t)(class - (shift << SUB_BITS)) << shift;
	return (int64_t)(bottom + ((uint64_t)1 << shift) - 1);
}

void histogram_add(struct histogram *histogram, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	histogram->counts[class_of((uint64_t)ns)]++;
	histogram->n++;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
}

int64_t histogram_quantile(const struct histogram *histogram, double share)
{
	int64_t seen = 0;
	for (unsigned i = 0; i < HISTOGRAM_CLASSES; i++) {
		seen += histogram->counts[i];
		if (seen > 0 && (double)seen >= share * (double)histogram->n)
			return top_of(i) < histogram->max_ns ? top_of(i)
							     : histogram->max_ns;
	}
	return histogram->max_ns;
}
